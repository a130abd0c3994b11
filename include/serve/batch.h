/*
 * batch.h - ready responses that are sent with one call.
 *
 * A file's copy with its head (files/copy.h) is a whole response; others are a
 * text, written here, with or without bytes of a copy after it. The responses
 * to pipelined requests are collected and sent together. Copies of files are
 * held, and not copied again: a client that reads slowly only costs the list of
 * pieces and the text that is left (backlog.h).
 */
#ifndef CONTD_SERVE_BATCH_H
#define CONTD_SERVE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#include "base/buf.h"
#include "base/slice.h"
#include "files/file.h"

enum {
	BATCH_MAX = 32,         /* pieces: a response has two at most */
	BATCH_TEXT = 16 * 1024, /* bytes for the texts of all responses */
	BATCH_ROOM = 2 * 1024   /* bytes for the text of one response */
};

struct batch {
	size_t first, count; /* the first one not yet sent; number of all */
	struct iovec pieces[BATCH_MAX];
	struct file *files[BATCH_MAX]; /* held; NULL: the piece is text */
	struct buf text;
	bool last; /* the caller closes or half-closes after sending it */
};

enum batch_outcome {
	BATCH_SENT,
	BATCH_WAITS,  /* no more room in the socket */
	BATCH_BROKEN, /* a socket error */
	BATCH_SLOW    /* the client takes too few bytes (backlog.h) */
};

/* Makes an empty batch. Texts are written to the caller's bytes, which must
 * stay valid. */
void batch_init(struct batch *batch, char *text, size_t len);

/* Whether there may be no room for another response. */
bool batch_is_full(const struct batch *batch);

/* Adds bytes of the copy of a file, which it holds. It must not be full. */
void batch_add(struct batch *batch, struct file *file, struct slice bytes);

/* Adds what was written to batch->text from offset `from` on. It must not
 * be full. */
void batch_add_text(struct batch *batch, size_t from);

/* Sends what the socket takes; *sent is the number of bytes. Files that were
 * sent are dropped; after BATCH_SENT the batch is empty. */
enum batch_outcome batch_send(struct batch *batch, int socket, size_t *sent);

/* The bytes of text that are not yet sent. */
size_t batch_text_left(const struct batch *batch);
/* Moves them to memory of that size. */
void batch_move_text(struct batch *batch, char *into);

/* Drops all files; the batch is empty. */
void batch_end(struct batch *batch);

#endif
