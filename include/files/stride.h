/*
 * stride.h - how much of a file a client is given at once.
 *
 * What a client will take is not known before it has taken something, and a
 * thousand slow ones must not hold a thousand blocks. So blocks are small at
 * first. Large ones, and to keep them while they wait for room, are for those
 * who have proven to be fast: by making room promptly, or by taking more than
 * the buffers on the way may have swallowed. Who lets us wait is late, and has
 * small ones again.
 */
#ifndef CONTD_FILES_STRIDE_H
#define CONTD_FILES_STRIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	STRIDE_SMALL = 64 * 1024,   /* bytes */
	STRIDE_PROOF = 1024 * 1024, /* bytes taken: more than buffers hold */
	STRIDE_PROMPT = 200         /* milliseconds; longer is late */
};

struct stride {
	bool is_fast;
	bool is_late;  /* neither before the first wait */
	int64_t waits; /* since when */
};

void stride_begin(struct stride *stride);

/* A block left, all of it; so many bytes in all. */
void stride_took(struct stride *stride, uint64_t sent);

/* There is no room for more; and it is over, with room or without. */
void stride_wait(struct stride *stride);
void stride_go_on(struct stride *stride);

/* Bytes of the next block at most. */
size_t stride_block(const struct stride *stride);

#endif
