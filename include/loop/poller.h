/*
 * poller.h - which descriptors are ready.
 *
 * poll() is the default. select(), the chapter's first way, is kept beside it;
 * it can only watch descriptors below FD_SETSIZE and says so before it is asked
 * to (poller_fits), so that no set is ever written beyond its end. It does not
 * see a hang-up of a row with events 0: there the next send finds it.
 */
#ifndef CONTD_LOOP_POLLER_H
#define CONTD_LOOP_POLLER_H

#include <stdbool.h>
#include <stddef.h>

enum poller_kind { POLLER_POLL, POLLER_SELECT };

/* For descriptors 0 to rows-1. Returns 0, or -1 without memory. */
int poller_open(enum poller_kind kind, size_t rows);
void poller_shut(void);

bool poller_fits(int fd);

/* From now on fd is watched for events, and what was reported of it and not
 * yet taken is forgotten. PARKED (-1): it is not watched. */
void poller_watch(int fd, short events);

/* Waits until something is ready, a signal comes or the time is up; -1: no
 * limit. Returns the number of ready descriptors; 0 after a signal. */
int poller_wait(int timeout);

/* Takes one ready descriptor out of what poller_wait found: 1 with *fd and
 * *revents, 0 when there are no more. Each turn begins behind the place where
 * the last one began, so that no descriptor is always the last. */
int poller_take(int *fd, short *revents);

#endif
