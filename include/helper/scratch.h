/*
 * scratch.h - writes text to an anonymous file.
 *
 * At most SCRATCH_ROOM bytes of the text are buffered. Errors are remembered,
 * and reported by scratch_finish.
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
	int error;       /* the first errno; 0: none */
	struct buf text; /* not yet written */
	char bytes[SCRATCH_ROOM];
};

/* Opens an empty file. Returns 0, or -1 with errno. */
int scratch_open(struct scratch *s);

/* Returns the buffer for the next piece of text, of at most len bytes. To be
 * called for each piece; one longer than SCRATCH_ROOM is an error. */
struct buf *scratch_room(struct scratch *s, size_t len);

/* Writes what is left and sets the file's time of modification. Returns the
 * descriptor, which is the caller's, and sets *version; or -1 with errno. */
int scratch_finish(
	struct scratch *s, struct timespec modified, struct version *version);

#endif
