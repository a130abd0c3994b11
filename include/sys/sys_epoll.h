/*
 * sys_epoll.h - sets of descriptors that the kernel keeps: epoll(7).
 *
 * A separate part of sys.h, since POSIX has no such calls: in a build without
 * them sys_epoll_open() fails with ENOSYS, and the others are not called. A
 * descriptor in a set is reported as long as it is ready (level-triggered). A
 * set is a descriptor itself, and readable while one in it is ready.
 *
 * A descriptor must be removed before it is closed: the kernel would keep it
 * until its last duplicate, in any process, is closed.
 */
#ifndef CONTD_SYS_SYS_EPOLL_H
#define CONTD_SYS_SYS_EPOLL_H

#include <poll.h>

enum { SYS_EPOLL_MAX = 256 }; /* the most that one wait reports */

/* Makes an empty set. */
int sys_epoll_open(void);

/* Puts fd into the set. */
int sys_epoll_add(int set, int fd, short events);
/* Changes the events that fd is watched for. */
int sys_epoll_change(int set, int fd, short events);
/* Takes fd out. */
int sys_epoll_remove(int set, int fd);

/* Sets fd and revents of those that are ready, at most max (which is at
 * most SYS_EPOLL_MAX), and returns how many. Waits, and unblocks signals,
 * as sys_poll. */
int sys_epoll_wait(int set, struct pollfd *ready, int max, int timeout);

#endif
