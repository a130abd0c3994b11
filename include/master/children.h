/*
 * children.h - starting each kind of child with what it needs.
 *
 * Each returns 0, or -1 with errno; then the child is due again at its pace.
 */
#ifndef CONTD_MASTER_CHILDREN_H
#define CONTD_MASTER_CHILDREN_H

#include "base/buf.h"
#include "master/supervise.h"

/* A worker with a new control channel: master->control, not yet saved. Its
 * first helpers are due then. */
int children_start_worker(struct master *master);

/* A helper; the loop's end of its channel goes to the worker. */
int children_start_helper(struct master *master, int number);

int children_start_logger(struct master *master);

/* SIGKILL for all there are. */
void children_kill(const struct master *master);

/* How a process ended: "was killed by signal 9", "ended with status 1". */
void children_describe(int status, struct buf *b);

#endif
