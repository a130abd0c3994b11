/*
 * connection_chance.c - chance, failure and memory of the simulated kernel,
 * for a fuzzer: what fails aborts, so that the input is kept; and blocks are
 * counted only while a worker is open, since the fuzzer has its own.
 */
#include "connection_chance.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/chance.h"
#include "sim/kernel.h"
#include "sim/memory.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *at, size_t size);
void __real_free(void *at);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);
void __wrap_free(void *at);

static uint64_t state;
static bool is_counting;
static size_t blocks;

/* ---- sim/chance.h ---- */

void chance_seed(uint64_t seed)
{
	state = seed * UINT64_C(0xd1342543de82ef95);
}

/* splitmix64 */
uint64_t chance(uint64_t below)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (z ^ (z >> 31)) % below;
}

bool chance_one_in(uint64_t many)
{
	return chance(many) == 0;
}

void sim_trace(int who, const char *format, ...)
{
	static int is_told = -1;
	va_list list;

	if (is_told < 0)
		is_told = getenv("CONTD_FUZZ_TRACE") != NULL;
	if (!is_told)
		return;
	fprintf(stderr, "%9lld ms  %d: ", (long long)kernel_now(), who);
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
}

void sim_fail(int who, const char *format, ...)
{
	va_list list;

	fprintf(stderr,
		"fuzz_connection: at %lld ms: ", (long long)kernel_now());
	if (who != NOBODY_KNOWN)
		fprintf(stderr, "client %d: ", who);
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
	abort();
}

/* ---- sim/memory.h ---- */

void *sim_new(size_t size)
{
	void *at = __real_calloc(1, size);

	if (!at)
		sim_fail(NOBODY_KNOWN, "no memory for the simulation itself");
	return at;
}

void sim_free(void *at)
{
	__real_free(at);
}

void count_blocks(bool yes)
{
	is_counting = yes;
	if (yes)
		blocks = 0;
}

size_t memory_blocks(void)
{
	return blocks;
}

/* How much it is was not asked; only how many. */
size_t memory_used(void)
{
	return 0;
}

void memory_limit(size_t more)
{
	(void)more;
}

void memory_reset(void)
{
}

void *__wrap_malloc(size_t size)
{
	void *at = __real_malloc(size);

	blocks += is_counting && at;
	return at;
}

void *__wrap_calloc(size_t count, size_t size)
{
	void *at = __real_calloc(count, size);

	blocks += is_counting && at;
	return at;
}

void *__wrap_realloc(void *at, size_t size)
{
	void *larger = __real_realloc(at, size);

	blocks += is_counting && !at && larger;
	return larger;
}

void __wrap_free(void *at)
{
	blocks -= is_counting && at;
	__real_free(at);
}
