/*
 * poller.h - which descriptors are ready.
 *
 * poll() is the default. It checks every descriptor it is given on each call.
 * That is cheap for those that are ready soon, but with thousands of idle
 * connections it would take most of the loop's time. So only descriptors that
 * were watched lately are *hot* and given to poll(). The others are *idle*:
 *
 *   - on Linux they are in the *bell*, an epoll descriptor that is itself given
 *     to poll() and is readable when one of them is ready. They cost nothing
 *     and are reported at once;
 *   - elsewhere all of them are polled together, before a sleep and so often
 *     that it takes about 1/20 of the time (src/loop/poller_idle.c).
 *
 * The caller sees no difference: events stay until they are taken, and none is
 * lost when a descriptor becomes hot or idle.
 *
 * select(), the first call of OSTEP's chapter, can be used instead. It can only
 * watch descriptors below FD_SETSIZE; poller_fits() refuses higher ones, so
 * that no fd_set is written beyond its end. It does not report a hang-up of a
 * row with events 0: the next send finds it.
 *
 * epoll can be used too: the kernel keeps the list of all descriptors, and is
 * told only of changes.
 */
#ifndef CONTD_LOOP_POLLER_H
#define CONTD_LOOP_POLLER_H

#include <stdbool.h>
#include <stddef.h>

enum poller_kind { POLLER_POLL, POLLER_SELECT, POLLER_EPOLL };

/* Whether this system has it. */
bool poller_is_here(enum poller_kind kind);

/* For descriptors 0 to rows-1. Returns 0, or -1 with errno. */
int poller_open(enum poller_kind kind, size_t rows);
void poller_shut(void);

/* The most bytes that it takes for this many descriptors. */
size_t poller_memory(size_t rows);

/* Whether fd can be watched. */
bool poller_fits(int fd);

/* Watches fd for events from now on, and forgets what was reported for it and
 * not yet taken. PARKED (-1): fd is not watched, and may be closed. */
void poller_watch(int fd, short events);

/* Waits until something is ready, a signal arrives or the timeout (ms; -1:
 * none) is over. Returns the number of ready descriptors; 0 after a signal. */
int poller_wait(int timeout);

/* Takes one ready descriptor out of what poller_wait found. Returns 1 with *fd
 * and *revents, or 0 when there are no more. Each turn begins one place after
 * the last one, so that no descriptor is always the last. */
int poller_take(int *fd, short *revents);

/* ---- for the tests ---- */

/* How many are watched, and not with every wait. */
size_t poller_idle(void);

#endif
