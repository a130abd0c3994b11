/*
 * sys_posix.c - the rest, on any POSIX system.
 */
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fd.h"
#include "parts.h"
#include "sys/sys_epoll.h"
#include "sys/system.h"

int64_t sys_tick(void)
{
	return sys_now();
}

/* POSIX has only the two times of struct rusage. */
void sys_usage(struct sys_usage *usage)
{
	struct rusage process;

	getrusage(RUSAGE_SELF, &process);
	*usage = (struct sys_usage){.cpu = parts_nanoseconds(&process)};
}

/* A signal that arrives between unblocking and poll() does not end the wait
 * itself; but its handler writes to a pipe that is among fds (loop/wake.h),
 * which does. */
int sys_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	const sigset_t *mask = parts_wait_mask();
	sigset_t before;
	int found, error;

	if (mask)
		pthread_sigmask(SIG_SETMASK, mask, &before);
	found = poll(fds, count, timeout);
	error = errno;
	if (mask)
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return found;
}

/* ---- no epoll, no sendfile ---- */

static int is_not_here(void)
{
	errno = ENOSYS;
	return -1;
}

int sys_epoll_open(void)
{
	return is_not_here();
}

int sys_epoll_add(int set, int fd, short events)
{
	(void)set, (void)fd, (void)events;
	return is_not_here();
}

int sys_epoll_change(int set, int fd, short events)
{
	(void)set, (void)fd, (void)events;
	return is_not_here();
}

int sys_epoll_remove(int set, int fd)
{
	(void)set, (void)fd;
	return is_not_here();
}

int sys_epoll_wait(int set, struct pollfd *ready, int max, int timeout)
{
	(void)set, (void)ready, (void)max, (void)timeout;
	return is_not_here();
}

ssize_t sys_sendfile(int fd, int file, off_t offset, size_t len)
{
	(void)fd, (void)file, (void)offset, (void)len;
	return is_not_here();
}

/* ---- sockets and pipes ---- */

static int make_ours(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -1;
	return fcntl(fd, F_SETFD, FD_CLOEXEC);
}

bool parts_inherits(void)
{
	return false;
}

int parts_accept(int listener, struct sockaddr *peer, socklen_t *len)
{
	int fd;

	do
		fd = accept(listener, peer, len);
	while (fd < 0 && errno == EINTR);
	if (fd >= 0 && make_ours(fd) < 0) {
		fd_close(fd);
		return -1;
	}
	return fd;
}

int sys_pipe(int ends[2])
{
	if (pipe(ends) < 0)
		return -1;
	if (make_ours(ends[0]) < 0 || make_ours(ends[1]) < 0) {
		fd_close(ends[0]);
		fd_close(ends[1]);
		return -1;
	}
	return 0;
}

/* ---- the rest ---- */

/* POSIX cannot set the number of threads. */
void sys_aio_open(int threads)
{
	(void)threads;
}

int sys_walk_flags(void)
{
#ifdef O_SEARCH
	return O_SEARCH | O_DIRECTORY | O_CLOEXEC;
#else
	return O_RDONLY | O_DIRECTORY | O_CLOEXEC;
#endif
}

/* POSIX has no way to find this out. */
bool sys_is_local(int fd)
{
	(void)fd;
	return true;
}

int sys_stat_known(int fd, struct stat *st)
{
	return sys_stat(fd, st);
}

/* The name exists only for a moment. If it is taken, a process died before it
 * unlinked it, or another user made it: tries another name. */
int sys_scratch(void)
{
	enum { TRIES = 100, ROOM = 31 }; /* macOS allows no longer names */
	char name[ROOM];
	int fd = -1;

	for (int i = 0; fd < 0 && i < TRIES; i++) {
		snprintf(name, sizeof name, "/contd-%lx-%lx",
			(unsigned long)getpid(),
			(unsigned long)sys_date() & 0xffffffff);
		fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd >= 0)
		shm_unlink(name);
	return fd;
}

/* POSIX has no such call. */
void sys_name(const char *name)
{
	(void)name;
}

/* POSIX can only limit the whole send buffer, which would slow long paths. */
void parts_bound_unsent(int listener)
{
	(void)listener;
}

ssize_t sys_send_last(int fd, const struct iovec *pieces, int count)
{
	return sys_send(fd, pieces, count);
}

/* SO_REUSEPORT is not in POSIX, and need not distribute clients: on many
 * systems the last socket gets all of them. */
int sys_share_port(int fd)
{
	(void)fd;
	errno = ENOPROTOOPT;
	return -1;
}

/* All systems have them, but POSIX does not declare them. */
int initgroups(const char *name, gid_t gid);
int setgroups(size_t count, const gid_t *groups);

int sys_set_groups(const char *name, gid_t gid)
{
	return name ? initgroups(name, gid) : setgroups(1, &gid);
}
