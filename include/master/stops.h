/*
 * stops.h - a child that was stopped goes on.
 *
 * SIGSTOP cannot be ignored, and a stopped child is worse than a dead one: its
 * clients wait, and the kernel gives it new ones. Nothing is lost yet, so it is
 * continued at once and not replaced, and one line a second at most says so.
 *
 * A terminal's stop (Ctrl-Z: SIGTSTP) is for the whole group, and so is what
 * ends it. The master is stopped as well then; if it is not, or not any more,
 * a breath later, its children are not to be either.
 *
 * What a debugger stops is not reported to us, and left alone.
 */
#ifndef CONTD_MASTER_STOPS_H
#define CONTD_MASTER_STOPS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct stops {
	bool waits;   /* for a breath: a terminal's stop */
	int64_t said; /* when, in ms; 0: never */
	unsigned untold;
};

/* What is to be done about a stop by this signal. */
bool stops_is_terminals(int signo);

/* One more; -1 when it is not to be said now, else how many there were before
 * that were not said either. */
int stops_count(struct stops *stops, int64_t now);

#endif
