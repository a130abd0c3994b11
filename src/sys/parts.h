/*
 * parts.h - functions shared by sys.c, sys_posix.c and sys_linux.c.
 */
#ifndef CONTD_SYS_PARTS_H
#define CONTD_SYS_PARTS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* sys.c: the signal mask of the waits; NULL: the current one, as no signal
 * is caught. */
const sigset_t *parts_wait_mask(void);

/* sys.c: takes and returns the result of ppoll() or the like. Unblocks signals
 * for a moment after too many waits that did not deliver them. */
int parts_waited(int found);

/* sys.c: the sum of user and system CPU time. */
int64_t parts_nanoseconds(const struct rusage *usage);

/* sys_posix.c, sys_linux.c: accept(2), non-blocking and close-on-exec. */
int parts_accept(int listener, struct sockaddr *peer, socklen_t *len);

/* sys.c: sendmsg(2) with these flags and those that are always set. */
ssize_t parts_send(int fd, const struct iovec *pieces, int count, int flags);

/* sys_posix.c, sys_linux.c: limits the kernel memory that a client takes which
 * reads slowly. */
void parts_bound_unsent(int listener);

/* sys_posix.c, sys_linux.c: whether an accepted socket inherits the options of
 * its listener. */
bool parts_inherits(void);

#endif
