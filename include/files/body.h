/*
 * body.h - how bytes leave.
 *
 * A head, and behind it a part of a file or nothing, are sent to a socket. The
 * file is read in blocks (loop/fileread.h); the head leaves together with the
 * first block, so that a file which cannot be read is still an honest 500. One
 * block a turn, so that every client gets its share. What the socket does not
 * take waits for POLLOUT, the block in hand; while blocks are scarce it is given
 * back and read again later, so that slow clients hold no memory.
 *
 * One version or nothing: before the last bytes leave, the file is looked at
 * again. If its bytes changed meanwhile, or came short, they do not leave; the
 * outcome is BODY_CHANGED and the client must see a reset.
 *
 * A client must take BODY_RATE bytes a second on average over each stretch of
 * WITHIN_SEND's duration: dripping buys no time.
 */
#ifndef CONTD_FILES_BODY_H
#define CONTD_FILES_BODY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/slice.h"
#include "files/store.h"
#include "loop/cont.h"
#include "loop/fileread.h"

enum { BODY_RATE = 1024 };

enum body_outcome {
	BODY_SENT,    /* all of it */
	BODY_GONE,    /* the client left, or its socket broke */
	BODY_SLOW,    /* the client took too little in its time */
	BODY_CHANGED, /* the file is not what the head says */
	BODY_FAILED,  /* the disk failed, or was late */
	BODY_SHORTAGE /* no descriptor or memory */
};

/* Embedded in its user, who reads outcome and sent when resumed. */
struct body {
	enum body_outcome outcome;
	uint64_t sent; /* bytes that the kernel took, head included */

	int socket;
	struct slice head;  /* what is left of it */
	struct slice block; /* what is left of the block in hand */
	struct file *file;
	struct fileread *stream;
	off_t at;      /* where the block in hand, or the next one, begins */
	uint64_t left; /* bytes of the file to send from there */

	int64_t send_time;     /* the stretch, in milliseconds; 0: no limit */
	int64_t stretch_begin; /* of the running stretch */
	uint64_t stretch_sent;
	struct cont next;
};

/* An empty body for a socket. send_time: the length of a stretch. */
void body_init(struct body *body, int socket, int64_t send_time);

/* Behind the head, len bytes of file from offset; the body takes a hold of its
 * own. */
void body_file(
	struct body *body, struct file *file, off_t offset, uint64_t len);

/* Sends it all. True: it is over already, read outcome. False: the row of the
 * socket is the body's until `next` is resumed on it, and the bytes of head must
 * stay until then. */
bool body_send(struct body *body, struct slice head, struct cont next);

/* Lets go of file and stream: the user's last word, once resumed. */
void body_end(struct body *body);

#endif
