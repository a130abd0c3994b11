/*
 * children.h - starts each kind of child with its descriptors.
 *
 * Each function that starts one returns 0, or -1 with errno; then it is tried
 * again later (pace.h).
 */
#ifndef CONTD_MASTER_CHILDREN_H
#define CONTD_MASTER_CHILDREN_H

#include "base/buf.h"
#include "master/supervise.h"

/* Starts a worker with a new control channel, worker->control, which is not yet
 * saved. Its first helpers are then due. */
int children_start_worker(struct worker *worker);

/* Starts a helper of this worker, and sends the worker its end of
 * the channel. */
int children_start_helper(struct worker *worker, int number);

int children_start_logger(struct master *master);

/* Logs that a child of this kind could not be started; errno is the reason. */
void children_say_not_started(const char *kind);

/* Sends a signal to all children. */
void children_signal(const struct master *master, int signo);

/* Appends how a process ended: "was killed by signal 9", "ended with
 * status 1". */
void children_describe(int status, struct buf *b);

#endif
