/*
 * fdpass.h - sends messages, with at most one descriptor each, by socketpair.
 *
 * A channel is a SOCK_SEQPACKET pair: message boundaries are preserved, and the
 * death of the other side gives end of file (which datagram sockets do not).
 *
 * Both ends are blocking, as a helper only waits for its next job. A loop uses
 * the two functions that never wait.
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
 * with it, close-on-exec and owned by the caller, or -1. Returns its length, 0
 * at end of file, or -1 with errno. EMFILE: a descriptor was sent but could not
 * be received, as this process is at its limit (MSG_CTRUNC). EMSGSIZE: the
 * message is too long. */
ssize_t fdpass_recv(int channel, void *message, size_t len, int *fd);

/* As fdpass_send, but never waits: -1 with EAGAIN. */
int fdpass_try_send(int channel, const void *message, size_t len, int fd);
/* As fdpass_recv, but never waits: -1 with EAGAIN. */
ssize_t fdpass_try_recv(int channel, void *message, size_t len, int *fd);

#endif
