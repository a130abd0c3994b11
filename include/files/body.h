/*
 * body.h - how bytes leave.
 *
 * A head, and behind it pieces, are sent to a socket. A piece is some text of
 * its user's and then a part of the file; either may be empty. The file is read
 * in blocks (loop/fileread.h); the head leaves together with the first block,
 * so that a file which cannot be read is still an honest 500. One block a turn,
 * so that every client gets its share; the next one is read while it is sent.
 * With --files auto a block may leave without being read (direct.h); such a
 * client holds neither memory nor a descriptor at all.
 * What the socket does not take waits for POLLOUT, the block in hand if its
 * client is fast (stride.h), but only WITHIN_BLOCK, and while blocks are scarce
 * not at all: then it is given back and read again later. So slow clients hold
 * neither memory nor a descriptor.
 *
 * One version or nothing: before the last bytes leave, the file is looked at
 * again. If its bytes changed meanwhile, or came short, they do not leave; the
 * outcome is BODY_CHANGED and the client must see a reset. A file that was
 * changed a moment ago is not read before that moment is over (file_is_young).
 *
 * A client that takes less than its share of bytes is too slow (stretch.h).
 */
#ifndef CONTD_FILES_BODY_H
#define CONTD_FILES_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/slice.h"
#include "files/file.h"
#include "files/stretch.h"
#include "files/stride.h"
#include "loop/cont.h"
#include "loop/fileread.h"

enum body_outcome {
	BODY_SENT,    /* all of it */
	BODY_GONE,    /* the client left, or its socket broke */
	BODY_SLOW,    /* the client took too little in its time */
	BODY_CHANGED, /* the file is not what the head says */
	BODY_FAILED,  /* the disk failed */
	BODY_LATE,    /* the disk took too long */
	BODY_SHORTAGE /* no descriptor or memory */
};

struct piece {
	struct slice text;
	uint64_t offset, len; /* of the file */
};

/* Embedded in its user, who reads outcome and sent when resumed. */
struct body {
	enum body_outcome outcome;
	uint64_t sent; /* bytes that the kernel took, head included */

	int socket;
	struct slice head;  /* what is left of the head, or of a text */
	struct slice block; /* what is left of the block in hand */
	size_t direct; /* bytes to leave past us, when no block is in hand */
	struct file *file;
	struct fileread *stream;
	bool has_read; /* not from a copy; now one comes too late */
	struct stride stride;
	int64_t asked; /* when the block was asked for */
	size_t wanted; /* bytes of it */
	size_t ahead;  /* bytes of the next one, which is asked for already */
	uint64_t at;   /* where the block in hand, or the next one, begins */
	uint64_t left; /* bytes of the file to send from there */
	const struct piece *pieces; /* that come then */
	size_t pieces_count;

	struct stretch stretch;
	struct cont next;
};

/* How many bodies may read at once; the others take a breath. */
void body_streams(size_t max);

/* An empty body for a socket. send_time: the length of a stretch, in
 * milliseconds; 0: no limit. */
void body_init(struct body *body, int socket, int64_t send_time);

/* Behind the head, these pieces of the file, one of them at least. The body
 * takes a hold of its own on the file; pieces and texts must stay. */
void body_add(struct body *body, struct file *file, const struct piece *pieces,
	size_t count);

/* Sends it all. True: it is over already, read outcome. False: the row of the
 * socket is the body's until `next` is resumed on it, and the bytes of head
 * must stay until then. */
bool body_send(struct body *body, struct slice head, struct cont next);

/* The head that body_send was given is elsewhere now. Not while it is sent. */
void body_move_head(struct body *body, struct slice head);

/* Lets go of file and stream: the user's last word, once resumed. */
void body_end(struct body *body);

#endif
