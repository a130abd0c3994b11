/*
 * pool.h - objects of one size, a bounded number of them.
 *
 * What a client needs while it is served comes from a pool, so that memory has
 * a limit that is known at start. Given-back objects, POOL_KEPT of them, are
 * kept for the next taker, the rest is the system's again; taking one when the
 * limit is reached, or when the system has no memory, returns NULL, and the
 * taker refuses its client.
 */
#ifndef CONTD_BASE_POOL_H
#define CONTD_BASE_POOL_H

#include <stddef.h>

enum { POOL_KEPT = 64 };

struct pool_item;

struct pool {
	size_t size;  /* bytes of one object */
	size_t limit; /* objects there may be at most */
	size_t taken; /* in use now */
	size_t kept;  /* given back and waiting */
	struct pool_item *free;
};

void pool_init(struct pool *p, size_t size, size_t limit);

/* An object with every byte zero, or NULL. pool_take_raw leaves the bytes as
 * they are: for large buffers, whose zeroing nobody needs. */
void *pool_take(struct pool *p);
void *pool_take_raw(struct pool *p);

/* Takes charge of the object; NULL is let pass. */
void pool_give(struct pool *p, void *object);

/* What an object of this size takes of the system's memory, with what malloc
 * keeps beside it. */
size_t pool_weight(size_t size);

/* Frees what is kept. Nothing may be in use any more. */
void pool_free(struct pool *p);

#endif
