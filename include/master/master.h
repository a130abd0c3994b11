/*
 * master.h - from the options to serving, and to the end.
 *
 * Order matters: what may need privileges comes first (the limits, the root, the
 * types file, the pid file, listeners, the log pipe), then they are dropped for
 * good, and only then the first child is started: no other process ever has
 * them.
 */
#ifndef CONTD_MASTER_MASTER_H
#define CONTD_MASTER_MASTER_H

#include "options.h"

/* Serves until told to stop. name is argv[0]; argv are the
 * argc arguments behind it, whose words may be replaced. With
 * options->daemon it returns in the daemon only. What goes
 * wrong is said on standard error; returns the exit status. */
int master_run(
	const char *name, int argc, char **argv, struct options *options);

#endif
