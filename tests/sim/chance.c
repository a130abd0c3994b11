/* chance.c - the one source of chance, and what is said of a failure. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel.h"
#include "world.h"

static struct {
	uint64_t seed, state;
} chances;

void chance_seed(uint64_t seed)
{
	chances.seed = seed;
	chances.state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

/* splitmix64 */
uint64_t chance(uint64_t below)
{
	uint64_t z = chances.state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (z ^ (z >> 31)) % below;
}

bool chance_one_in(uint64_t many)
{
	return chance(many) == 0;
}

void sim_fail(const char *format, ...)
{
	va_list list;

	fprintf(stderr, "sim: seed %llu failed at %lld ms: ",
		(unsigned long long)chances.seed, (long long)kernel_now());
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fprintf(stderr, "\nsim: to see it again: %s --replay %llu\n",
		world.program, (unsigned long long)chances.seed);
	exit(1);
}

void sim_trace(const char *format, ...)
{
	va_list list;

	if (!world.traced)
		return;
	fprintf(stderr, "%8lld ms  ", (long long)kernel_now());
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
}
