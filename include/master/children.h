/*
 * children.h - starting each kind of child with what it needs.
 *
 * Each returns 0, or -1 with errno; then the child is due again at its pace.
 */
#ifndef CONTD_MASTER_CHILDREN_H
#define CONTD_MASTER_CHILDREN_H

#include "base/buf.h"
#include "master/supervise.h"

/* A worker with a new control channel: worker->control, not yet saved. Its
 * first helpers are due then. */
int children_start_worker(struct worker *worker);

/* A helper of this worker, which gets the loop's end of its channel. */
int children_start_helper(struct worker *worker, int number);

int children_start_logger(struct master *master);

/* Says that a child of this kind could not be started, and why: errno. */
void children_say_not_started(const char *kind);

/* A signal for all there are. */
void children_signal(const struct master *master, int signo);

/* How a process ended: "was killed by signal 9", "ended with status 1". */
void children_describe(int status, struct buf *b);

#endif
