/*
 * poller_select.c - select(), the first call of OSTEP's chapter.
 *
 * The casts to unsigned are for the FD_SET macros of some systems.
 */
#include <sys/select.h>

#include "poller_parts.h"
#include "sys/sys.h"

/* Returns the highest number in the sets plus one. */
static int fill_sets(fd_set *readable, fd_set *writable)
{
	int beyond = 0;

	FD_ZERO(readable);
	FD_ZERO(writable);
	for (size_t i = 1; i < poller.count; i++) {
		const struct pollfd *p = &poller.fds[i];

		if (p->events & POLLIN)
			FD_SET((unsigned)p->fd, readable);
		if (p->events & POLLOUT)
			FD_SET((unsigned)p->fd, writable);
		if (p->fd >= beyond)
			beyond = p->fd + 1;
	}
	return beyond;
}

/* Sets revents as poll() would; returns the number of ready descriptors. */
static int read_sets(const fd_set *readable, const fd_set *writable)
{
	int found = 0;

	for (size_t i = 1; i < poller.count; i++) {
		struct pollfd *p = &poller.fds[i];

		p->revents = 0;
		if (FD_ISSET((unsigned)p->fd, readable))
			p->revents |= POLLIN;
		if (FD_ISSET((unsigned)p->fd, writable))
			p->revents |= POLLOUT;
		found += p->revents != 0;
	}
	return found;
}

int poller_select_wait(int timeout)
{
	fd_set readable, writable;
	int beyond = fill_sets(&readable, &writable);

	if (sys_select(beyond, &readable, &writable, timeout) < 0)
		return -1;
	return read_sets(&readable, &writable);
}
