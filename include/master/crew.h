/*
 * crew.h - the master's list of a worker's helpers.
 *
 * A helper has a number, by which the worker knows it, and a process. Numbers
 * 0 to 3 are always wanted, others when the worker asks for more. A wanted
 * number without a process is due to be started. A helper that was given up is
 * killed, and its number is free at once. Its process may be blocked in the
 * kernel and not die; it is counted, and if there are too many processes no
 * more are started.
 *
 * Only lists: supervise.c and workers.c start, kill and reap. `now` is the time
 * in milliseconds.
 */
#ifndef CONTD_MASTER_CREW_H
#define CONTD_MASTER_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "files/helpers.h"
#include "master/pace.h"

enum { CREW_PROCESSES_MAX = 2 * HELPERS_MAX }; /* those given up included */

struct crew {
	struct {
		bool wanted;
		pid_t pid; /* 0: none */
		struct pace pace;
	} member[HELPERS_MAX];
	pid_t leaving[CREW_PROCESSES_MAX]; /* given up, not yet dead; or 0 */
};

enum crew_death {
	CREW_NOT_OURS, /* another process */
	CREW_LEFT,     /* expected: given up, or not needed any more */
	CREW_DIED      /* not expected; its number is due again */
};

/* Begins a crew for a new worker: the first helpers are wanted. Those of the
 * worker before leave at the end of file on their channels. */
void crew_begin(struct crew *crew);

/* A number to be started now; -1: none. */
int crew_due(const struct crew *crew, int64_t now);

/* Whether a wanted number has no process. */
bool crew_waits(const struct crew *crew);

/* The number was started; with pid -1: could not be started. */
void crew_started(struct crew *crew, int number, pid_t pid, int64_t now);

/* The worker gave the helper up. Returns its process, to be killed; 0: none. */
pid_t crew_give_up(struct crew *crew, uint32_t number, int64_t now);

/* The worker asks for one more. */
void crew_want_more(struct crew *crew);

/* A process was reaped, with this status of waitpid(2). */
enum crew_death crew_reaped(
	struct crew *crew, pid_t pid, int status, int64_t now);

/* Lists all processes, at most CREW_PROCESSES_MAX. Returns how many. */
size_t crew_processes(const struct crew *crew, pid_t *pids);

#endif
