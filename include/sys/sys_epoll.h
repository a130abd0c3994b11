/*
 * sys_epoll.h - sets of descriptors that the kernel keeps: epoll(7).
 *
 * A part of sys.h for itself, since POSIX has no such thing: in a build without
 * it sys_epoll_open() fails with ENOSYS, and nobody calls the others. What is
 * in a set is told of as long as it is ready (level-triggered). A set is a
 * descriptor itself, and readable while one in it is ready.
 *
 * The kernel forgets a descriptor only when the last duplicate of it is closed,
 * in whatever process: it is removed before it is closed.
 */
#ifndef CONTD_SYS_SYS_EPOLL_H
#define CONTD_SYS_SYS_EPOLL_H

#include <poll.h>

enum { SYS_EPOLL_MAX = 256 }; /* told of at once, at most */

/* An empty set. */
int sys_epoll_open(void);

/* Puts fd into the set; changes what is waited for; takes fd out. */
int sys_epoll_add(int set, int fd, short events);
int sys_epoll_change(int set, int fd, short events);
int sys_epoll_remove(int set, int fd);

/* Fills in fd and revents of those that are ready, max (not above
 * SYS_EPOLL_MAX) at most, and returns how many. Waits, and lets signals in, as
 * sys_poll does. */
int sys_epoll_wait(int set, struct pollfd *ready, int max, int timeout);

#endif
