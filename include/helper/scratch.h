/*
 * scratch.h - text that is written to an anonymous file.
 *
 * However long the text gets, no more of it than SCRATCH_ROOM bytes is in our
 * memory at once. After any number of writes one look at scratch_finish says
 * whether all of it arrived.
 */
#ifndef CONTD_HELPER_SCRATCH_H
#define CONTD_HELPER_SCRATCH_H

#include <stddef.h>
#include <time.h>

#include "base/buf.h"
#include "helper/job.h"

enum { SCRATCH_ROOM = 16 * 1024 };

struct scratch {
	int fd;
	int error;       /* errno of what went wrong; 0: nothing so far */
	struct buf text; /* what is not written yet */
	char bytes[SCRATCH_ROOM];
};

/* Begins an empty file. Returns 0, or -1 with errno. */
int scratch_open(struct scratch *s);

/* Where to put the next piece of text, of at most len bytes. Another piece
 * needs another call; one that is longer than SCRATCH_ROOM is an error. */
struct buf *scratch_room(struct scratch *s, size_t len);

/* Writes what is left and gives the file a last modification. Returns the
 * descriptor, which is the caller's, and sets *version; or -1 with errno. */
int scratch_finish(
	struct scratch *s, struct timespec modified, struct version *version);

#endif
