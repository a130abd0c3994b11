/* memory.c - malloc and its like, which may say no. */
#include "memory.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "fault.h"
#include "kernel.h"

#define IN_USE UINT64_C(0x636f6e7464207573)
#define GIVEN_BACK UINT64_C(0x676f6e65676f6e65)

/* In front of each block; as long as any alignment asks for. */
struct block {
	uint64_t mark;
	size_t size;
};

void *__real_malloc(size_t size);
void __real_free(void *at);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);
void __wrap_free(void *at);

static struct {
	size_t used, blocks, most;
	size_t limit; /* bytes in use at most; 0: none */
} memory;

void *sim_new(size_t size)
{
	void *at = __real_malloc(size);

	if (!at)
		sim_fail(NOBODY_KNOWN, "no memory for the simulation itself");
	return memset(at, 0, size);
}

void sim_free(void *at)
{
	__real_free(at);
}

void *__wrap_malloc(size_t size)
{
	struct block *block;

	if (fault(FAULT_MEMORY))
		return NULL;
	if (memory.limit > 0 && memory.used + size > memory.limit) {
		/* The kernel was asked for more. */
		kernel_called();
		fault_happened(FAULT_MEMORY);
		errno = ENOMEM;
		return NULL;
	}
	block = __real_malloc(sizeof *block + size);
	if (!block)
		return NULL;
	*block = (struct block){IN_USE, size};
	memory.used += size;
	memory.blocks++;
	if (memory.used > memory.most)
		memory.most = memory.used;
	return block + 1;
}

void *__wrap_calloc(size_t count, size_t size)
{
	void *at = __wrap_malloc(count * size);

	return at ? memset(at, 0, count * size) : NULL;
}

void __wrap_free(void *at)
{
	struct block *block = at;

	if (!at)
		return;
	block--;
	if (block->mark != IN_USE)
		sim_fail(NOBODY_KNOWN, "free of what is no block%s",
			block->mark == GIVEN_BACK ? " any more" : "");
	block->mark = GIVEN_BACK;
	memory.used -= block->size;
	memory.blocks--;
	__real_free(block);
}

void *__wrap_realloc(void *at, size_t size)
{
	const struct block *block = at;
	void *larger = __wrap_malloc(size);

	if (larger && at) {
		block--;
		memcpy(larger, at, block->size < size ? block->size : size);
		__wrap_free(at);
	}
	return larger;
}

size_t memory_used(void)
{
	return memory.used;
}

size_t memory_blocks(void)
{
	return memory.blocks;
}

size_t memory_most(void)
{
	return memory.most;
}

void memory_limit(size_t more)
{
	memory.limit = more > 0 ? memory.used + more : 0;
}

void memory_reset(void)
{
	memory.most = memory.used;
}
