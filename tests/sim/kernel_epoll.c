/*
 * kernel_epoll.c - epoll: the set, who is in it, and who of them is ready.
 *
 * Stricter than a real kernel: what is closed while it is in a set would go on
 * being told of there as long as another descriptor of the same file is open,
 * and here ends the run.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "kernel.h"
#include "sys/sys_epoll.h"

int sys_epoll_open(void)
{
	struct object *set;
	int fd;

	/* As on a system without it, or with too many of them. */
	if (!world_has_epoll()) {
		errno = chance_one_in(2) ? ENOSYS : EMFILE;
		return -1;
	}
	set = object_new(EPOLL, 0);
	fd = kernel_open(set);
	object_drop(set);
	return fd;
}

static struct sim_watch *find(struct object *set, int fd)
{
	for (size_t i = 0; i < set->watches_count; i++)
		if (set->watches[i].fd == fd)
			return &set->watches[i];
	return NULL;
}

int sys_epoll_add(int at, int fd, short events)
{
	struct object *set = kernel_object(at, EPOLL);

	(void)kernel_events(fd); /* which fails unless it is open */
	if (find(set, fd))
		sim_fail("descriptor %d is in the set already", fd);
	if (chance_one_in(20)) {
		errno = chance_one_in(2) ? ENOMEM : ENOSPC;
		return -1;
	}
	set->watches = realloc(
		set->watches, (set->watches_count + 1) * sizeof *set->watches);
	set->watches[set->watches_count++] = (struct sim_watch){fd, events};
	return 0;
}

int sys_epoll_change(int at, int fd, short events)
{
	struct sim_watch *watch = find(kernel_object(at, EPOLL), fd);

	if (!watch)
		sim_fail("descriptor %d is not in the set", fd);
	watch->events = events;
	return 0;
}

int sys_epoll_remove(int at, int fd)
{
	struct object *set = kernel_object(at, EPOLL);
	struct sim_watch *watch = find(set, fd);

	if (!watch)
		sim_fail("descriptor %d is not in the set", fd);
	*watch = set->watches[--set->watches_count];
	return 0;
}

void epoll_closing(const struct object *object, int fd)
{
	for (size_t i = 0; i < object->watches_count; i++)
		if (object->watches[i].fd == fd)
			sim_fail("close of %d, which is in a set", fd);
}

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

	return found > 0 ? collect(kernel_object(at, EPOLL), ready, max)
			 : found;
}
