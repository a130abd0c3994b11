/*
 * sim.c - many seeds, or one.
 *
 *     simulation 10000            seeds 1 to 10000
 *     simulation 10000 70000      10000 seeds from 70000 on
 *     simulation --replay 4711    one, told step by step
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

int main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000;
	uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;

	world.program = argv[0];
	if (argc == 3 && strcmp(argv[1], "--replay") == 0) {
		world.traced = true;
		count = 1;
	}
	for (uint64_t seed = first; seed < first + count; seed++)
		world_run(seed);
	printf("sim: %llu seeds, %llu requests answered as they must be\n",
		(unsigned long long)count, (unsigned long long)world.requests);
	return count > 0 && world.requests > 0 ? 0 : 1;
}
