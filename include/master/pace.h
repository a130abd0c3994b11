/*
 * pace.h - how soon what died is started again.
 *
 * At once, as a rule. But what dies within a second of its start more than
 * three times in a row will die again: it is given a breath first, so that a
 * broken disk or a missing permission does not become a storm of processes.
 *
 * Pure: the clock is the caller's, in milliseconds.
 */
#ifndef CONTD_MASTER_PACE_H
#define CONTD_MASTER_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	PACE_YOUNG = 1000, /* ms: dying before that is dying young */
	PACE_TRIES = 3,    /* so often it may, in a row */
	PACE_BREATH = 1000 /* ms */
};

struct pace {
	int64_t started;
	int64_t due; /* not to be started before */
	unsigned young;
};

void pace_started(struct pace *pace, int64_t now);

/* It died, or could not even be started. */
void pace_died(struct pace *pace, int64_t now);

bool pace_is_due(const struct pace *pace, int64_t now);

#endif
