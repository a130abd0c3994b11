/*
 * sys_linux.c - the rest, with calls that only Linux has.
 */
/* For accept4, aio_init, CLOCK_MONOTONIC_COARSE, epoll, memfd_create, O_PATH,
 * pipe2, ppoll, RUSAGE_THREAD and sendfile. */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): glibc's name */
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/bug.h"
#include "parts.h"
#include "sys/sys_epoll.h"
#include "sys/system.h"

int64_t sys_tick(void)
{
	struct timespec tick;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &tick);
	return tick.tv_sec * SYS_SECOND + tick.tv_nsec;
}

void sys_usage(struct sys_usage *usage)
{
	struct rusage thread;

	getrusage(RUSAGE_THREAD, &thread);
	*usage = (struct sys_usage){.cpu = parts_nanoseconds(&thread),
		.minor_faults = (uint64_t)thread.ru_minflt,
		.major_faults = (uint64_t)thread.ru_majflt,
		.preemptions = (uint64_t)thread.ru_nivcsw,
		.waits = (uint64_t)thread.ru_nvcsw};
}

int sys_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	struct timespec time = {
		timeout / 1000, (long)(timeout % 1000 * SYS_MILLISECOND)};

	return parts_waited(ppoll(
		fds, count, timeout < 0 ? NULL : &time, parts_wait_mask()));
}

/* ---- epoll ---- */

_Static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT &&
		       EPOLLERR == POLLERR && EPOLLHUP == POLLHUP,
	"an event has the same bit in both");

int sys_epoll_open(void)
{
	return epoll_create1(EPOLL_CLOEXEC);
}

static int control(int set, int verb, int fd, short events)
{
	struct epoll_event event = {
		.events = (unsigned short)events, .data = {.fd = fd}};

	return epoll_ctl(set, verb, fd, &event);
}

int sys_epoll_add(int set, int fd, short events)
{
	return control(set, EPOLL_CTL_ADD, fd, events);
}

int sys_epoll_change(int set, int fd, short events)
{
	return control(set, EPOLL_CTL_MOD, fd, events);
}

int sys_epoll_remove(int set, int fd)
{
	return control(set, EPOLL_CTL_DEL, fd, 0);
}

int sys_epoll_wait(int set, struct pollfd *ready, int max, int timeout)
{
	struct epoll_event events[SYS_EPOLL_MAX];
	int found;

	BUG_UNLESS(max > 0 && max <= SYS_EPOLL_MAX);
	found = epoll_pwait(set, events, max, timeout, parts_wait_mask());
	for (int i = 0; i < found; i++)
		ready[i] = (struct pollfd){.fd = events[i].data.fd,
			.revents = (short)events[i].events};
	/* With a timeout of 0 epoll_pwait() delivers no signal. */
	(void)parts_waited(found == 0 && timeout == 0 ? 1 : found);
	return found;
}

/* ---- sockets and pipes ---- */

int parts_accept(int listener, struct sockaddr *peer, socklen_t *len)
{
	int fd;

	do
		fd = accept4(listener, peer, len, SOCK_NONBLOCK | SOCK_CLOEXEC);
	while (fd < 0 && errno == EINTR);
	return fd;
}

bool parts_inherits(void)
{
	return true;
}

ssize_t sys_sendfile(int fd, int file, off_t offset, size_t len)
{
	ssize_t n;

	do
		n = sendfile(fd, file, &offset, len);
	while (n < 0 && errno == EINTR);
	return n;
}

int sys_pipe(int ends[2])
{
	return pipe2(ends, O_NONBLOCK | O_CLOEXEC);
}

/* ---- the rest ---- */

enum {
	AIO_LINE = 64,      /* requests that glibc allocates at once */
	AIO_IDLE_TIME = 30, /* seconds until an idle thread ends */
	LARGE = 128 *
		1024 /* bytes of a block that does not come from the heap */
};

/* musl makes a thread for every read, and takes no advice. */
void sys_aio_open(int threads)
{
#ifdef __GLIBC__
	struct aioinit init = {.aio_threads = threads,
		.aio_num = AIO_LINE,
		.aio_idle_time = AIO_IDLE_TIME};

	/* One heap: for more, malloc() counts the processors, for which older
	 * versions open a file. */
	mallopt(M_ARENA_MAX, 1);
	/* Otherwise this grows when a large block is freed; the next one is then
	 * on the heap, and small ones behind it keep it there. */
	mallopt(M_MMAP_THRESHOLD, LARGE);
	aio_init(&init);
#else
	(void)threads;
#endif
}

int sys_walk_flags(void)
{
	return O_PATH | O_DIRECTORY | O_CLOEXEC;
}

/* Systems with vm.memfd_noexec refuse memfds without this flag; kernels before
 * 6.3 do not know it. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

int sys_scratch(void)
{
	int fd = memfd_create("contd", MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("contd", MFD_CLOEXEC);
	return fd;
}

void sys_name(const char *name)
{
	prctl(PR_SET_NAME, name);
}

/* Without this a client that does not read takes megabytes of kernel memory,
 * and a thousand of them all that TCP may have. Only bytes not yet sent are
 * limited, so paths with a large bandwidth-delay product are not slower. */
void parts_bound_unsent(int listener)
{
	int most = SYS_UNSENT;

	(void)setsockopt(
		listener, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most, sizeof most);
}

ssize_t sys_send_last(int fd, const struct iovec *pieces, int count)
{
	return parts_send(fd, pieces, count, MSG_MORE);
}

int sys_share_port(int fd)
{
	int on = 1;

	return setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
}

int sys_set_groups(const char *name, gid_t gid)
{
	return name ? initgroups(name, gid) : setgroups(1, &gid);
}
