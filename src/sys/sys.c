/*
 * sys.c - the calls that are the same on every POSIX system.
 */
#include "sys/sys.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/fdpass.h"
#include "parts.h"
#include "sys/system.h"

/* ---- time ---- */

int64_t sys_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SYS_SECOND + now.tv_nsec;
}

int64_t sys_date(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * SYS_SECOND + now.tv_nsec;
}

int64_t parts_nanoseconds(const struct rusage *usage)
{
	const struct timeval *user = &usage->ru_utime;
	const struct timeval *system = &usage->ru_stime;

	return ((int64_t)user->tv_sec + system->tv_sec) * SYS_SECOND +
	       ((int64_t)user->tv_usec + system->tv_usec) * 1000;
}

/* ---- signals, and the waits in which they are unblocked ---- */

enum { KEPT_OUT_MAX = 64 }; /* waits in a row that deliver no signal */

/* One per process, as the signal actions are. */
static struct {
	bool caught; /* a signal is caught: mask is set */
	sigset_t mask;
	int kept_out;
} signals;

int sys_catch(int signo, void (*handler)(int signo))
{
	struct sigaction action = {.sa_handler = handler};
	sigset_t one, before;
	int error;

	sigemptyset(&one);
	sigaddset(&one, signo);
	error = pthread_sigmask(SIG_BLOCK, &one, &before);
	if (error != 0) {
		errno = error;
		return -1;
	}
	if (!signals.caught)
		signals.mask = before;
	signals.caught = true;
	sigdelset(&signals.mask, signo);
	sigfillset(&action.sa_mask);
	return sigaction(signo, &action, NULL);
}

int sys_ignore(int signo)
{
	struct sigaction action = {.sa_handler = SIG_IGN};

	sigemptyset(&action.sa_mask);
	return sigaction(signo, &action, NULL);
}

const sigset_t *parts_wait_mask(void)
{
	return signals.caught ? &signals.mask : NULL;
}

/* Linux delivers no signal in a wait that finds something ready at once: under
 * load SIGTERM would never be delivered. */
int parts_waited(int found)
{
	sigset_t before;

	if (found <= 0 || !signals.caught)
		signals.kept_out = 0;
	else if (++signals.kept_out == KEPT_OUT_MAX) {
		signals.kept_out = 0;
		pthread_sigmask(SIG_SETMASK, &signals.mask, &before);
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	return found;
}

int sys_select(int count, fd_set *readable, fd_set *writable, int timeout)
{
	struct timespec time = {
		timeout / 1000, (long)(timeout % 1000 * SYS_MILLISECOND)};

	return parts_waited(pselect(count, readable, writable, NULL,
		timeout < 0 ? NULL : &time, parts_wait_mask()));
}

/* ---- sockets ---- */

static void read_inet(const struct sockaddr_in *from, struct sys_peer *peer)
{
	peer->family = AF_INET;
	memcpy(peer->addr, &from->sin_addr, 4);
	peer->port = ntohs(from->sin_port);
}

/* On a listener for both families IPv4 clients have the
 * address ::ffff:a.b.c.d. */
static void read_inet6(const struct sockaddr_in6 *from, struct sys_peer *peer)
{
	bool mapped = IN6_IS_ADDR_V4MAPPED(&from->sin6_addr);

	peer->family = mapped ? AF_INET : AF_INET6;
	memcpy(peer->addr, from->sin6_addr.s6_addr + (mapped ? 12 : 0),
		mapped ? 4 : 16);
	peer->port = ntohs(from->sin6_port);
}

/* A response is sent in few large calls, so to delay its last segment (Nagle's
 * algorithm) has no use. A failure is not a reason to refuse a client. */
static void send_at_once(int fd)
{
	int on = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void sys_set_up_sending(int listener)
{
	send_at_once(listener);
	parts_bound_unsent(listener);
}

int sys_accept(int listener, struct sys_peer *peer)
{
	union {
		struct sockaddr any;
		struct sockaddr_in inet;
		struct sockaddr_in6 inet6;
		struct sockaddr_storage room;
	} from;
	socklen_t len = sizeof from;
	int fd;

	memset(&from, 0, sizeof from);
	fd = parts_accept(listener, &from.any, &len);
	if (fd < 0)
		return -1;
	memset(peer, 0, sizeof *peer);
	/* An unnamed socket may have an address of no bytes. */
	if (len > 0 && from.any.sa_family == AF_INET)
		read_inet(&from.inet, peer);
	else if (len > 0 && from.any.sa_family == AF_INET6)
		read_inet6(&from.inet6, peer);
	else
		peer->family = AF_UNIX;
	if (peer->family != AF_UNIX && !parts_inherits())
		send_at_once(fd);
	return fd;
}

ssize_t sys_recv(int fd, void *into, size_t len)
{
	ssize_t n;

	do
		n = recv(fd, into, len, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n;
}

/* For one piece send() costs less than sendmsg(). */
static ssize_t send_pieces(
	int fd, const struct iovec *pieces, int count, int flags)
{
	/* The cast: msg_iovlen is int in POSIX, size_t in glibc. */
	struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)pieces,
		.msg_iovlen = (unsigned short)count};

	return count == 1 ? send(fd, pieces->iov_base, pieces->iov_len, flags)
			  : sendmsg(fd, &message, flags);
}

ssize_t parts_send(int fd, const struct iovec *pieces, int count, int flags)
{
	ssize_t n;

	BUG_UNLESS(count > 0 && count <= 1024); /* IOV_MAX on Linux */
	do
		n = send_pieces(
			fd, pieces, count, MSG_NOSIGNAL | MSG_DONTWAIT | flags);
	while (n < 0 && errno == EINTR);
	return n;
}

ssize_t sys_send(int fd, const struct iovec *pieces, int count)
{
	return parts_send(fd, pieces, count, 0);
}

int sys_shutdown(int fd)
{
	return shutdown(fd, SHUT_WR);
}

int sys_reset_on_close(int fd)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};

	return setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

/* ---- channels and pipes ---- */

int sys_tell(int channel, const void *message, size_t len)
{
	return fdpass_try_send(channel, message, len, -1);
}

ssize_t sys_hear(int channel, void *message, size_t len, int *fd)
{
	return fdpass_try_recv(channel, message, len, fd);
}

ssize_t sys_read(int fd, void *into, size_t len)
{
	ssize_t n;

	do
		n = read(fd, into, len);
	while (n < 0 && errno == EINTR);
	return n;
}

ssize_t sys_write(int fd, const void *from, size_t len)
{
	ssize_t n;

	do
		n = write(fd, from, len);
	while (n < 0 && errno == EINTR);
	return n;
}

/* ---- open files ---- */

int sys_stat(int fd, struct stat *st)
{
	int result;

	do
		result = fstat(fd, st);
	while (result < 0 && errno == EINTR);
	return result;
}

int sys_dup(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

int sys_aio_read(struct aiocb *cb)
{
	return aio_read(cb);
}

int sys_aio_error(const struct aiocb *cb)
{
	return aio_error(cb);
}

ssize_t sys_aio_return(struct aiocb *cb)
{
	return aio_return(cb);
}

/* Not repeated after EINTR: the number may be in use again by then. */
void sys_close(int fd)
{
	(void)close(fd);
}
