/*
 * pace.h - when to start a process again that died.
 *
 * At once, normally. But one that died within a second of its start more than
 * three times in a row is started only after a pause, so that a broken disk or
 * a missing permission does not cause a continuous stream of new processes.
 *
 * No system calls; `now` is the time in milliseconds.
 */
#ifndef CONTD_MASTER_PACE_H
#define CONTD_MASTER_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	PACE_YOUNG =
		1000,   /* ms from its start; a death before is an early one */
	PACE_TRIES = 3, /* early deaths in a row without a pause */
	PACE_BREATH = 1000 /* ms of the pause */
};

struct pace {
	int64_t started;
	int64_t due;    /* not to be started before */
	unsigned young; /* early deaths in a row */
};

/* It was started, or this was tried. */
void pace_started(struct pace *pace, int64_t now);

/* It died, or could not be started. */
void pace_died(struct pace *pace, int64_t now);

/* Whether it may be started. */
bool pace_is_due(const struct pace *pace, int64_t now);

#endif
