/*
 * pool.c - a limited number of objects of one size.
 *
 * Objects given back are in a free list, linked through the objects themselves;
 * the last one given is taken first, as it is most likely in the CPU's cache.
 * Each object is allocated by itself, so that memory checkers see it.
 */
#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/heap.h"

struct pool_item {
	struct pool_item *next;
};

void pool_init(struct pool *p, size_t size, size_t limit)
{
	if (size < sizeof(struct pool_item))
		size = sizeof(struct pool_item);
	*p = (struct pool){.size = size, .limit = limit};
}

size_t pool_weight(size_t size)
{
	enum { BESIDE = 16, STEP = 16 }; /* of glibc; musl needs less */

	return (size + BESIDE + STEP - 1) / STEP * STEP;
}

static void *take_kept(struct pool *p)
{
	struct pool_item *item = p->free;

	BUG_UNLESS(p->kept > 0);
	p->free = item->next;
	p->kept--;
	return item;
}

void *pool_take_raw(struct pool *p)
{
	void *object;

	if (p->free != NULL)
		object = take_kept(p);
	else if (p->taken < p->limit)
		object = heap_take(p->size);
	else
		return NULL;
	if (object != NULL)
		p->taken++;
	return object;
}

void *pool_take(struct pool *p)
{
	void *object = pool_take_raw(p);

	if (object != NULL)
		memset(object, 0, p->size);
	return object;
}

void pool_give(struct pool *p, void *object)
{
	struct pool_item *item = object;

	if (item == NULL)
		return;
	BUG_UNLESS(p->taken > 0);
	p->taken--;
	if (p->kept >= POOL_KEPT) {
		free(item);
		return;
	}
	item->next = p->free;
	p->free = item;
	p->kept++;
}

void pool_trim(struct pool *p)
{
	while (p->free != NULL)
		free(take_kept(p));
}

void pool_free(struct pool *p)
{
	BUG_UNLESS(p->taken == 0);
	pool_trim(p);
}
