/*
 * roles.h - the first argument and the descriptors of each kind of child.
 *
 * The first argument of a child is its role, and its descriptors have fixed
 * numbers (spawn.h). 0 is always /dev/null; so is 1, except in the logger. 2 is
 * the log pipe, so that all messages of a child are logged; in the logger it is
 * the standard error of the master.
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
	WORKER_LISTENERS = 6, /* the first listener */
	WORKER_FDS = WORKER_LISTENERS,

	HELPER_CHANNEL = 3,
	HELPER_ROOT = 4, /* the open root directory */
	HELPER_FDS,

	LOGGER_PIPE = 3, /* log pipe, to read from */
	LOGGER_FDS
};

#endif
