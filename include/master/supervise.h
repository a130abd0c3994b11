/*
 * supervise.h - the master's loop.
 *
 * The master serves nobody. It holds what must survive every other process
 * (listeners, the root, both ends of the log pipe), starts the others, and
 * starts them again when they die, on the same loop and table that the worker
 * uses: its children's deaths, the signals and the workers' channels are rows.
 *
 *     fd   events    within    handler             what it waits for
 *     10   POLLIN    forever   on_stop             SIGTERM, SIGINT, SIGQUIT
 *     16   POLLIN    forever   on_hangup           SIGHUP
 *     18   POLLIN    forever   on_reopen           SIGUSR1
 *     20   POLLIN    retry     on_child            a death, a stop, a new start
 *     22   POLLIN    forever   on_worker_says      a worker's channel
 *
 * Any of them may be killed at any moment, the master too: the others see the
 * end of file on their channels and end.
 *
 * The end comes in two steps: the workers drain (they have their own deadline,
 * the master's is a little longer), then the log pipe is closed and the logger
 * writes what is in it. A second signal ends everything at once.
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
	STAGE_DRAINING, /* the workers finish what is in flight */
	STAGE_CLOSING   /* the logger finishes what is in the pipe */
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
	unsigned sandbox; /* layers that hold all workers (sys/sandbox.h) */
	int tell;         /* daemon_tell's; -1: told already, or no daemon */
	struct worker workers[OPTIONS_WORKERS_MAX];
	size_t workers_count;
	pid_t logger; /* 0: none now */
	struct pace logger_pace;
	struct stops stops; /* of any of them */
	int deaths;         /* the descriptor that wakes for SIGCHLD */
	int status;         /* to end with */
	struct buf *error;  /* why, unless status is 0 */
};

/* Starts the children and looks after them until the end. Returns the status to
 * end with, with the reason in error. */
int supervise_run(struct master *master, struct buf *error);

/* Begins the end; when it has begun already, ends at once. For signals.c. */
void supervise_stop(struct master *master);

/* For workers.c: one more worker serves; one could not even
 * be started, and master->error says why; somebody may be
 * missing; one was killed and the kernel keeps it, as it
 * does while a disk hangs: the end does not wait for it. */
void supervise_serving(struct master *master);
void supervise_fail(struct master *master);
void supervise_tend(struct master *master);
void supervise_leave_behind(struct worker *worker);

#endif
