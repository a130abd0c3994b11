/*
 * turnclock.h - how long turns take, and which handler stalled one.
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
 * There is at most one such line per second; it tells how many stalls before it
 * were not logged.
 *
 * The cost is kept small. A turn reads the clock once more. When a handler
 * ends, or another begins inside it, the kernel's last tick is read, which
 * costs a few nanoseconds and is right to 10 ms at worst: enough to name the
 * handler for a limit of 50 ms; for a limit of one tick it may name a
 * neighbouring one. The kernel's counters need a system call, so they are read
 * only after turns took 1/5 of the limit (10 ms at most) together, and after 16
 * turns unless these took five times as much. So the figures of a stall may
 * include that much from before it, hence "at most".
 */
#ifndef CONTD_LOOP_TURNCLOCK_H
#define CONTD_LOOP_TURNCLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "loop/cont.h"
#include "sys/clock.h"

/* Sets the time, in milliseconds, from which a turn is a stall. 0, as in a new
 * loop: no turn is. */
void turnclock_limit(int64_t milliseconds);

/* ---- for the loop ---- */

/* The loop was opened. */
void turnclock_reset(void);

/* A turn's wait ended at the time now (sys_now). */
void turnclock_begin(int64_t now);
/* The turn ended. */
void turnclock_end(void);

/* The time until now was the loop's own, and not the next handler's. */
void turnclock_worked(void);

/* ---- for the table ---- */

/* A running handler. It may resume others, which then run inside it. */
struct turnclock_run {
	int fd;
	struct cont cont;
	struct turnclock_run *outer;
};

/* The handler begins. */
void turnclock_enter(struct turnclock_run *run);
/* The handler has returned. */
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
