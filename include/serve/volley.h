/*
 * volley.h - answers that are at hand, and leave with one send.
 *
 * A file's copy with its head (files/copy.h) is a whole answer; others are a
 * text, written here, with or without bytes of a copy behind it. Those to
 * requests that came together are put in a row and sent at once. Copies are
 * held meanwhile and not copied: a client that reads slowly costs its place in
 * line, and the text that is left (backlog.h).
 */
#ifndef CONTD_SERVE_VOLLEY_H
#define CONTD_SERVE_VOLLEY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "base/buf.h"
#include "base/slice.h"
#include "files/file.h"

enum {
	VOLLEY_MAX = 32, /* pieces: two of an answer at most */
	VOLLEY_TEXT =
		16 * 1024,     /* bytes that are room for the texts of a row */
	VOLLEY_ROOM = 2 * 1024 /* bytes of text that are room for an answer */
};

struct volley {
	size_t first, count; /* of those that are left, and of all */
	struct iovec pieces[VOLLEY_MAX];
	struct file *files[VOLLEY_MAX]; /* held; NULL: the piece is text */
	struct buf text;
	bool last; /* its user closes, or half-closes, once all of it left */
};

enum volley_outcome {
	VOLLEY_SENT,
	VOLLEY_WAITS,  /* for room */
	VOLLEY_BROKEN, /* the socket is */
	VOLLEY_SLOW    /* its client takes too little (backlog.h) */
};

/* An empty one. Texts are written to the caller's bytes, which must stay. */
void volley_init(struct volley *volley, char *text, size_t len);

/* Whether there may be no room for another answer. */
bool volley_is_full(const struct volley *volley);

/* One piece more: bytes of the copy of a file that it holds from now on. Not
 * when it is full. */
void volley_add(struct volley *volley, struct file *file, struct slice bytes);

/* One text more: what stands in volley->text from this length on. Not when it
 * is full. */
void volley_add_text(struct volley *volley, size_t from);

/* Sends what the socket takes; *sent is how many bytes that were. What is sent
 * is let go; when all is, the volley is empty. */
enum volley_outcome volley_send(
	struct volley *volley, int socket, size_t *sent);

/* The bytes of text that are left; and moves them to a place of that size. */
size_t volley_text_left(const struct volley *volley);
void volley_move_text(struct volley *volley, char *into);

/* Lets go of all. */
void volley_end(struct volley *volley);

#endif
