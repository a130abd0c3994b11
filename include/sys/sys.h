/*
 * sys.h - all system calls of the worker.
 *
 * This list has three uses. It is for review: the worker's libraries link no
 * other function that makes a system call (script/check-blocking). It is the
 * list of the sandbox. And it is the interface at which the tests replace the
 * kernel by a simulated one (tests/sim).
 *
 * No call waits but sys_poll, sys_select and sys_epoll_wait; sys_sendfile may.
 * Sockets and pipes are created non-blocking, every descriptor close-on-exec.
 * Calls return -1 and set errno; EINTR is retried inside, except by the calls
 * that wait, which return it.
 *
 * sys/clock.h is a part of this list; sys/system.h has what differs between
 * systems and is called by the other processes.
 *
 * src/sys/sys.c has the calls that are the same on every POSIX system;
 * sys_posix.c and sys_linux.c both have the rest, and a build contains one.
 */
#ifndef CONTD_SYS_SYS_H
#define CONTD_SYS_SYS_H

#include <aio.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "sys/clock.h"

/* ---- the calls that wait ---- */

/* poll(2) with the signals of sys_catch unblocked only while it waits. A
 * pending signal is delivered after at most 64 busy waits. timeout in
 * milliseconds, -1: no limit. The handler of each signal must write to a pipe
 * that is among fds (loop/wake.h), so that a signal always ends the wait. */
int sys_poll(struct pollfd *fds, nfds_t count, int timeout);

/* pselect(2), the same. */
int sys_select(int count, fd_set *readable, fd_set *writable, int timeout);

/* Blocks signo outside the waits and installs handler for it. */
int sys_catch(int signo, void (*handler)(int signo));

/* Ignores signo. */
int sys_ignore(int signo);

/* ---- sockets ---- */

/* The address of a client. */
struct sys_peer {
	uint8_t family;   /* AF_INET, AF_INET6, AF_UNIX */
	uint8_t addr[16]; /* network byte order; IPv4: the first four */
	uint16_t port;    /* host byte order */
};

/* Accepts one client: non-blocking, close-on-exec, TCP_NODELAY. A peer with an
 * IPv4 address within IPv6 (::ffff:a.b.c.d) is one of AF_INET. */
int sys_accept(int listener, struct sys_peer *peer);

ssize_t sys_recv(int fd, void *into, size_t len);

/* Sends the pieces in order, as much as there is room for; no SIGPIPE. */
ssize_t sys_send(int fd, const struct iovec *pieces, int count);

/* The same, if the caller closes or half-closes the socket in this turn: data
 * and FIN may then be one segment. */
ssize_t sys_send_last(int fd, const struct iovec *pieces, int count);

/* Sends bytes of an open file; may raise SIGPIPE. 0: the file ends at offset;
 * ENOSYS: not on this system. May wait for a disk: only for files/direct.h. */
ssize_t sys_sendfile(int fd, int file, off_t offset, size_t len);

/* Closes the sending half (half-close). */
int sys_shutdown(int fd);

/* Makes the next close of fd reset the connection, so that the peer knows that
 * the message is incomplete (RFC 9112, 8). */
int sys_reset_on_close(int fd);

/* ---- channels to our own processes (base/fdpass.h) and pipes ---- */

/* Sends a message, as fdpass_try_send. */
int sys_tell(int channel, const void *message, size_t len);
/* Receives a message, as fdpass_try_recv. */
ssize_t sys_hear(int channel, void *message, size_t len, int *fd);

/* Makes a non-blocking pipe; ends[0] is the read end. */
int sys_pipe(int ends[2]);
ssize_t sys_read(int fd, void *into, size_t len);
ssize_t sys_write(int fd, const void *from, size_t len);

/* ---- open files: descriptors that a helper sent ---- */

/* Metadata of an open file. On a local file system it is in memory; on others
 * this may wait. */
int sys_stat(int fd, struct stat *st);
/* The metadata that this kernel knows, which may be old; never waits where the
 * system has statx(). Only device, inode, links, size and times. */
int sys_stat_known(int fd, struct stat *st);

/* A second descriptor of the same open file. */
int sys_dup(int fd);

/* Sets the number of threads, where AIO uses threads. To be called once, after
 * the sandbox and before the first read. */
void sys_aio_open(int threads);

/* The three POSIX calls: aio_read(3), aio_error(3), aio_return(3). */
int sys_aio_read(struct aiocb *cb);
int sys_aio_error(const struct aiocb *cb);
ssize_t sys_aio_return(struct aiocb *cb);

/* close(2). Not while a read is in flight, and not with a SO_LINGER time other
 * than 0: both would wait. */
void sys_close(int fd);

#endif
