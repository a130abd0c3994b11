/*
 * poller_parts.h - what the files of the poller share.
 *
 * poller.c         the hot descriptors, and what the last wait found
 * poller_idle.c    poll(), and the idle ones: with a bell, and without
 * poller_select.c  select(): all are hot
 * poller_epoll.c   epoll: none is hot or idle
 */
#ifndef CONTD_LOOP_POLLER_PARTS_H
#define CONTD_LOOP_POLLER_PARTS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "loop/poller.h"

/* The state of a descriptor. All bytes zero: it was never watched. So of a
 * table for a million rows only the pages up to the highest number in use are
 * ever written. */
struct row {
	unsigned place;  /* its entry in fds; 0: none, it is not hot */
	unsigned seen;   /* the value of `waits` when it was last watched */
	unsigned listed; /* its entry: without a bell, in the list of idle ones;
			  * for epoll, among those last found */
	short events;    /* idle, epoll: what it is watched for */
	short told;      /* epoll: the events the kernel has, if inside */
	bool idle;
	bool inside;  /* epoll: it is in the kernel's set */
	bool changed; /* epoll: it is in the list of changes */
};

/*
 * fds[1] to fds[count-1] are the hot descriptors, in no order. The entry of one
 * that was parked since the last wait is a gap: it holds -1-fd, which poll()
 * skips. fds[0] is the bell, or -1. For epoll, fds[0] to fds[count-1] are what
 * the last wait found.
 */
extern struct poller {
	enum poller_kind kind;
	struct row *rows;
	size_t size;
	struct pollfd *fds;
	size_t count;
	unsigned waits;
	bool parked;   /* there are gaps */
	bool recalled; /* the idle ones were made hot for one wait */

	/* what the last wait found */
	size_t found; /* ready and not yet taken, forgotten ones included */
	size_t span;  /* entries of that wait: after the last comes the first */
	size_t left;  /* of these, not yet examined */
	size_t at;    /* the next one of them */
	size_t start; /* the entry to begin with after the next wait */
	bool begun;   /* one was taken */
} poller;

/* Appends fd to the hot ones. */
void poller_heat(int fd, short events, short revents);

/* How many entries at the front stay hot, even without events. */
size_t poller_idle_kept(void);

int poller_idle_open(void);
void poller_idle_shut(void);

/* Makes a hot descriptor idle; false: it stays hot. The caller removes its
 * entry in fds. */
bool poller_idle_add(int fd, short events);

/* Takes fd out of the idle ones. */
void poller_idle_remove(int fd);

/* As poll(): waits for the hot ones, and makes idle ones hot that are ready. */
int poller_idle_poll(int timeout);

int poller_select_wait(int timeout);

int poller_epoll_open(void);
void poller_epoll_shut(void);
void poller_epoll_watch(int fd, short events);
int poller_epoll_wait(int timeout);

#endif
