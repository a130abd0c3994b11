/*
 * pool.h - a limited number of objects of one size.
 *
 * The memory for clients comes from pools, so that it has a limit that is known
 * at start. Of the objects given back POOL_KEPT are kept for reuse, the rest is
 * freed. Taking one returns NULL when the limit is reached or there is no
 * memory (see heap.h); the caller then refuses its client.
 */
#ifndef CONTD_BASE_POOL_H
#define CONTD_BASE_POOL_H

#include <stddef.h>

enum { POOL_KEPT = 64 };

struct pool_item;

struct pool {
	size_t size;  /* bytes of one object */
	size_t limit; /* the most objects in use */
	size_t taken; /* in use */
	size_t kept;  /* given back, for reuse */
	struct pool_item *free;
};

void pool_init(struct pool *p, size_t size, size_t limit);

/* An object with every byte zero, or NULL. */
void *pool_take(struct pool *p);
/* The same without zeroing, for large buffers. */
void *pool_take_raw(struct pool *p);

/* Gives an object back. NULL is ignored. */
void pool_give(struct pool *p, void *object);

/* The bytes that an object of this size takes, with malloc's overhead. */
size_t pool_weight(size_t size);

/* Frees what is kept for reuse, because memory is short. */
void pool_trim(struct pool *p);

/* The same at the end: no object may be in use. */
void pool_free(struct pool *p);

#endif
