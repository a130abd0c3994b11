/* turns.c - a loop that turns when the test says so, by the test's clock. */
#include "support/turns.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/cont.h"
#include "loop/cont_turn.h"
#include "loop/loop.h"
#include "support/ground.h"

enum { TURNS_BEGIN = 1000000 };

static struct {
	int64_t now, date;
	int busy[2];
	size_t descriptors;
} turns;

int64_t __wrap_sys_now(void);
int64_t __wrap_sys_date(void);

int64_t __wrap_sys_now(void)
{
	return turns.now * 1000000;
}

/* Files that the test makes are an hour old at once. */
int64_t __wrap_sys_date(void)
{
	return turns.date + (turns.now - TURNS_BEGIN) * 1000000;
}

static void on_busy(int fd, short revents, void *state)
{
	assert_int_equal(revents & POLLIN, POLLIN);
	cont_save(fd, POLLIN, WITHIN_FOREVER, then(on_busy, state));
}

void turns_begin(void)
{
	struct timespec date;

	assert_int_equal(clock_gettime(CLOCK_REALTIME, &date), 0);
	turns.now = TURNS_BEGIN;
	turns.date = (date.tv_sec + 3600) * INT64_C(1000000000);
	turns.descriptors = descriptors_open();
	assert_int_equal(pipe(turns.busy), 0);
	assert_int_equal(write(turns.busy[1], "x", 1), 1);
}

void turns_wake(void)
{
	cont_save(turns.busy[0], POLLIN, WITHIN_FOREVER, then(on_busy, NULL));
}

/* The loop has closed the end that it watched. */
void turns_end(void)
{
	close(turns.busy[1]);
	assert_int_equal(descriptors_open(), turns.descriptors);
}

int turns_open(void **state)
{
	(void)state;
	turns_begin();
	assert_int_equal(loop_open(POLLER_POLL, TURNS_ROWS), 0);
	cont_within(WITHIN_RETRY, TURNS_RETRY);
	cont_within(WITHIN_HELPER, TURNS_HELPER);
	cont_within(WITHIN_READ, TURNS_READ);
	cont_within(WITHIN_BLOCK, TURNS_BLOCK);
	cont_within(WITHIN_SEND, TURNS_SEND);
	cont_within(WITHIN_SPARE, TURNS_SPARE);
	cont_within(WITHIN_SWEEP, TURNS_SWEEP);
	turns_wake();
	take_turn();
	return 0;
}

int turns_shut(void **state)
{
	(void)state;
	take_turn();
	assert_int_equal(cont_count(), 1);
	loop_shut();
	turns_end();
	return 0;
}

void take_turn(void)
{
	loop_turn();
}

void take_turn_after(int64_t milliseconds)
{
	turns.now += milliseconds;
	loop_turn();
}

void take_turns(int count)
{
	while (count-- > 0)
		loop_turn();
}

void turns_pass(int64_t milliseconds)
{
	turns.now += milliseconds;
}
