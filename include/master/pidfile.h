/*
 * pidfile.h - the pid file.
 *
 * The file is locked as long as the process lives; only the lock counts, and
 * the number is for the operator. So a file left by a crash does not matter,
 * and of two processes that start at the same time only one gets it. A child
 * does not inherit locks after fork(), so a daemon opens the file itself.
 */
#ifndef CONTD_MASTER_PIDFILE_H
#define CONTD_MASTER_PIDFILE_H

#include "base/buf.h"

struct pidfile {
	int fd; /* -1: none */
	const char *path;
};

/* Locks the file and writes the process number into it. Returns 0, or a status
 * with the reason. path is not copied and must stay valid. */
int pidfile_open(struct pidfile *file, const char *path, struct buf *error);

/* Removes the file if it is still ours; truncates it if it cannot
 * be removed. */
void pidfile_close(struct pidfile *file);

#endif
