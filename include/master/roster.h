/*
 * roster.h - the master's list of a worker's helpers.
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
#ifndef CONTD_MASTER_ROSTER_H
#define CONTD_MASTER_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "files/helpers.h"
#include "master/pace.h"

enum { ROSTER_PROCESSES_MAX = 2 * HELPERS_MAX }; /* those given up included */

struct roster {
	struct {
		bool wanted;
		pid_t pid; /* 0: none */
		struct pace pace;
	} member[HELPERS_MAX];
	pid_t leaving[ROSTER_PROCESSES_MAX]; /* given up, not yet dead; or 0 */
};

enum roster_death {
	ROSTER_NOT_OURS, /* another process */
	ROSTER_LEFT,     /* expected: given up, or not needed any more */
	ROSTER_DIED      /* not expected; its number is due again */
};

/* Begins a roster for a new worker: the first helpers are wanted. Those of the
 * worker before leave at the end of file on their channels. */
void roster_begin(struct roster *roster);

/* A number to be started now; -1: none. */
int roster_due(const struct roster *roster, int64_t now);

/* Whether a wanted number has no process. */
bool roster_waits(const struct roster *roster);

/* The number was started; with pid -1: could not be started. */
void roster_started(struct roster *roster, int number, pid_t pid, int64_t now);

/* The worker gave the helper up. Returns its process, to be killed; 0: none. */
pid_t roster_give_up(struct roster *roster, uint32_t number, int64_t now);

/* The worker asks for one more. */
void roster_want_more(struct roster *roster);

/* A process was reaped, with this status of waitpid(2). */
enum roster_death roster_reaped(
	struct roster *roster, pid_t pid, int status, int64_t now);

/* Lists all processes, at most ROSTER_PROCESSES_MAX. Returns how many. */
size_t roster_processes(const struct roster *roster, pid_t *pids);

#endif
