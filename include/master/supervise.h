/*
 * supervise.h - the master's loop.
 *
 * The master serves no client. It keeps the descriptors that must survive the
 * other processes (listeners, the root, both ends of the log pipe), starts
 * these processes and starts them again when they die. It uses the same loop
 * and table as the worker; children's deaths, signals and workers' channels
 * are rows:
 *
 *     fd   events    within    handler             what it waits for
 *     10   POLLIN    forever   on_stop             SIGTERM, SIGINT, SIGQUIT
 *     16   POLLIN    forever   on_hangup           SIGHUP
 *     18   POLLIN    forever   on_reopen           SIGUSR1
 *     20   POLLIN    retry     on_child            a death, a stop, a new start
 *     22   POLLIN    forever   on_worker_says      a worker's channel
 *
 * Every process may be killed at any time. If it is the master, the others end
 * at end of file on their channels.
 *
 * The end has two steps: the workers drain (they have a deadline, the master's
 * is a little longer), then the log pipe is closed and the logger writes what
 * is in it. A second signal ends all processes at once.
 */
#ifndef CONTD_MASTER_SUPERVISE_H
#define CONTD_MASTER_SUPERVISE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "master/listen.h"
#include "master/pace.h"
#include "master/spawn.h"
#include "master/stops.h"
#include "master/workers.h"
#include "options.h"

enum stage {
	STAGE_STARTING, /* not all workers serve yet */
	STAGE_SERVING,
	STAGE_DRAINING, /* the workers finish their requests */
	STAGE_CLOSING   /* the logger writes what is in the pipe */
};

struct master {
	/* made by master.c, constant here */
	const struct options *options;
	struct spawn spawn;
	struct listener listeners[OPTIONS_LISTEN_MAX];
	size_t listeners_count;
	int root;   /* the open root directory */
	int types;  /* the open file of --mime-types; -1: none */
	int log[2]; /* the log pipe: [0] to read from */
	char **worker_arguments;
	char **helper_arguments;
	char **logger_arguments;

	/* what changes while it runs */
	enum stage stage;
	unsigned sandbox; /* layers that all workers have (sys/sandbox.h) */
	int tell;         /* for daemon_tell; -1: told already, or no daemon */
	struct worker workers[OPTIONS_WORKERS_MAX];
	size_t workers_count;
	pid_t logger; /* 0: none now */
	struct pace logger_pace;
	struct stops stops; /* of all children */
	int deaths;         /* the descriptor for SIGCHLD (loop/wake.h) */
	int status;         /* the exit status */
	struct buf *error;  /* the reason, unless status is 0 */
};

/* Starts the children and supervises them until the end. Returns the exit
 * status, with the reason in error. */
int supervise_run(struct master *master, struct buf *error);

/* For signals.c: begins to drain; if draining, ends at once. */
void supervise_stop(struct master *master);

/* For workers.c: one more worker serves. */
void supervise_serving(struct master *master);
/* A worker failed before it served; master->error is the reason. */
void supervise_fail(struct master *master);
/* Starts the processes that are missing and due. */
void supervise_tend(struct master *master);
/* A worker was killed but does not die, as its disk hangs: the end does not
 * wait for it. */
void supervise_leave_behind(struct worker *worker);

#endif
