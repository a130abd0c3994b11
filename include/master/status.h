/*
 * status.h - exit statuses, as in sysexits(3).
 *
 * Each step of the start returns 0 or one of these, with the reason in a struct
 * buf: what failed, why, and what to do.
 */
#ifndef CONTD_MASTER_STATUS_H
#define CONTD_MASTER_STATUS_H

enum status {
	STATUS_USAGE = 64,         /* the command line */
	STATUS_BAD_FILE = 65,      /* a file has mistakes */
	STATUS_NO_ROOT = 66,       /* the directory, or a file, is not there */
	STATUS_NO_USER = 67,       /* nor is the user */
	STATUS_UNAVAILABLE = 69,   /* address in use, running already */
	STATUS_SOFTWARE = 70,      /* a process of ours died at start */
	STATUS_OS = 71,            /* the system refused something */
	STATUS_CANNOT_CREATE = 73, /* a log or pid file, a socket */
	STATUS_DENIED = 77         /* no permission */
};

#endif
