/*
 * pidfile.h - one contd per file, and its number inside.
 *
 * The lock is the truth, the number is for people: the file is locked for as
 * long as the process lives, so a file left behind by a crash is no obstacle,
 * and two that start at the same time cannot both win. Locks do not survive
 * fork: the final process opens it.
 */
#ifndef CONTD_MASTER_PIDFILE_H
#define CONTD_MASTER_PIDFILE_H

#include "base/buf.h"

struct pidfile {
	int fd; /* -1: there is none */
	const char *path;
};

/* Locks the file and writes our number into it. Returns 0, or a status with
 * the reason. path is kept, not copied. */
int pidfile_open(struct pidfile *file, const char *path, struct buf *error);

/* Removes the file if it is still ours; where the directory does not let us any
 * more, empties it. */
void pidfile_close(struct pidfile *file);

#endif
