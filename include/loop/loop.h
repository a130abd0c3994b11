/*
 * loop.h - the event loop.
 *
 * A turn is: wait until something is ready; resume what is ready; ask each read
 * in flight; resume what is past its deadline; resume the WITHIN_NOW rows;
 * close what was given to cont_close. loop_run() only repeats turns.
 *
 * The clock is read once per turn, after the wait: everything in a turn has the
 * same time. turnclock.h measures how long turns take.
 *
 * A process has one loop, as it has one table of descriptors and one signal
 * mask. So the state of the loop is in static variables and not passed as an
 * argument: the table, the poller, reads with slots and devices, the journal,
 * the pipes for signals, the times of the turn. The same is true of what all
 * bodies share (files/: streams.c, fill.c, direct.c, stretch.c; serve/parts.c)
 * and of the signal mask (sys/sys.c). All other state of a worker is in its
 * struct server.
 */
#ifndef CONTD_LOOP_LOOP_H
#define CONTD_LOOP_LOOP_H

#include <stddef.h>
#include <stdint.h>

#include "loop/poller.h"

/* Opens table and poller for descriptors 0 to rows-1. 0, or -1 with errno. */
int loop_open(enum poller_kind kind, size_t rows);
void loop_shut(void);

/* The most bytes that table and poller take for this many descriptors. */
size_t loop_memory(size_t rows);

/* Runs turns until loop_stop was called. */
void loop_run(void);

/* One turn. For the simulation, and for loop_run. */
void loop_turn(void);

/* Ends loop_run after the current turn. */
void loop_stop(void);

/* The monotonic time of the turn, in milliseconds. */
int64_t loop_now(void);
/* The time of day of the turn, in nanoseconds since 1970. */
int64_t loop_date(void);

/* The number of the turn, so that a file need not be checked twice in it. */
uint64_t loop_turns(void);

#endif
