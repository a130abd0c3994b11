/*
 * sys.h - everything the worker may ask of the kernel.
 *
 * This list has three uses. It is the audit: the worker's libraries link
 * nothing else that enters the kernel (script/check-blocking). It is the
 * sandbox's list. And it is the border at which the tests put a simulated
 * kernel under the same worker (tests/sim).
 *
 * No call waits but sys_poll, sys_select and sys_epoll_wait; sys_sendfile may.
 * Sockets and pipes are non-blocking from their first moment, every descriptor
 * is close-on-exec. Calls return -1 and set errno; EINTR is retried inside,
 * except by the waits, which return it.
 *
 * What it is asked of time is in sys/clock.h, which belongs to the list; what
 * differs between systems and is asked by others is in sys/system.h.
 *
 * src/sys/sys.c holds what POSIX does well everywhere; sys_posix.c and
 * sys_linux.c are two answers to the rest, and a build contains one of them.
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

/* poll(2) with every signal of sys_catch let in while it waits, and only
 * then; after some waits at the latest, however busy the descriptors are.
 * timeout in milliseconds, -1: for ever. The handler of each signal writes to
 * a pipe that is among fds (loop/wake.h): no signal is slept through. */
int sys_poll(struct pollfd *fds, nfds_t count, int timeout);

/* pselect(2), the same. */
int sys_select(int count, fd_set *readable, fd_set *writable, int timeout);

/* Blocks signo outside the waits and installs handler for it. */
int sys_catch(int signo, void (*handler)(int signo));

/* Ignores signo. */
int sys_ignore(int signo);

/* ---- sockets ---- */

/* Where a client comes from. */
struct sys_peer {
	uint8_t family;   /* AF_INET, AF_INET6, AF_UNIX */
	uint8_t addr[16]; /* in network order; IPv4 uses the first four */
	uint16_t port;    /* in host order */
};

/* Accepts one client: non-blocking, close-on-exec, TCP_NODELAY. A peer with an
 * IPv4 address within IPv6 (::ffff:a.b.c.d) is one of AF_INET. */
int sys_accept(int listener, struct sys_peer *peer);

ssize_t sys_recv(int fd, void *into, size_t len);

/* Sends the pieces in order, as much as there is room for; no SIGPIPE. */
ssize_t sys_send(int fd, const struct iovec *pieces, int count);

/* The same where nothing follows but the end, in this turn still: both may
 * leave in one segment. */
ssize_t sys_send_last(int fd, const struct iovec *pieces, int count);

/* Sends bytes of an open file, with SIGPIPE; 0: it ends there; ENOSYS: not on
 * this system. It waits for a disk: for files/direct.h alone. */
ssize_t sys_sendfile(int fd, int file, off_t offset, size_t len);

/* Says that we send no more (half-close). */
int sys_shutdown(int fd);

/* Makes the close that follows a reset: the peer must not take what it has
 * for the whole (RFC 9112, 8). */
int sys_reset_on_close(int fd);

/* ---- channels to our own processes (base/fdpass.h) and pipes ---- */

int sys_tell(int channel, const void *message, size_t len);
ssize_t sys_hear(int channel, void *message, size_t len, int *fd);

/* A non-blocking pipe; [0] is read from. */
int sys_pipe(int ends[2]);
ssize_t sys_read(int fd, void *into, size_t len);
ssize_t sys_write(int fd, const void *from, size_t len);

/* ---- open files: descriptors that a helper sent ---- */

/* Metadata of an open file: in memory on a local file system. On others it may
 * wait, and the second does not: it says what is known here, which may be old
 * (device, inode, links, size and times only). */
int sys_stat(int fd, struct stat *st);
int sys_stat_known(int fd, struct stat *st);

/* A second descriptor of the same open file. */
int sys_dup(int fd);

/* Fixes the number of threads, where AIO is made of threads; once, after the
 * sandbox and before the first read. */
void sys_aio_open(int threads);

/* The three POSIX calls: aio_read(3), aio_error(3), aio_return(3). */
int sys_aio_read(struct aiocb *cb);
int sys_aio_error(const struct aiocb *cb);
ssize_t sys_aio_return(struct aiocb *cb);

/* Not with a read in flight, not with SO_LINGER and a time: both wait. */
void sys_close(int fd);

#endif
