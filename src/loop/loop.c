/*
 * loop.c - the turn.
 */
#include "loop/loop.h"

#include <errno.h>
#include <stdbool.h>

#include "loop/cont.h"
#include "loop/cont_turn.h"
#include "loop/fileread.h"
#include "loop/turnclock.h"
#include "sys/sys.h"

static struct loop {
	int64_t now, date;
	uint64_t turns;
	bool stopped;
} loop;

static void read_clock(void)
{
	int64_t now = sys_now();

	turnclock_begin(now);
	loop.now = now / SYS_MILLISECOND;
	loop.date = sys_date();
}

int loop_open(enum poller_kind kind, size_t rows)
{
	if (poller_open(kind, rows) < 0)
		return -1;
	if (cont_open(rows) < 0) {
		poller_shut();
		errno = ENOMEM;
		return -1;
	}
	loop = (struct loop){.turns = 0};
	turnclock_reset();
	read_clock();
	return 0;
}

void loop_shut(void)
{
	/* First the poller: no descriptor is closed while epoll watches it. */
	poller_shut();
	cont_shut();
}

size_t loop_memory(size_t rows)
{
	return cont_memory(rows) + poller_memory(rows);
}

static void resume_ready(void)
{
	int fd;
	short revents;

	while (poller_take(&fd, &revents))
		cont_resume(fd, revents);
}

void loop_turn(void)
{
	poller_wait(cont_next_deadline(loop.now));
	read_clock();
	loop.turns++;
	resume_ready();
	fileread_collect();
	turnclock_worked();
	cont_expire(loop.now);
	cont_run_now();
	cont_close_gone();
	turnclock_end();
}

void loop_run(void)
{
	while (!loop.stopped)
		loop_turn();
	loop.stopped = false;
}

void loop_stop(void)
{
	loop.stopped = true;
}

int64_t loop_now(void)
{
	return loop.now;
}

int64_t loop_date(void)
{
	return loop.date;
}

uint64_t loop_turns(void)
{
	return loop.turns;
}
