/*
 * volley.h - ready responses that are sent with one call.
 *
 * A file's copy with its head (files/copy.h) is a whole response; others are a
 * text, written here, with or without bytes of a copy after it. The responses
 * to pipelined requests are collected and sent together. Copies of files are
 * held, and not copied again: a client that reads slowly only costs the list of
 * pieces and the text that is left (backlog.h).
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
	VOLLEY_MAX = 32,         /* pieces: a response has two at most */
	VOLLEY_TEXT = 16 * 1024, /* bytes for the texts of all responses */
	VOLLEY_ROOM = 2 * 1024   /* bytes for the text of one response */
};

struct volley {
	size_t first, count; /* the first one not yet sent; number of all */
	struct iovec pieces[VOLLEY_MAX];
	struct file *files[VOLLEY_MAX]; /* held; NULL: the piece is text */
	struct buf text;
	bool last; /* the caller closes or half-closes after sending it */
};

enum volley_outcome {
	VOLLEY_SENT,
	VOLLEY_WAITS,  /* no more room in the socket */
	VOLLEY_BROKEN, /* a socket error */
	VOLLEY_SLOW    /* the client takes too few bytes (backlog.h) */
};

/* Makes an empty volley. Texts are written to the caller's bytes, which must
 * stay valid. */
void volley_init(struct volley *volley, char *text, size_t len);

/* Whether there may be no room for another response. */
bool volley_is_full(const struct volley *volley);

/* Adds bytes of the copy of a file, which it holds. It must not be full. */
void volley_add(struct volley *volley, struct file *file, struct slice bytes);

/* Adds what was written to volley->text from offset `from` on. It must not
 * be full. */
void volley_add_text(struct volley *volley, size_t from);

/* Sends what the socket takes; *sent is the number of bytes. Files that were
 * sent are dropped; after VOLLEY_SENT the volley is empty. */
enum volley_outcome volley_send(
	struct volley *volley, int socket, size_t *sent);

/* The bytes of text that are not yet sent. */
size_t volley_text_left(const struct volley *volley);
/* Moves them to memory of that size. */
void volley_move_text(struct volley *volley, char *into);

/* Drops all files; the volley is empty. */
void volley_end(struct volley *volley);

#endif
