/*
 * poller_idle.c - the descriptors that had no event for long.
 *
 * With a bell, an epoll descriptor, the kernel watches them until the bell
 * is readable.
 *
 * Without one they are in a list, and are checked by making all of them hot for
 * one wait. That takes about 70 ns for each, so it is done at most once in
 * 1.4 us for each, which is 1/20 of the time. Of 9000 idle clients one then
 * waits some 13 ms at most, of 700 one or two. A loop that has nothing to do
 * for that time sleeps in a poll() of all of them.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/bug.h"
#include "poller_parts.h"
#include "sys/sys.h"
#include "sys/sys_epoll.h"

enum {
	RING = 64,       /* most idle ones that become hot in one wait */
	LOOKED_AT = 700, /* idle ones per millisecond between two checks */

	/* Without a bell the first ones stay hot, as they are the listeners and
	 * channels; to poll so few is cheap. */
	KEPT = 8
};

static struct idle {
	int bell;  /* epoll set of the idle ones; -1: none */
	int *list; /* the idle ones, when there is no epoll */
	size_t count;
	int64_t looked; /* when the list was last polled, in ms */
} idle = {.bell = -1};

int poller_idle_open(void)
{
	idle = (struct idle){.bell = sys_epoll_open()};
	if (idle.bell < 0)
		idle.list = calloc(poller.size, sizeof *idle.list);
	poller.fds[0] = (struct pollfd){.fd = idle.bell, .events = POLLIN};
	return idle.bell >= 0 || idle.list ? 0 : -1;
}

void poller_idle_shut(void)
{
	if (idle.bell >= 0)
		sys_close(idle.bell);
	free(idle.list);
	idle = (struct idle){.bell = -1};
}

size_t poller_idle_kept(void)
{
	return idle.bell >= 0 ? 0 : KEPT;
}

size_t poller_idle(void)
{
	return idle.count;
}

bool poller_idle_add(int fd, short events)
{
	struct row *row = &poller.rows[fd];

	if (idle.bell >= 0) {
		/* On an error, as of no memory, it stays hot. */
		if (sys_epoll_add(idle.bell, fd, events) < 0)
			return false;
	} else if (idle.list) {
		row->listed = (unsigned)idle.count;
		idle.list[idle.count] = fd;
	} else {
		return false;
	}
	idle.count++;
	row->events = events;
	row->idle = true;
	return true;
}

void poller_idle_remove(int fd)
{
	struct row *row = &poller.rows[fd];

	BUG_UNLESS(row->idle && idle.count > 0);
	idle.count--;
	if (idle.bell >= 0) {
		int removed = sys_epoll_remove(idle.bell, fd);

		BUG_UNLESS(removed == 0);
	} else {
		int last = idle.list[idle.count];

		idle.list[row->listed] = last;
		poller.rows[last].listed = row->listed;
	}
	row->idle = false;
}

/* ---- the bell ---- */

/* Makes the ready ones hot; returns their number. */
static int ring(void)
{
	struct pollfd ready[RING];
	int found = sys_epoll_wait(idle.bell, ready, RING, 0);

	for (int i = 0; i < found; i++) {
		int fd = ready[i].fd;

		poller_idle_remove(fd);
		poller_heat(fd, poller.rows[fd].events, ready[i].revents);
	}
	return found > 0 ? found : 0;
}

static int poll_with_bell(int timeout)
{
	int found = sys_poll(poller.fds, (nfds_t)poller.count, timeout);

	if (found > 0 && poller.fds[0].revents != 0) {
		poller.fds[0].revents = 0;
		found += ring() - 1;
	}
	return found;
}

/* ---- without a bell ---- */

static void recall(void)
{
	for (; idle.count > 0; idle.count--) {
		int fd = idle.list[idle.count - 1];

		poller.rows[fd].idle = false;
		poller_heat(fd, poller.rows[fd].events, 0);
	}
	poller.recalled = true;
}

static int64_t milliseconds(void)
{
	return sys_now() / SYS_MILLISECOND;
}

/* Until the list is due, polls only the hot ones. Then, if the timeout is not
 * over, polls all of them for the rest of it. */
static int poll_without(int timeout)
{
	int64_t rest = idle.looked + (int64_t)(idle.count / LOOKED_AT) + 1;
	int found;

	if (idle.count == 0)
		return sys_poll(poller.fds, (nfds_t)poller.count, timeout);
	rest -= milliseconds();
	if (rest > 0) {
		bool enough = timeout >= 0 && timeout <= rest;

		found = sys_poll(poller.fds, (nfds_t)poller.count,
			enough ? timeout : (int)rest);
		if (found != 0 || enough)
			return found;
		timeout -= timeout > 0 ? (int)rest : 0;
	}
	idle.looked = milliseconds();
	recall();
	return sys_poll(poller.fds, (nfds_t)poller.count, timeout);
}

int poller_idle_poll(int timeout)
{
	return idle.bell >= 0 ? poll_with_bell(timeout) : poll_without(timeout);
}
