/*
 * pace.h - how much of a file a client is given at once.
 *
 * What a client will take is not known before it has taken something, and a
 * thousand slow ones must not hold a thousand blocks. So blocks are small at
 * first. Large ones, and to keep them while they wait for room, are for those
 * who have proven to be fast: by making room promptly, or by taking more than
 * the buffers on the way may have swallowed. Who lets us wait is late, and has
 * small ones again.
 */
#ifndef CONTD_FILES_PACE_H
#define CONTD_FILES_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PACE_SMALL = 64 * 1024,   /* bytes */
	PACE_PROOF = 1024 * 1024, /* bytes taken: more than buffers hold */
	PACE_PROMPT = 200         /* milliseconds; longer is late */
};

struct pace {
	bool is_fast;
	bool is_late;  /* neither before the first wait */
	int64_t waits; /* since when */
};

void pace_begin(struct pace *pace);

/* A block left, all of it; so many bytes in all. */
void pace_took(struct pace *pace, uint64_t sent);

/* There is no room for more; and it is over, with room or without. */
void pace_wait(struct pace *pace);
void pace_go_on(struct pace *pace);

/* Bytes of the next block at most. */
size_t pace_block(const struct pace *pace);

#endif
