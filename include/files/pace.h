/*
 * pace.h - how much of a file a client is given at once.
 *
 * What a client will take is not known before it has taken something, and a
 * thousand slow ones must not hold a thousand blocks. So the first block is
 * small; each that leaves without a wait, or after a prompt one, makes the next
 * one twice as large. Who lets us wait is late, and gets small ones until it is
 * prompt again.
 */
#ifndef CONTD_FILES_PACE_H
#define CONTD_FILES_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PACE_FIRST = 64 * 1024, /* bytes */
	PACE_PROMPT = 200,      /* milliseconds; longer is late */
	PACE_HELD = 4           /* blocks held at once by the unproven */
};

struct pace {
	size_t block; /* bytes of the next one at most */
	bool late;
	int64_t waits; /* since when */
};

void pace_begin(struct pace *pace);

/* A block left, all of it. */
void pace_took(struct pace *pace);

/* There is no room for more; and it is over, with room or without. */
void pace_wait(struct pace *pace);
void pace_go_on(struct pace *pace);

/* Whether its client, while it is waited for, may keep what is left of a block:
 * proven ones, and a few others. */
bool pace_may_hold(const struct pace *pace);

#endif
