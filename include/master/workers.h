/*
 * workers.h - how the master supervises the workers.
 *
 * Each has its own control channel, roster of helpers and pace, and is
 * independent of the others. One that dies is started again with the same
 * listening sockets, so that clients in their queues are still served.
 *
 * supervise.c handles what a start or death of a worker means for the whole.
 */
#ifndef CONTD_MASTER_WORKERS_H
#define CONTD_MASTER_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "master/pace.h"
#include "master/roster.h"

struct master;

struct worker {
	struct master *master;
	size_t number; /* from 0; for listen_fd */
	pid_t pid;     /* 0: none now */
	int control;   /* its channel; -1: none */
	bool hears;    /* no end of file on the channel yet */
	bool serves;   /* it has sent CONTROL_SERVING */
	struct pace pace;
	struct roster roster; /* its helpers */
};

/* Sets up as many as the options say, without starting them. */
void workers_init(struct master *master);

/* Starts those that are missing and due: workers until draining begins, helpers
 * as long as their worker lives. */
void workers_tend(struct master *master);

/* Whether a worker or a helper is missing that is to be started later. */
bool workers_wait(const struct master *master);

/* Whether all workers serve. */
bool workers_serve(const struct master *master);
/* Whether no worker is left. */
bool workers_are_gone(const struct master *master);

/* Tells all workers to drain, with a deadline. */
void workers_drain(struct master *master);

/* Sends a signal to all workers. */
void workers_signal(const struct master *master, int signo);

/* The worker with this process ID, or NULL. */
struct worker *workers_find(struct master *master, pid_t pid);

/* Whether the process is a helper of a worker. */
bool workers_have_helper(const struct master *master, pid_t pid);

/* The worker's process was reaped. */
void workers_reaped(struct worker *worker);

/* A process that is no worker was reaped. Returns whether it was a helper, and
 * how it ended. */
enum roster_death workers_helper_reaped(
	struct master *master, pid_t pid, int status);

#endif
