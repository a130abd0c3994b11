/*
 * poller_epoll.c - epoll: the kernel keeps the list.
 *
 * Changes are passed to the kernel just before a wait, and only if the events
 * differ from those it has: a client whose request is answered and which is
 * then waited for again costs no call. Only PARKED descriptors are removed at
 * once, because they may be closed next.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/bug.h"
#include "loop/cont.h"
#include "poller_parts.h"
#include "sys/sys.h"
#include "sys/sys_epoll.h"

enum { BREATH = 10 }; /* ms until a change is tried again */

static struct epoll {
	int set;
	int *changes; /* descriptors whose change the kernel must be told */
	size_t count;
} epoll = {.set = -1};

int poller_epoll_open(void)
{
	epoll.set = sys_epoll_open();
	if (epoll.set < 0)
		return -1;
	epoll.changes = calloc(poller.size, sizeof *epoll.changes);
	poller.count = 0;
	return epoll.changes ? 0 : -1;
}

void poller_epoll_shut(void)
{
	if (epoll.set >= 0)
		sys_close(epoll.set);
	free(epoll.changes);
	epoll = (struct epoll){.set = -1};
}

/* ---- watching ---- */

/* Clears what the last wait reported of fd. Its entry may be of an earlier wait
 * and belong to another descriptor now. */
static void forget_found(int fd)
{
	unsigned at = poller.rows[fd].listed;

	if (at < poller.count && poller.fds[at].fd == fd)
		poller.fds[at].revents = 0;
}

static void take_out(int fd)
{
	int removed = sys_epoll_remove(epoll.set, fd);

	BUG_UNLESS(removed == 0);
	poller.rows[fd].inside = false;
}

void poller_epoll_watch(int fd, short events)
{
	struct row *row = &poller.rows[fd];

	forget_found(fd);
	row->events = events;
	if (events == PARKED) {
		if (row->inside)
			take_out(fd);
	} else if (!row->changed && !(row->inside && row->told == events)) {
		row->changed = true;
		epoll.changes[epoll.count++] = fd;
	}
}

/* ---- waiting ---- */

/* Passes a change to the kernel. False: no memory now. */
static bool tell(int fd)
{
	struct row *row = &poller.rows[fd];

	if (row->events == PARKED || (row->inside && row->told == row->events))
		return true;
	if ((row->inside ? sys_epoll_change(epoll.set, fd, row->events)
			 : sys_epoll_add(epoll.set, fd, row->events)) < 0) {
		BUG_UNLESS(errno == ENOMEM || errno == ENOSPC);
		return false;
	}
	row->inside = true;
	row->told = row->events;
	return true;
}

/* Changes that failed stay in the list. */
static void tell_changes(void)
{
	size_t again = 0;

	for (size_t i = 0; i < epoll.count; i++) {
		int fd = epoll.changes[i];

		poller.rows[fd].changed = !tell(fd);
		if (poller.rows[fd].changed)
			epoll.changes[again++] = fd;
	}
	epoll.count = again;
}

int poller_epoll_wait(int timeout)
{
	int max =
		poller.size < SYS_EPOLL_MAX ? (int)poller.size : SYS_EPOLL_MAX;
	int found;

	tell_changes();
	if (epoll.count > 0 && (timeout < 0 || timeout > BREATH))
		timeout = BREATH;
	found = sys_epoll_wait(epoll.set, poller.fds, max, timeout);
	poller.count = found > 0 ? (size_t)found : 0;
	for (unsigned i = 0; i < poller.count; i++)
		poller.rows[poller.fds[i].fd].listed = i;
	return found;
}
