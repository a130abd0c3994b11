/*
 * memory.h - the heap under the worker.
 *
 * The linker gives malloc, calloc, realloc and free of everything in this
 * program to memory.c (--wrap). What the worker asks for may fail, is counted,
 * and must be given back; the simulation's own memory comes from sim_new.
 */
#ifndef CONTD_SIM_MEMORY_H
#define CONTD_SIM_MEMORY_H

#include <stddef.h>

/* Zeroed; there always is some. */
void *sim_new(size_t size);
void sim_free(void *at);

/* What the worker has of the heap, and the most that it had since. */
size_t memory_used(void);
size_t memory_blocks(void);
size_t memory_most(void);
void memory_reset(void);

/* From now on it may have so much more, and no more; 0: no limit. */
void memory_limit(size_t more);

#endif
