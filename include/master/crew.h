/*
 * crew.h - the helpers, as their master counts them.
 *
 * A helper has a number, which the worker knows it by, and a process. Numbers 0
 * to 3 are always wanted, more when the worker asks. A wanted number without a
 * living helper is due to be started. A helper that was given up is killed, and
 * its number is free at once: its process may be stuck in the kernel and never
 * die, so it is only counted, and when too many are, no more are started until
 * some are gone.
 *
 * Bookkeeping only: who starts, kills and reaps is supervise.c. The clock is
 * the caller's, in milliseconds.
 */
#ifndef CONTD_MASTER_CREW_H
#define CONTD_MASTER_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "files/helpers.h"
#include "master/pace.h"

enum { CREW_PROCESSES_MAX = 2 * HELPERS_MAX }; /* alive or dying */

struct crew {
	struct {
		bool wanted;
		pid_t pid; /* 0: none */
		struct pace pace;
	} member[HELPERS_MAX];
	pid_t leaving[CREW_PROCESSES_MAX]; /* given up, not yet dead; or 0 */
};

enum crew_death {
	CREW_NOT_OURS, /* some other process */
	CREW_LEFT,     /* expected: given up, or sent away as a spare */
	CREW_DIED      /* not so; its number is due again */
};

/* The first helpers of a new worker are wanted; those of the last one leave
 * (the end of their channels tells them). */
void crew_begin(struct crew *crew);

/* A number that is to be started now; -1: none. */
int crew_due(const struct crew *crew, int64_t now);

/* Whether some number waits for a breath, or for room. */
bool crew_waits(const struct crew *crew);

/* The number was started; or, with pid -1, could not be. */
void crew_started(struct crew *crew, int number, pid_t pid, int64_t now);

/* The worker gave it up: its process, to be killed; 0 when there is none. */
pid_t crew_give_up(struct crew *crew, uint32_t number, int64_t now);

/* The worker would like one more. */
void crew_want_more(struct crew *crew);

/* A process was reaped, with the status of waitpid(2). */
enum crew_death crew_reaped(
	struct crew *crew, pid_t pid, int status, int64_t now);

/* All processes there are; at most CREW_PROCESSES_MAX. Returns how many. */
size_t crew_processes(const struct crew *crew, pid_t *pids);

#endif
