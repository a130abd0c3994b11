/*
 * check.h - what would be served, and nothing is.
 *
 * For --check. What a start would open and become has been tried already,
 * except that no port is bound and no file is made: a server that runs on them
 * is in nobody's way.
 */
#ifndef CONTD_MASTER_CHECK_H
#define CONTD_MASTER_CHECK_H

#include "base/buf.h"
#include "master/supervise.h"

/* Reads the addresses of --listen. Returns 0, or a status with the reason. */
int check_listeners(struct master *master, struct buf *error);

/* Whether the log file can be written, or made. */
int check_log_file(const struct master *master, struct buf *error);

/* Says all of it on standard output. */
int check_say(const struct master *master, struct buf *error);

#endif
