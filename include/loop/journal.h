/*
 * journal.h - lines that leave without anybody waiting.
 *
 * A line goes into a ring in memory; at the end of the turn the ring is written
 * to our own non-blocking pipe, behind which the logger process sits: it may
 * wait for disks and terminals, we may not. When the pipe is full the ring
 * fills, and when the ring is full lines are dropped and counted, until half of
 * it is free; how many is then said in a line of its own, where they are
 * missing. Lines are dropped whole, never in part.
 *
 * All workers write into one pipe. POSIX keeps a write of up to PIPE_BUF bytes
 * in one piece, so lines are no longer than that and leave whole: half a line
 * would be taken for another one, and what a client wrote for ours.
 *
 * The first byte of a line tells the logger where it belongs: JOURNAL_ACCESS
 * lines begin with that byte, all others are for the operator. JOURNAL_LINE
 * counts that byte and the newline.
 *
 * The master holds the other end for the next logger when one dies. So a broken
 * pipe means that the master is dead, and then the journal ends silently.
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
	/* Bytes of a line, the rest is cut. */
	JOURNAL_LINE = PIPE_BUF < 4096 ? PIPE_BUF : 4096
};

/* Lines leave through pipe from now on; takes charge of it, which is
 * non-blocking (sys_pipe). 0, or -1 without memory, and then pipe is still the
 * caller's. Without a journal lines go nowhere. SIGPIPE must be ignored. */
int journal_open(int pipe);

/* Writes what the pipe still takes, and closes it. */
void journal_shut(void);

/* One access line, without its newline; to hold none is the caller's part. */
void journal_access(struct slice line);

/* One line for the operator: what happened, to what, and what follows. Control
 * bytes become '?', so that no name can forge a line. */
void journal_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- for the tests ---- */

/* Lines dropped since the start. */
uint64_t journal_dropped(void);

#endif
