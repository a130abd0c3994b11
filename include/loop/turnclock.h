/*
 * turnclock.h - how long turns take, and who held one up.
 *
 * The loop never waits, says every other header; this one looks. While a turn
 * works nobody else is served, so the time from the end of its wait to its own
 * end is what a client may have to wait for others. Every turn is counted in a
 * histogram, which the tests read. One that takes as long as a limit is a
 * stall, and is said in one line (journal.h): its time, the handler that took
 * most of it, and what of it was work, as against waiting for a disk, for
 * memory or for the processor.
 *
 *     a turn took 73 ms: handlers run 3, the longest on_found (71 ms,
 *     descriptor 5, state 0x5580c3f2a010); of CPU time at most 2 ms, major
 *     faults 1, minor 14, preemptions 3
 *
 * There is at most one such line a second; the next one says how many stalls
 * went unsaid before it.
 *
 * What looking costs is kept below what can be noticed. A turn reads the clock
 * once more than it would otherwise. Whenever a handler ends, or another begins
 * inside it, the kernel's last tick is read, which costs a few nanoseconds and
 * is right to 10 ms at worst: enough to say who, for a limit of 50; for one of
 * a tick's length the name may be that of a neighbour. What the kernel counts
 * takes a system call, so it is asked for after a share of the limit was spent
 * in turns (a fifth, 10 ms at most), and only after 16 of them, unless they
 * took five such shares: the figures of a stall contain up to so much from
 * before it, hence "at most".
 */
#ifndef CONTD_LOOP_TURNCLOCK_H
#define CONTD_LOOP_TURNCLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "loop/cont.h"
#include "sys/clock.h"

/* A turn from this limit on is a stall; milliseconds, 0: none is, which is what
 * a new loop has. */
void turnclock_limit(int64_t milliseconds);

/* ---- for the loop ---- */

/* The loop is opened. */
void turnclock_reset(void);

/* A turn has done its waiting, at the time now (sys_now); it is over. */
void turnclock_begin(int64_t now);
void turnclock_end(void);

/* The loop itself has worked: that was not the next handler's time. */
void turnclock_worked(void);

/* ---- for the table ---- */

/* A handler that runs. It may resume others, which are inside it then. */
struct turnclock_run {
	int fd;
	struct cont cont;
	struct turnclock_run *outer;
};

void turnclock_enter(struct turnclock_run *run);
void turnclock_leave(const struct turnclock_run *run);

/* ---- for the tests ---- */

/* [0] counts turns below 1 us, [n] those from 2^(n-1) us to below 2^n us; the
 * last has no end (16 s and more). */
enum { TURNCLOCK_CLASSES = 26 };

/* Since the loop was opened. Times are in nanoseconds. */
struct turnclock_figures {
	uint64_t turns[TURNCLOCK_CLASSES];
	int64_t longest; /* of all turns */
	int64_t worked;  /* all turns together */
	uint64_t stalls;
	struct sys_usage usage;
};

/* Asks the kernel too: one system call. */
void turnclock_read(struct turnclock_figures *figures);

#endif
