/*
 * confine.h - enters the sandbox in each process, as the options say.
 *
 * With --sandbox auto, if a layer fails that the system has, this is written to
 * standard error and the process goes on without it. With require, a worker or
 * a helper without enough layers (sandbox_is_enough) ends.
 */
#ifndef CONTD_MASTER_CONFINE_H
#define CONTD_MASTER_CONFINE_H

#include "base/buf.h"
#include "options.h"

/* To be called after everything is opened and before the first request.
 * *layers: those in force (sys/sandbox.h). Returns 0, or the status to
 * end with. */
int confine_worker(const struct options *options, unsigned *layers);

/* The same for a helper; root: the open root directory. */
int confine_helper(const struct options *options, int root, unsigned *layers);

/* To be called after privileges were dropped and before children are started.
 * Returns 0, or a status with the reason: a required layer is missing. */
int confine_master(const struct options *options, struct buf *error);

#endif
