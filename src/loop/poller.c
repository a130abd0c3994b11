/*
 * poller.c - poll() and select() over one array.
 *
 * The array is indexed by descriptor, so nothing is ever searched for or moved.
 * A number that is not watched is -1 there, which poll() skips (about 1 ns).
 */
#include "loop/poller.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/select.h>

#include "base/bug.h"
#include "loop/cont.h"
#include "sys/sys.h"

static struct poller {
	struct pollfd *fds;
	size_t size;
	size_t made;  /* entries from here on were never written */
	size_t count; /* entries from here on are not watched */
	enum poller_kind kind;

	/* what the last wait found */
	size_t found; /* ready and not yet taken; those forgotten count still */
	size_t span; /* entries of that wait: behind the last comes the first */
	size_t left; /* of these, not yet looked at */
	size_t at;   /* the next of them */
	size_t start; /* where looking begins after the next wait */
	bool begun;   /* something was taken */
} poller;

int poller_open(enum poller_kind kind, size_t rows)
{
	BUG_UNLESS(!poller.fds);
	BUG_UNLESS(rows > 0 && rows <= INT_MAX);
	poller = (struct poller){.kind = kind, .size = rows};
	poller.fds = calloc(rows, sizeof *poller.fds);
	return poller.fds ? 0 : -1;
}

void poller_shut(void)
{
	free(poller.fds);
	poller = (struct poller){.fds = NULL};
}

bool poller_fits(int fd)
{
	if (fd < 0 || (size_t)fd >= poller.size)
		return false;
	return poller.kind != POLLER_SELECT || fd < FD_SETSIZE;
}

void poller_watch(int fd, short events)
{
	bool watched = events != PARKED;

	BUG_UNLESS(poller_fits(fd));
	/* A table for a million descriptors touches no more memory than the
	 * highest number in use asks for. */
	for (; poller.made <= (size_t)fd; poller.made++)
		poller.fds[poller.made] = (struct pollfd){.fd = -1};
	poller.fds[fd] =
		(struct pollfd){.fd = watched ? fd : -1, .events = events};
	if (watched && poller.count <= (size_t)fd)
		poller.count = (size_t)fd + 1;
}

/* ---- waiting ---- */

/* Some systems' macros want an unsigned number, and none minds. */
static void fill_sets(fd_set *readable, fd_set *writable)
{
	FD_ZERO(readable);
	FD_ZERO(writable);
	for (unsigned fd = 0; fd < poller.count; fd++) {
		const struct pollfd *p = &poller.fds[fd];

		if (p->fd >= 0 && p->events & POLLIN)
			FD_SET(fd, readable);
		if (p->fd >= 0 && p->events & POLLOUT)
			FD_SET(fd, writable);
	}
}

/* Tells what select() found in the way poll() would; how many entries. */
static int read_sets(const fd_set *readable, const fd_set *writable)
{
	int found = 0;

	for (unsigned fd = 0; fd < poller.count; fd++) {
		struct pollfd *p = &poller.fds[fd];

		p->revents = 0;
		if (p->fd >= 0 && FD_ISSET(fd, readable))
			p->revents |= POLLIN;
		if (p->fd >= 0 && FD_ISSET(fd, writable))
			p->revents |= POLLOUT;
		found += p->revents != 0;
	}
	return found;
}

static int wait_by_select(int timeout)
{
	fd_set readable, writable;

	fill_sets(&readable, &writable);
	if (sys_select((int)poller.count, &readable, &writable, timeout) < 0)
		return -1;
	return read_sets(&readable, &writable);
}

int poller_wait(int timeout)
{
	int found;

	while (poller.count > 0 && poller.fds[poller.count - 1].fd < 0)
		poller.count--;
	found = poller.kind == POLLER_SELECT
			? wait_by_select(timeout)
			: sys_poll(poller.fds, (nfds_t)poller.count, timeout);

	/* EINVAL: our limit of descriptors was lowered below what we watch.
	 * EBADF: select() was shown a closed one. Neither ever heals. */
	BUG_UNLESS(found >= 0 || errno == EINTR || errno == EAGAIN ||
		   errno == ENOMEM);

	/* After a signal the revents are those of the wait before. */
	poller.found = found > 0 ? (size_t)found : 0;
	poller.span = poller.left = poller.count;
	poller.at = poller.start < poller.span ? poller.start : 0;
	poller.begun = false;
	return found > 0 ? found : 0;
}

/* ---- taking ---- */

int poller_take(int *fd, short *revents)
{
	while (poller.left > 0 && poller.found > 0) {
		struct pollfd *p = &poller.fds[poller.at++];

		if (poller.at == poller.span)
			poller.at = 0;
		poller.left--;
		if (p->fd < 0 || p->revents == 0)
			continue;
		if (!poller.begun)
			poller.start = (size_t)p->fd + 1;
		poller.begun = true;
		poller.found--;
		*fd = p->fd;
		*revents = p->revents;
		return 1;
	}
	return 0;
}
