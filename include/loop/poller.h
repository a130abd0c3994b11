/*
 * poller.h - which descriptors are ready.
 *
 * poll() is the default, and asks the kernel about every descriptor it is given
 * anew each time. That is cheap for those that are about to be ready, and for
 * thousands of clients that think about their next request it is what the loop
 * would spend its time with. So only those that were watched lately are *hot*
 * and given to poll(). The others are *idle*:
 *
 *   - on Linux they stand behind the *bell*, an epoll descriptor that is given
 *     to poll() like any other, and is readable when one behind it is ready.
 *     They cost nothing and are heard at once;
 *   - elsewhere all are polled together as often as takes about a twentieth of
 *     the time, and before a sleep (src/loop/poller_idle.c).
 *
 * Nobody sees the difference: events stay until they are taken, and what
 * becomes hot or idle loses none.
 *
 * select(), the chapter's first way, is kept beside it; it can only watch
 * descriptors below FD_SETSIZE and says so before it is asked to (poller_fits),
 * so that no set is ever written beyond its end. It does not see a hang-up of a
 * row with events 0: there the next send finds it.
 *
 * epoll is the third: all descriptors are the kernel's own list, which is told
 * of a change only when there is one.
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

/* Bytes that it takes for so many descriptors at most. */
size_t poller_memory(size_t rows);

bool poller_fits(int fd);

/* From now on fd is watched for events, and what was reported of it and not
 * yet taken is forgotten. PARKED (-1): it is not watched, and may be closed. */
void poller_watch(int fd, short events);

/* Waits until something is ready, a signal comes or the time is up; -1: no
 * limit. Returns the number of ready descriptors; 0 after a signal. */
int poller_wait(int timeout);

/* Takes one ready descriptor out of what poller_wait found: 1 with *fd and
 * *revents, 0 when there are no more. Each turn begins behind the place where
 * the last one began, so that no descriptor is always the last. */
int poller_take(int *fd, short *revents);

/* ---- for the tests ---- */

/* How many are watched, and not with every wait. */
size_t poller_idle(void);

#endif
