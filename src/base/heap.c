/* heap.c - malloc(), and who is asked when it fails. */
#include "base/heap.h"

#include <stdlib.h>

static struct {
	void (*give)(void *state);
	void *state;
} heap;

void *heap_take(size_t size)
{
	void *at = malloc(size);

	if (at != NULL || heap.give == NULL)
		return at;
	heap.give(heap.state);
	return malloc(size);
}

void heap_on_shortage(void (*give)(void *state), void *state)
{
	heap.give = give;
	heap.state = state;
}
