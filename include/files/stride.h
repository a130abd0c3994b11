/*
 * stride.h - the size of the blocks that a client is sent.
 *
 * How fast a client is shows only after it took something, and a thousand slow
 * ones must not hold a thousand blocks. So blocks are small at first. Only fast
 * clients get large ones, and have them held while they wait for room. Fast is
 * a client that made room within STRIDE_PROMPT, or that took STRIDE_PROOF
 * bytes, more than the buffers on the path hold. One that lets us wait longer
 * is late, and gets small blocks again.
 */
#ifndef CONTD_FILES_STRIDE_H
#define CONTD_FILES_STRIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	STRIDE_SMALL = 64 * 1024,   /* bytes */
	STRIDE_PROOF = 1024 * 1024, /* bytes taken: more than buffers hold */
	STRIDE_PROMPT = 200         /* milliseconds; from then on it is late */
};

struct stride {
	bool is_fast;
	bool is_late;  /* at first neither */
	int64_t waits; /* since when it waits for room */
};

void stride_begin(struct stride *stride);

/* A whole block was sent; sent: bytes of the body so far. */
void stride_took(struct stride *stride, uint64_t sent);

/* The socket has no more room; the wait begins. */
void stride_wait(struct stride *stride);
/* The wait is over, with room or without. */
void stride_go_on(struct stride *stride);

/* The most bytes of the next block. */
size_t stride_block(const struct stride *stride);

#endif
