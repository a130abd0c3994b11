/*
 * confine.h - each process enters the sandbox that the options ask for.
 *
 * With --sandbox auto a layer that fails, though the system offers it, is said
 * on standard error and done without. With require, a worker or a helper that
 * is not confined enough (sandbox_is_enough) does not begin.
 */
#ifndef CONTD_MASTER_CONFINE_H
#define CONTD_MASTER_CONFINE_H

#include "base/buf.h"
#include "options.h"

/* When everything was opened, and before the first request. layers: what holds
 * now (sys/sandbox.h). Returns 0, or the status to end with. */
int confine_worker(const struct options *options, unsigned *layers);

/* root: the open root directory. */
int confine_helper(const struct options *options, int root, unsigned *layers);

/* After privileges were dropped, and before there are children. Returns 0, or a
 * status with the reason: what is required is not to be had here. */
int confine_master(const struct options *options, struct buf *error);

#endif
