/*
 * spawn.h - starts a child: the same program in another role.
 *
 * The binary is opened once, at start. So all children are of the same version,
 * even if the file was replaced, or cannot be opened any more because
 * privileges were dropped. fork() is followed by exec, as a child must not have
 * the master's memory.
 *
 * A child begins with a fixed set of descriptors and no others. It ignores the
 * signals that a terminal or a service manager sends to the whole process
 * group; it ends at end of file on its channel.
 */
#ifndef CONTD_MASTER_SPAWN_H
#define CONTD_MASTER_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"

struct spawn {
	int binary;       /* this program */
	const char *path; /* its path, for systems without fexecve() */
	int nothing;      /* /dev/null */
};

/* Finds and opens the program. Returns 0, or a status with the reason. */
int spawn_open(struct spawn *spawn, const char *name, struct buf *error);

/* Starts a child with fds[i] as its descriptor i, or /dev/null if that is -1,
 * for i below count (at most SPAWN_FDS_MAX). The caller keeps its descriptors.
 * Returns the child's process ID, or -1 with errno. */
enum { SPAWN_FDS_MAX = 32 };
pid_t spawn_child(const struct spawn *spawn, char *const arguments[],
	const int *fds, size_t count);

/* Keeps what this process inherited from its children. Opens /dev/null for
 * those of the first three descriptors that are missing; makes all others
 * close-on-exec (to close one could release a lock), or closes them too, as a
 * daemon must (close_others); unblocks all signals. To be called before
 * anything is opened. Returns 0, or a status with the reason. */
int spawn_clean(bool close_others, struct buf *error);

#endif
