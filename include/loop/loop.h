/*
 * loop.h - the event loop.
 *
 * A turn is: wait until something is ready; resume what is ready; ask each
 * read in flight; resume what is late; run what was put off to the end of the
 * turn; close what was closed. loop_run() is nothing but turns.
 *
 * The clock is read when the wait is over: all that happens in a turn happens
 * at the same time. How long it took is turnclock.h's affair.
 *
 * A process has one loop, as it has one table of descriptors and one mask of
 * signals. So what belongs to the loop is kept in static variables and is no
 * argument: the table, the poller, the reads with their slots and devices, the
 * journal, the pipes of the signals, the times of the turn. Above it the same
 * holds for what all bodies share (files/: streams.c, fill.c, direct.c,
 * stretch.c; serve/parts.c), and below it for the mask (sys/sys.c). All other
 * state of a worker hangs from its struct server.
 */
#ifndef CONTD_LOOP_LOOP_H
#define CONTD_LOOP_LOOP_H

#include <stddef.h>
#include <stdint.h>

#include "loop/poller.h"

/* Opens table and poller for descriptors 0 to rows-1; 0, or -1 with errno. */
int loop_open(enum poller_kind kind, size_t rows);
void loop_shut(void);

/* Bytes that table and poller take for so many descriptors at most. */
size_t loop_memory(size_t rows);

/* Turns until loop_stop was called. */
void loop_run(void);

/* One turn. For the simulation, and for loop_run. */
void loop_turn(void);

/* Ends loop_run after the turn that is under way. */
void loop_stop(void);

/* The clock of the turn: milliseconds that never jump, and the time of day in
 * nanoseconds since 1970. */
int64_t loop_now(void);
int64_t loop_date(void);

/* Counts the turns: what was true of a file in this turn need not be asked
 * again in it. */
uint64_t loop_turns(void);

#endif
