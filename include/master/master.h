/*
 * master.h - the master process: start, supervision and end.
 *
 * The order is important. First come the steps that may need privileges: the
 * limits, the root, the types file, the pid file, listeners, the log pipe. Then
 * privileges are dropped permanently, and only then the first child is started:
 * no other process ever has them.
 */
#ifndef CONTD_MASTER_MASTER_H
#define CONTD_MASTER_MASTER_H

#include "options.h"

/* Serves until told to stop. name is argv[0]; argv are the argc arguments
 * after it, whose words may be replaced. With options->daemon it returns
 * in the daemon only. Errors are written to standard error. Returns the
 * exit status. */
int master_run(
	const char *name, int argc, char **argv, struct options *options);

#endif
