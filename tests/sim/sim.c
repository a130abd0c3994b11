/*
 * sim.c - many seeds, or one.
 *
 *     simulation 10000            seeds 1 to 10000
 *     simulation 10000 70000      10000 seeds from 70000 on
 *     simulation --start          no seed: a beginning that fails, in all ways
 *     simulation --replay 4711    one; if it fails, what led to it
 *     simulation --trace 4711     one, told step by step
 *
 * A seed that fails is run --again by itself.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "fault.h"
#include "world.h"

static void on_death(int signo)
{
	(void)signo;
	sim_died();
}

/* A broken promise aborts, a wild pointer is a signal. */
static void catch_deaths(void)
{
	static const int deaths[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
	struct sigaction action = {.sa_handler = on_death};

	action.sa_flags = SA_NODEFER;
	for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++)
		sigaction(deaths[i], &action, NULL);
}

static void print_summary(uint64_t count)
{
	printf("sim: %llu seeds, %llu turns, %llu requests answered as they "
	       "must be\n",
		(unsigned long long)count, (unsigned long long)world.turns,
		(unsigned long long)world.requests);
	for (int status = 0; status < 600; status++)
		if (world.statuses[status] > 0)
			printf("  %d %10llu\n", status,
				(unsigned long long)world.statuses[status]);
	fault_print();
	flights_print();
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000;
	uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	enum told told = TOLD_NOTHING;

	bool again = argc == 3 && strcmp(argv[1], "--again") == 0;

	if (again || (argc == 3 && strcmp(argv[1], "--replay") == 0))
		told = TOLD_END;
	if (argc == 3 && strcmp(argv[1], "--trace") == 0)
		told = TOLD_ALL;
	if (told != TOLD_NOTHING)
		count = 1;
	trace_open(told, argv[0]);
	catch_deaths();
	tree_open();
	if (argc == 2 && strcmp(argv[1], "--start") == 0) {
		start_with_faults();
		return 0;
	}
	for (uint64_t seed = first; seed < first + count; seed++)
		seed_run(seed);
	if (again) {
		fprintf(stderr, "sim: seed %s failed, and not again\n",
			argv[2]);
		return 1;
	}
	print_summary(count);
	return count > 0 && world.requests + (told != TOLD_NOTHING) > 0 ? 0 : 1;
}
