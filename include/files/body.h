/*
 * body.h - sends a head and parts of a file to a socket.
 *
 * A head is sent, and after it pieces. A piece is a text of the caller, then a
 * part of the file; either may be empty. The file is read in blocks
 * (loop/fileread.h). The head is sent together with the first block, so that a
 * file that cannot be read can still be answered with 500. One block is sent
 * per turn, so that every client gets its share; the next one is read
 * meanwhile. With --files auto a block may be sent without being read
 * (direct.h); such a client holds neither a block nor a descriptor for reading.
 *
 * What the socket does not take waits for POLLOUT. The block is held for a fast
 * client (stride.h), WITHIN_BLOCK at most, and not while blocks are scarce;
 * otherwise it is given back and read again later. So slow clients hold neither
 * a block nor a descriptor for reading.
 *
 * One version or nothing: before its last bytes are sent, the file is checked
 * again. If its bytes changed or are too few, they are not sent; the outcome is
 * BODY_CHANGED and the connection must be reset. A file that changed less than
 * FILE_YOUNG ago is not read before that time is over (file_is_young).
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
	BODY_GONE,    /* the client closed, or a socket error */
	BODY_SLOW,    /* the client took too few bytes in a stretch */
	BODY_CHANGED, /* the file is not the version of the head any more */
	BODY_FAILED,  /* a read failed */
	BODY_LATE,    /* a read took too long */
	BODY_SHORTAGE /* no descriptor or memory */
};

struct piece {
	struct slice text;
	uint64_t offset, len; /* of the file */
};

/* Embedded in a struct of the caller, who reads outcome and sent at the end. */
struct body {
	enum body_outcome outcome;
	uint64_t sent; /* bytes that the kernel took, head included */

	int socket;
	struct slice head;  /* unsent rest of the head, or of a text */
	struct slice block; /* unsent rest of the current block */
	size_t direct;      /* bytes to send by sendfile(), without a block */
	struct file *file;
	struct fileread *stream;
	bool has_read; /* has read: does not go on from a copy */
	struct stride stride;
	int64_t asked; /* when the block was requested */
	size_t wanted; /* bytes of it */
	size_t ahead;  /* bytes of the next one, if that is read ahead */
	uint64_t at;   /* offset of the current block, or of the next */
	uint64_t left; /* bytes of this piece to send from there */
	const struct piece *pieces; /* the pieces after this one */
	size_t pieces_count;

	struct stretch stretch;
	struct cont next;
};

/* Sets how many bodies may read at once; others wait and try again. */
void body_streams(size_t max);

/* Makes an empty body for a socket. send_time: the length of a stretch, in
 * milliseconds; 0: no limit. */
void body_init(struct body *body, int socket, int64_t send_time);

/* Adds pieces of the file, at least one, to be sent after the head. The body
 * holds the file; pieces and texts must stay valid until body_end. */
void body_add(struct body *body, struct file *file, const struct piece *pieces,
	size_t count);

/* Sends all of it. True: it is over already, read outcome. False: the body uses
 * the socket's row until it resumes `next` on it; the bytes of head must stay
 * valid until then. */
bool body_send(struct body *body, struct slice head, struct cont next);

/* Tells the body that the head given to body_send was moved. Not to be called
 * from inside body_send. */
void body_move_head(struct body *body, struct slice head);

/* Releases file and stream; the caller's last call, once it is over. */
void body_end(struct body *body);

#endif
