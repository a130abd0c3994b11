/*
 * parts.h - what sys.c and the system's own part of it ask of each other.
 */
#ifndef CONTD_SYS_PARTS_H
#define CONTD_SYS_PARTS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* sys.c: the signal mask of the waits; NULL while no signal is caught and
 * the mask that there is will do. */
const sigset_t *parts_wait_mask(void);

/* sys.c: what ppoll() or its like returned. Returns it, having let pending
 * signals in when they were kept out for too long. */
int parts_waited(int found);

/* sys.c: the CPU time of user and system together. */
int64_t parts_nanoseconds(const struct rusage *usage);

/* sys_posix.c, sys_linux.c: accept(2), non-blocking and close-on-exec. */
int parts_accept(int listener, struct sockaddr *peer, socklen_t *len);

/* sys.c: sendmsg(2) with these flags and those that we always have. */
ssize_t parts_send(int fd, const struct iovec *pieces, int count, int flags);

/* sys_posix.c, sys_linux.c: the memory that a
 * client who reads slowly costs the kernel. */
void parts_bound_unsent(int listener);

/* sys_posix.c, sys_linux.c: whether an accepted
 * socket has the options of its listener. */
bool parts_inherits(void);

#endif
