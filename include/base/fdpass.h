/*
 * fdpass.h - one message and at most one descriptor across a socketpair.
 *
 * A channel is a SOCK_SEQPACKET pair: messages keep their borders, and the
 * death of the other side is an end of file (a datagram socket would say
 * nothing).
 *
 * Both ends are blocking: a helper has nothing to do but to wait for its next
 * job. A loop uses the two functions that never wait, and so need not change
 * the channel.
 */
#ifndef CONTD_BASE_FDPASS_H
#define CONTD_BASE_FDPASS_H

#include <stddef.h>
#include <sys/types.h>

/* Makes a channel, close-on-exec. Returns 0, or -1 with errno. */
int fdpass_pair(int ends[2]);

/* Sends len bytes, at least one, and, unless it is -1, a copy of fd. The caller
 * keeps its fd. Returns 0, or -1 with errno (EPIPE, ETOOMANYREFS ...); never
 * raises SIGPIPE. */
int fdpass_send(int channel, const void *message, size_t len, int fd);

/* Receives one message of at most len bytes; *fd is the descriptor that came
 * with it, close-on-exec and owned by the caller, or -1. Returns its length,
 * 0 when the other side is gone, or -1 with errno. A descriptor that was sent
 * and could not be received (we are at our limit: MSG_CTRUNC) is EMFILE: never
 * to be mistaken for "no such file". A message too long is EMSGSIZE. */
ssize_t fdpass_recv(int channel, void *message, size_t len, int *fd);

/* The same, but where they would have to wait, they return -1 with EAGAIN. */
int fdpass_try_send(int channel, const void *message, size_t len, int fd);
ssize_t fdpass_try_recv(int channel, void *message, size_t len, int *fd);

#endif
