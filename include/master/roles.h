/*
 * roles.h - what each kind of child finds where.
 *
 * A child is told its role by its first argument, and finds its descriptors at
 * fixed numbers (spawn.h). 0 is always /dev/null; so is 1, but for the logger's
 * standard output. 2 is the log pipe: whatever a child says before it dies is
 * logged; the logger's own is the real standard error.
 */
#ifndef CONTD_MASTER_ROLES_H
#define CONTD_MASTER_ROLES_H

#define ROLE_WORKER "@worker" /* followed by the number of listeners */
#define ROLE_HELPER "@helper"
#define ROLE_LOGGER "@logger"

enum {
	WORKER_MASTER = 3,    /* control channel */
	WORKER_JOURNAL = 4,   /* log pipe, to write to */
	WORKER_TYPES = 5,     /* the file of --mime-types, or /dev/null */
	WORKER_LISTENERS = 6, /* the first of them */
	WORKER_FDS = WORKER_LISTENERS,

	HELPER_CHANNEL = 3,
	HELPER_ROOT = 4, /* the open root directory */
	HELPER_FDS,

	LOGGER_PIPE = 3, /* log pipe, to read from */
	LOGGER_FDS
};

#endif
