/*
 * spawn.h - a child is this very program again, in another role.
 *
 * The binary is opened once, at start: children are of the same version for
 * ever, even when the file was replaced, or cannot be reached any more because
 * privileges were dropped. fork + exec, because a bare fork would hand on
 * memory, and soon threads, that are none of the child's business.
 *
 * A child begins with a fixed set of descriptors and nothing else. It ignores
 * the signals that a terminal or a service manager sends to the whole group:
 * its end is the end of file on its channel.
 */
#ifndef CONTD_MASTER_SPAWN_H
#define CONTD_MASTER_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"

struct spawn {
	int binary;       /* our own program */
	const char *path; /* where it was found, for systems without fexecve */
	int nothing;      /* /dev/null */
};

/* Finds and opens the program. Returns 0, or a status with the reason. */
int spawn_open(struct spawn *spawn, const char *name, struct buf *error);

/* Starts a child: it has fds[i] as its descriptor i, for i below count
 * (at most SPAWN_FDS_MAX), and /dev/null where that is -1. The caller keeps its
 * descriptors. Returns the child's number, or -1 with errno. */
enum { SPAWN_FDS_MAX = 32 };
pid_t spawn_child(const struct spawn *spawn, char *const arguments[],
	const int *fds, size_t count);

/* What we inherited is not our children's: opens /dev/null for
 * those of the first three descriptors that are missing, makes
 * all others close-on-exec (a lock may hang on one) or, as a
 * daemon has to, closes them, and lets all signals in. Before
 * anything is opened. Returns 0, or a status with the reason. */
int spawn_clean(bool close_others, struct buf *error);

#endif
