/*
 * daemon.h - goes to the background, as daemon(7) describes.
 *
 * The process that was started ends when the daemon serves, with status 0; or
 * when the daemon failed, with its status and a message. So a script can
 * connect after "contd --daemon" returns.
 */
#ifndef CONTD_MASTER_DAEMON_H
#define CONTD_MASTER_DAEMON_H

#include "base/buf.h"
#include "base/slice.h"

/* Returns only in the daemon, with the descriptor for daemon_tell: a child
 * of a child, in its own session, without a terminal, in "/" (paths must
 * be absolute: paths.h). The process that was started waits for the
 * daemon's status and exits with it. If this fails it returns there: -1
 * with the reason. */
int daemon_start(struct buf *error);

/* Sends the result to the process that was started: 0, or a status with the
 * reason. Closes tell. Standard input, output and error become /dev/null. */
void daemon_tell(int tell, int status, struct slice reason);

#endif
