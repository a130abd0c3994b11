/*
 * check.h - prints what would be served, for --check.
 *
 * The other steps of a start are done before, but no port is bound and no file
 * is made. So --check also works while a server is running.
 */
#ifndef CONTD_MASTER_CHECK_H
#define CONTD_MASTER_CHECK_H

#include "base/buf.h"
#include "master/supervise.h"

/* Parses the addresses of --listen. Returns 0, or a status with the reason. */
int check_listeners(struct master *master, struct buf *error);

/* Whether the log file can be written or created. Returns the same. */
int check_log_file(const struct master *master, struct buf *error);

/* Prints addresses and limits on standard output. Returns the same. */
int check_say(const struct master *master, struct buf *error);

#endif
