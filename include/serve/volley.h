/*
 * volley.h - answers that are ready, and leave with one send.
 *
 * A file's copy with its head (files/copy.h) is a whole answer. Those to
 * requests that came together are put in a row and sent at once, straight from
 * the copies, which are held meanwhile: a client that reads slowly costs its
 * place in line and no copy of its own.
 */
#ifndef CONTD_SERVE_VOLLEY_H
#define CONTD_SERVE_VOLLEY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "base/slice.h"
#include "files/file.h"

enum { VOLLEY_MAX = 16 };

struct volley {
	size_t first, count; /* of those that are left, and of all */
	struct iovec pieces[VOLLEY_MAX];
	struct file *files[VOLLEY_MAX];
};

enum volley_outcome {
	VOLLEY_SENT,
	VOLLEY_WAITS, /* for room */
	VOLLEY_BROKEN /* the socket is */
};

void volley_init(struct volley *volley);

bool volley_is_full(const struct volley *volley);

/* One answer more, of the copy of a file that it holds from now on. Not when it
 * is full. */
void volley_add(struct volley *volley, struct file *file, struct slice answer);

/* Sends what the socket takes; *sent is how many bytes that were. What is sent
 * is let go; when all is, the volley is empty. */
enum volley_outcome volley_send(
	struct volley *volley, int socket, size_t *sent);

/* Lets go of all. */
void volley_end(struct volley *volley);

#endif
