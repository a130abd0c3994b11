/*
 * table.h - a table with a clock that only the test moves.
 *
 * Programs that include it are linked with --wrap=loop_now (test_*.link).
 */
#ifndef CONTD_TESTS_UNIT_LOOP_TABLE_H
#define CONTD_TESTS_UNIT_LOOP_TABLE_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/cont.h"
#include "loop/cont_turn.h"
#include "loop/loop.h"
#include "loop/poller.h"

static int64_t now;

int64_t __wrap_loop_now(void);

int64_t __wrap_loop_now(void)
{
	return now;
}

static inline int open_table(void **state)
{
	(void)state;
	now = 1000;
	if (poller_open(POLLER_POLL, 256) < 0)
		return -1;
	return cont_open(256);
}

static inline int shut_table(void **state)
{
	(void)state;
	cont_shut();
	poller_shut();
	return 0;
}

/* A turn as loop_turn() makes it, without files and without waiting. */
static inline void turn(void)
{
	int fd;
	short revents;

	poller_wait(0);
	while (poller_take(&fd, &revents))
		cont_resume(fd, revents);
	cont_expire(now);
	cont_run_now();
	cont_close_gone();
}

static inline void make_pair(int ends[2])
{
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), errno);
}

static inline bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

#endif
