/*
 * heap.h - malloc() that asks for memory back before it gives up.
 *
 * Memory is kept for the next request in many places: cached files, blocks of
 * reads, objects of pools. Without this it could happen that all of the memory
 * is kept and none can be used. Who takes memory here may lose all that is only
 * cached: a file or an entry of the store that he uses must be held.
 */
#ifndef CONTD_BASE_HEAP_H
#define CONTD_BASE_HEAP_H

#include <stddef.h>

/* As malloc(). Without memory it asks once for what is only kept, and tries
 * again. */
void *heap_take(size_t size);

/* Sets who is asked; he takes no memory himself. NULL: nobody. */
void heap_on_shortage(void (*give)(void *state), void *state);

#endif
