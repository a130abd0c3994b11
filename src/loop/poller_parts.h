/*
 * poller_parts.h - what the files of the poller share.
 *
 * poller.c         the hot descriptors, poll(), and what was found
 * poller_idle.c    the idle ones: the bell, and the way without one
 * poller_select.c  select() over the hot ones; none is idle
 * poller_epoll.c   epoll: none is hot, and none idle
 */
#ifndef CONTD_LOOP_POLLER_PARTS_H
#define CONTD_LOOP_POLLER_PARTS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "loop/poller.h"

/* What is known of a descriptor. All bytes zero is one that was never watched,
 * so that a table for a million touches no more memory than the highest number
 * in use asks for. */
struct row {
	unsigned place;  /* its entry in fds; 0: none, it is not hot */
	unsigned seen;   /* the wait before which it was last watched */
	unsigned listed; /* its entry in the list of the idle ones, without a
			  * bell; for epoll, among those found last */
	short events;    /* idle, epoll: what it is watched for */
	short told;      /* epoll: what the kernel knows, if it is inside */
	bool idle;
	bool inside;  /* epoll: the kernel has it */
	bool changed; /* epoll: the kernel is to be told before the next wait */
};

/*
 * fds[1] to fds[count-1] are the hot descriptors, in no order and without gaps,
 * but for those that were parked since the last wait: of these an entry holds
 * -1-fd, which poll() skips. fds[0] is the bell, or -1. For epoll, fds[0] to
 * fds[count-1] are what the last wait found.
 */
extern struct poller {
	enum poller_kind kind;
	struct row *rows;
	size_t size;
	struct pollfd *fds;
	size_t count;
	unsigned waits;
	bool parked;   /* there are gaps */
	bool recalled; /* idle ones were polled as if they were hot */

	/* what the last wait found */
	size_t found; /* ready and not yet taken; those forgotten count still */
	size_t span; /* entries of that wait: behind the last comes the first */
	size_t left; /* of these, not yet looked at */
	size_t at;   /* the next of them */
	size_t start; /* where looking begins after the next wait */
	bool begun;   /* something was taken */
} poller;

/* Appends fd to the hot ones. */
void poller_heat(int fd, short events, short revents);

/* How many at the front stay hot, however long nothing comes of them. */
size_t poller_idle_kept(void);

int poller_idle_open(void);
void poller_idle_shut(void);

/* A hot descriptor becomes idle; false: it
 * cannot. The entry is the caller's. */
bool poller_idle_add(int fd, short events);

/* An idle descriptor is so no longer. */
void poller_idle_remove(int fd);

/* Polls the hot ones, and finds what is ready of the idle ones, which makes
 * these hot. As poll(). */
int poller_idle_poll(int timeout);

int poller_select_wait(int timeout);

int poller_epoll_open(void);
void poller_epoll_shut(void);
void poller_epoll_watch(int fd, short events);
int poller_epoll_wait(int timeout);

#endif
