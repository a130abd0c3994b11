/*
 * kernel_epoll.c - epoll: the set, who is in it, and who of them is ready.
 *
 * Stricter than a real kernel: what is closed while it is in a set would go on
 * being told of there as long as another descriptor of the same file is open,
 * and here ends the run.
 */
#include <errno.h>
#include <poll.h>

#include "chance.h"
#include "fault.h"
#include "kernel.h"
#include "memory.h"
#include "sys/sys_epoll.h"

int sys_epoll_open(void)
{
	struct object *set;
	int fd;

	/* As on a system without it, or with too many of them. */
	if (!kernel_has_epoll()) {
		errno = chance_one_in(2) ? ENOSYS : EMFILE;
		return -1;
	}
	if (fault(FAULT_DUP))
		return -1;
	set = object_new(EPOLL, 0);
	set->watches = sim_new(FDS * sizeof *set->watches);
	fd = kernel_open(set);
	object_drop(set);
	return fd;
}

/* The set's place for fd; NULL: there is none. What the poller arranges takes
 * time, and is no progress. */
static struct sim_watch *find(int at, int fd)
{
	struct object *set = kernel_at(at);

	kernel_spend(KERNEL_CALL_TIME);
	if (!set || set->kind != EPOLL)
		sim_fail(NOBODY_KNOWN, "descriptor %d is no set", at);
	if (!kernel_at(fd))
		sim_fail(NOBODY_KNOWN, "%d in a set is not open", fd);
	for (size_t i = 0; i < set->watches_count; i++)
		if (set->watches[i].fd == fd)
			return &set->watches[i];
	return NULL;
}

int sys_epoll_add(int at, int fd, short events)
{
	struct object *set = kernel_at(at);

	if (find(at, fd))
		sim_fail(NOBODY_KNOWN, "%d is in the set already", fd);
	if (kernel_at(fd)->kind == FILE_OPEN)
		sim_fail(NOBODY_KNOWN, "%d is a file, and always ready", fd);
	if (fault(FAULT_EPOLL))
		return -1;
	set->watches[set->watches_count++] = (struct sim_watch){fd, events};
	return 0;
}

int sys_epoll_change(int at, int fd, short events)
{
	struct sim_watch *watch = find(at, fd);

	if (!watch)
		sim_fail(NOBODY_KNOWN, "%d is not in the set", fd);
	watch->events = events;
	return 0;
}

int sys_epoll_remove(int at, int fd)
{
	struct object *set = kernel_at(at);
	struct sim_watch *watch = find(at, fd);

	if (!watch)
		sim_fail(NOBODY_KNOWN, "%d is not in the set", fd);
	*watch = set->watches[--set->watches_count];
	return 0;
}

void epoll_closing(const struct object *set, int fd)
{
	for (size_t i = 0; i < set->watches_count; i++)
		if (set->watches[i].fd == fd)
			sim_fail(NOBODY_KNOWN, "close of %d, which is in a set",
				fd);
}

/* ---- what is ready ---- */

static short revents_of(const struct sim_watch *watch)
{
	return kernel_events(watch->fd) &
	       (short)(watch->events | POLLERR | POLLHUP);
}

bool epoll_is_ready(const struct object *set)
{
	for (size_t i = 0; i < set->watches_count; i++)
		if (revents_of(&set->watches[i]) != 0)
			return true;
	return false;
}

/* In an order of the kernel's own. */
static int collect(const struct object *set, struct pollfd *ready, int max)
{
	size_t first = set->watches_count ? chance(set->watches_count) : 0;
	int found = 0;

	for (size_t i = 0; i < set->watches_count && found < max; i++) {
		const struct sim_watch *watch =
			&set->watches[(first + i) % set->watches_count];
		short revents = revents_of(watch);

		if (revents != 0)
			ready[found++] = (struct pollfd){
				.fd = watch->fd, .revents = revents};
	}
	return found;
}

int sys_epoll_wait(int at, struct pollfd *ready, int max, int timeout)
{
	struct pollfd set = {.fd = at, .events = POLLIN};
	int found = kernel_wait(&set, 1, timeout);

	return found > 0 ? collect(kernel_at(at), ready, max) : found;
}
