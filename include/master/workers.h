/*
 * workers.h - the workers, as their master looks after them.
 *
 * Each has a control channel, a crew of helpers and a pace of its own, and they
 * know nothing of each other. One that dies is started anew, alone, with the
 * same listening sockets: whoever is in their queues is served after all.
 *
 * What a worker's life and death mean for everybody is supervise.c's to say.
 */
#ifndef CONTD_MASTER_WORKERS_H
#define CONTD_MASTER_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "master/crew.h"
#include "master/pace.h"

struct master;

struct worker {
	struct master *master; /* whose it is */
	size_t number;         /* from 0; its sockets go by it (listen.h) */
	pid_t pid;             /* 0: none now */
	int control;           /* its channel; -1: none */
	bool hears;            /* the channel has not ended */
	bool serves;           /* it has said so */
	struct pace pace;
	struct crew crew; /* its helpers */
};

/* As many as the options say, and none of them started. */
void workers_init(struct master *master);

/* Starts whoever is missing and due: workers before the end begins, helpers
 * while there is a worker to help. */
void workers_tend(struct master *master);

/* Whether one of them waits for a breath, or for room. */
bool workers_wait(const struct master *master);

/* Whether each has said that it serves; whether none is left. */
bool workers_serve(const struct master *master);
bool workers_are_gone(const struct master *master);

/* Tells all to finish, and gives them their time for it. */
void workers_drain(struct master *master);

/* A signal for all. */
void workers_signal(const struct master *master, int signo);

/* The worker that is this process, or NULL. */
struct worker *workers_find(struct master *master, pid_t pid);

/* Whether it is a helper of one of them. */
bool workers_have_helper(const struct master *master, pid_t pid);

/* Its process was reaped. */
void workers_reaped(struct worker *worker);

/* A process was reaped that is no worker: whether, and how, it was a helper of
 * one of them. */
enum crew_death workers_helper_reaped(
	struct master *master, pid_t pid, int status);

#endif
