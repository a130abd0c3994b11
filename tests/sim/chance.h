/*
 * chance.h - the one source of chance, and what is said of a failure.
 *
 * Every choice that a kernel, a client or a disk is free to make is made here,
 * so a run is a function of its seed. A seed that fails is run once more in the
 * same program, which remembers what happens this time, and says the last of it
 * that concerns whoever it failed for.
 */
#ifndef CONTD_SIM_CHANCE_H
#define CONTD_SIM_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void chance_seed(uint64_t seed);
uint64_t chance(uint64_t below); /* 0 to below-1 */
bool chance_one_in(uint64_t many);

enum { NOBODY_KNOWN = -1 }; /* a failure, or an event, that is no client's */

/* How much is told: nothing, the end of what concerns the failure, all. */
enum told { TOLD_NOTHING, TOLD_END, TOLD_ALL };
void trace_open(enum told told, const char *program);

/* What there is in this seed, said in front of its events. */
void trace_world(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What happens, to client `who`. */
void sim_trace(int who, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Says what is wrong, with the seed, and how to see it again; ends the program.
 */
_Noreturn void sim_fail(int who, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same for a program that dies of itself, from its signal handler. */
_Noreturn void sim_died(void);

#endif
