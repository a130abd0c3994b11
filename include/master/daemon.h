/*
 * daemon.h - into the background, as daemon(7) wants it.
 *
 * The process that was started ends only when the daemon serves, and then with
 * 0; or when it failed, with its status, and having said why. So a script that
 * goes on after "contd --daemon" can connect.
 */
#ifndef CONTD_MASTER_DAEMON_H
#define CONTD_MASTER_DAEMON_H

#include "base/buf.h"
#include "base/slice.h"

/* Returns in the daemon only, with the descriptor for daemon_tell: a child of
 * a child, in a session of its own, without a terminal, in "/": all paths are
 * absolute by now (paths.h). The process that was started waits for what the
 * daemon tells and exits with it. On failure, there: -1 with the reason. */
int daemon_start(struct buf *error);

/* Tells the process that was started how it went: 0, or a status and the
 * reason. Closes tell. Standard input, output and error become /dev/null. */
void daemon_tell(int tell, int status, struct slice reason);

#endif
