/*
 * journal.h - log lines, written without waiting.
 *
 * A line goes into a ring in memory; at the end of the turn the ring is written
 * to our own non-blocking pipe. The logger process reads the pipe; it may wait
 * for disks and terminals, the worker may not. When the pipe is full the ring
 * fills, and when the ring is full lines are dropped and counted, until half of
 * it is free; a line in their place then tells how many. Lines are dropped
 * whole, never in part.
 *
 * All workers write to one pipe. Only writes of up to PIPE_BUF bytes are atomic
 * (POSIX), so no line is longer, and each is written whole: a part of one would
 * look like another line, and a client could choose its bytes.
 *
 * The first byte of a line tells the logger its log: JOURNAL_ACCESS begins each
 * line of the access log, all others are for the operator. JOURNAL_LINE counts
 * that byte and the newline.
 *
 * The master keeps the reading end open for the next logger when one dies. So a
 * broken pipe means that the master is dead; the journal then stops silently.
 */
#ifndef CONTD_LOOP_JOURNAL_H
#define CONTD_LOOP_JOURNAL_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum {
	JOURNAL_ACCESS = 1,         /* the byte in front of an access line */
	JOURNAL_RING = 1024 * 1024, /* bytes kept at most */
	JOURNAL_LINE = PIPE_BUF     /* most bytes of a line; the rest is cut */
};

/* Writes lines to pipe from now on; it must be non-blocking (sys_pipe), and
 * SIGPIPE ignored. Takes ownership of pipe. Returns 0, or -1 without memory,
 * and then pipe is still the caller's. While closed, lines are discarded. */
int journal_open(int pipe);

/* Writes as much as the pipe takes without waiting, and closes it. */
void journal_shut(void);

/* The same at the end of a process: runs the loop until the pipe took all, for
 * WITHIN_END at most. */
void journal_finish(void);

/* Writes one line to the access log; it must not contain a newline. */
void journal_access(struct slice line);

/* Writes one line for the operator: what happened, to what, and the effect.
 * Control bytes become '?', so that no name can forge a line. */
void journal_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- for the tests ---- */

/* Lines dropped since the start. */
uint64_t journal_dropped(void);

#endif
