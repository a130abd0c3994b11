/*
 * poller.c - the hot descriptors, in one array without gaps.
 *
 * The cost of one wait grows with the number of hot descriptors, and not with
 * the highest number or with all that are open. During a turn no entry of the
 * array is moved, so that all ready ones are found; gaps are closed before the
 * next wait.
 */
#include "loop/poller.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/select.h>

#include "base/bug.h"
#include "loop/cont.h"
#include "poller_parts.h"
#include "sys/sys.h"
#include "sys/sys_epoll.h"

/* Waits without an event after which a descriptor becomes idle. To become idle
 * and hot again costs as much as some thirty polls without an event: so a
 * descriptor costs at most twice what it would if it stayed hot. */
enum { IDLE_WAITS = 32 };

struct poller poller;

bool poller_is_here(enum poller_kind kind)
{
	int set;

	if (kind != POLLER_EPOLL)
		return true;
	set = sys_epoll_open();
	if (set >= 0)
		sys_close(set);
	return set >= 0;
}

static int open_kind(enum poller_kind kind)
{
	switch (kind) {
	case POLLER_POLL:
		return poller_idle_open();
	case POLLER_EPOLL:
		return poller_epoll_open();
	default:
		return 0;
	}
}

int poller_open(enum poller_kind kind, size_t rows)
{
	int error = ENOMEM;

	BUG_UNLESS(!poller.fds);
	BUG_UNLESS(rows > 0 && rows < INT_MAX);
	if (kind == POLLER_SELECT && rows > FD_SETSIZE)
		rows = FD_SETSIZE;
	poller = (struct poller){.kind = kind, .size = rows, .count = 1};
	poller.fds = calloc(rows + 1, sizeof *poller.fds);
	poller.rows = calloc(rows, sizeof *poller.rows);
	if (poller.fds && poller.rows) {
		poller.fds[0].fd = -1;
		if (open_kind(kind) == 0)
			return 0;
		error = errno;
	}
	poller_shut();
	errno = error;
	return -1;
}

void poller_shut(void)
{
	poller_idle_shut();
	poller_epoll_shut();
	free(poller.fds);
	free(poller.rows);
	poller = (struct poller){.fds = NULL};
}

size_t poller_memory(size_t rows)
{
	/* The int: the list of idle ones, or of epoll's changes. */
	return (rows + 1) * sizeof(struct pollfd) +
	       rows * (sizeof(struct row) + sizeof(int));
}

bool poller_fits(int fd)
{
	return fd >= 0 && (size_t)fd < poller.size;
}

/* ---- watching ---- */

void poller_heat(int fd, short events, short revents)
{
	BUG_UNLESS(poller.count <= poller.size);
	poller.rows[fd].place = (unsigned)poller.count;
	poller.fds[poller.count++] = (struct pollfd){fd, events, revents};
}

/* The entry keeps its place, in case fd is watched again in this turn. */
static void park(const struct row *row, int fd)
{
	if (row->place == 0)
		return;
	poller.fds[row->place] = (struct pollfd){.fd = -1 - fd};
	poller.parked = true;
}

static void watch_anew(struct row *row, int fd, short events)
{
	if (poller.kind == POLLER_EPOLL) {
		poller_epoll_watch(fd, events);
		return;
	}
	if (row->idle)
		poller_idle_remove(fd);
	if (events == PARKED)
		park(row, fd);
	else
		poller_heat(fd, events, 0);
}

void poller_watch(int fd, short events)
{
	struct row *row;

	BUG_UNLESS(fd >= 0 && (size_t)fd < poller.size);
	row = &poller.rows[fd];
	row->seen = poller.waits;
	if (row->place > 0 && events != PARKED)
		poller.fds[row->place] = (struct pollfd){fd, events, 0};
	else
		watch_anew(row, fd, events);
}

/* ---- waiting ---- */

static bool is_unseen(const struct row *row)
{
	return poller.waits - row->seen >= IDLE_WAITS;
}

/* Closes the gaps. `all`: also makes those idle that had no event for
 * IDLE_WAITS waits. */
static void tidy(bool all)
{
	size_t keep = poller_idle_kept();
	size_t to = 1;

	for (size_t from = 1; from < poller.count; from++) {
		struct pollfd p = poller.fds[from];
		bool parked = p.fd < 0;
		int fd = parked ? -1 - p.fd : p.fd;
		struct row *row = &poller.rows[fd];

		row->place = 0;
		if (parked || (all && to > keep && is_unseen(row) &&
				      poller_idle_add(fd, p.events)))
			continue;
		row->place = (unsigned)to;
		poller.fds[to++] = p;
	}
	poller.count = to;
	poller.parked = false;
	poller.recalled = false;
}

static int wait_for_rows(int timeout)
{
	bool all = ++poller.waits % IDLE_WAITS == 0 || poller.recalled;

	if (all || poller.parked)
		tidy(all);
	return poller.kind == POLLER_SELECT ? poller_select_wait(timeout)
					    : poller_idle_poll(timeout);
}

int poller_wait(int timeout)
{
	int found = poller.kind == POLLER_EPOLL ? poller_epoll_wait(timeout)
						: wait_for_rows(timeout);

	/* EINVAL: RLIMIT_NOFILE was lowered below the number we watch. EBADF:
	 * a closed descriptor was given to select(). Neither is temporary. */
	BUG_UNLESS(found >= 0 || errno == EINTR || errno == EAGAIN ||
		   errno == ENOMEM);

	/* After a signal the revents are still those of the last wait. */
	poller.found = found > 0 ? (size_t)found : 0;
	poller.span = poller.left = poller.count;
	poller.at = poller.start < poller.span ? poller.start : 0;
	poller.begun = false;
	return found > 0 ? found : 0;
}

/* ---- taking ---- */

int poller_take(int *fd, short *revents)
{
	size_t at = poller.at, left = poller.found > 0 ? poller.left : 0;

	for (; left > 0; left--) {
		const struct pollfd *p = &poller.fds[at];

		if (++at == poller.span)
			at = 0;
		if (p->revents == 0)
			continue;
		if (!poller.begun)
			poller.start = at;
		poller.begun = true;
		poller.found--;
		poller.at = at;
		poller.left = left - 1;
		*fd = p->fd;
		*revents = p->revents;
		return 1;
	}
	poller.found = 0;
	return 0;
}
