/*
 * test_loop.c - the turn: its order, its clock, its end.
 */
#include "loop/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/cont.h"
#include "loop/cont_turn.h"

static int a[2], b[2];
static char order[16];

static int timeout_of_turn;

/* The program is linked with --wrap=sys_poll. */
int __real_sys_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_sys_poll(struct pollfd *fds, nfds_t count, int timeout);

int __wrap_sys_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	timeout_of_turn = timeout;
	return __real_sys_poll(fds, count, timeout);
}

static int open_loop(void **state)
{
	(void)state;
	order[0] = '\0';
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, a) < 0 ||
		socketpair(AF_UNIX, SOCK_STREAM, 0, b) < 0)
		return -1;
	return loop_open(POLLER_POLL, 256);
}

static int shut_loop(void **state)
{
	(void)state;
	loop_shut();
	for (int end = 0; end < 2; end++) {
		close(a[end]);
		close(b[end]);
	}
	return 0;
}

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_byte(int fd, short revents, void *state)
{
	(void)revents;
	strcat(order, state);
	cont_drop(fd);
}

static void on_close(int fd, short revents, void *state)
{
	(void)revents;
	(void)state;
	cont_close(fd);
}

/* ---- the order of a turn ---- */

static void on_now(int fd, short revents, void *state)
{
	assert_int_equal(revents, 0);
	on_byte(fd, revents, state);
}

static void on_ready(int fd, short revents, void *state)
{
	on_byte(fd, revents, state);
	cont_save(fd, POLLIN, WITHIN_NOW, then(on_now, "now "));
}

static void first_the_ready_then_the_late_then_those_of_now(void **state)
{
	int64_t begin = milliseconds();

	(void)state;
	cont_within(WITHIN_SEND, 1);
	cont_save(b[0], POLLIN, WITHIN_SEND, then(on_byte, "late "));
	while (milliseconds() < begin + 3)
		; /* the clock has to go on, and nothing else can happen */
	cont_save(a[0], POLLOUT, WITHIN_FOREVER, then(on_ready, "ready "));
	loop_turn();
	assert_string_equal(order, "ready late now ");
}

static void what_was_closed_is_closed_at_the_end_of_the_turn(void **state)
{
	(void)state;
	cont_save(a[0], POLLOUT, WITHIN_FOREVER, then(on_close, NULL));
	loop_turn();
	cont_save(b[0], POLLIN, WITHIN_NOW, then(on_close, NULL));
	loop_turn();
	assert_int_equal(fcntl(a[0], F_GETFD), -1);
	assert_int_equal(fcntl(b[0], F_GETFD), -1);
}

/* ---- waiting ---- */

static void a_turn_waits_for_as_long_as_there_is_time(void **state)
{
	(void)state;
	cont_save(a[0], POLLOUT, WITHIN_FOREVER, then(on_byte, ""));
	loop_turn();
	assert_int_equal(timeout_of_turn, -1);
	cont_within(WITHIN_IDLE, 60000);
	cont_save(a[0], POLLOUT, WITHIN_IDLE, then(on_byte, ""));
	loop_turn();
	assert_int_equal(timeout_of_turn, 60000);
	cont_save(a[0], POLLOUT, WITHIN_NOW, then(on_byte, ""));
	loop_turn();
	assert_int_equal(timeout_of_turn, 0);
}

static void a_turn_waits_until_the_next_deadline(void **state)
{
	int64_t begin = loop_now();

	(void)state;
	cont_within(WITHIN_IDLE, 20);
	cont_save(a[0], POLLIN, WITHIN_IDLE, then(on_byte, "late"));
	loop_turn();
	assert_string_equal(order, "late");
	assert_true(loop_now() >= begin + 20);
}

/* ---- the clock ---- */

struct clock {
	int64_t now, date;
	uint64_t turns;
};

static void on_look_at_the_clock(int fd, short revents, void *state)
{
	struct clock *clock = state;
	int64_t begin = milliseconds();

	(void)revents;
	clock->now = loop_now();
	clock->date = loop_date();
	clock->turns = loop_turns();
	while (milliseconds() < begin + 2)
		;
	cont_drop(fd);
}

static void all_of_a_turn_happens_at_the_same_time(void **state)
{
	struct clock first, second;

	(void)state;
	cont_save(a[0], POLLOUT, WITHIN_FOREVER,
		then(on_look_at_the_clock, &first));
	cont_save(b[0], POLLOUT, WITHIN_FOREVER,
		then(on_look_at_the_clock, &second));
	loop_turn();
	assert_memory_equal(&first, &second, sizeof first);
	cont_save(b[0], POLLOUT, WITHIN_FOREVER,
		then(on_look_at_the_clock, &second));
	loop_turn();
	assert_true(second.now >= first.now + 4);
	assert_true(second.date > first.date);
	assert_int_equal(second.turns, first.turns + 1);
}

static void the_clock_goes_before_the_first_turn(void **state)
{
	struct timespec now;

	(void)state;
	clock_gettime(CLOCK_REALTIME, &now);
	assert_true(loop_now() > 0);
	assert_true(loop_now() <= milliseconds());
	assert_true(loop_now() > milliseconds() - 60000);
	assert_true(loop_date() / 1000000000 <= now.tv_sec);
	assert_true(loop_date() / 1000000000 > now.tv_sec - 60);
	assert_int_equal(loop_turns(), 0);
}

/* ---- the end ---- */

static void on_third_time_stop(int fd, short revents, void *state)
{
	int *times = state;

	(void)revents;
	if (++*times == 3)
		loop_stop();
	cont_save(fd, POLLOUT, WITHIN_FOREVER, then(on_third_time_stop, times));
}

static void it_runs_until_it_is_stopped(void **state)
{
	int times = 0;

	(void)state;
	cont_save(a[0], POLLOUT, WITHIN_FOREVER,
		then(on_third_time_stop, &times));
	loop_run();
	assert_int_equal(times, 3);
	assert_int_equal(loop_turns(), 3);
	times = 0;
	loop_run(); /* it can run again */
	assert_int_equal(times, 3);
}

static void on_stop(int fd, short revents, void *state)
{
	(void)revents;
	(void)state;
	loop_stop();
	cont_save(fd, POLLIN, WITHIN_NOW, then(on_now, "now"));
}

static void the_turn_under_way_is_finished(void **state)
{
	(void)state;
	cont_save(a[0], POLLOUT, WITHIN_FOREVER, then(on_stop, NULL));
	loop_run();
	assert_string_equal(order, "now");
}

static void it_opens_and_shuts_ten_thousand_times(void **state)
{
	(void)state;
	for (int i = 0; i < 10000; i++) {
		int fd = dup(a[0]);

		assert_true(fd >= 0 && cont_fits(fd));
		cont_save(fd, POLLOUT, WITHIN_NOW, then(on_close, NULL));
		if (i % 2)
			loop_turn();
		loop_shut();
		assert_int_equal(fcntl(fd, F_GETFD), -1);
		assert_int_equal(loop_open(POLLER_POLL, 256), 0);
		assert_int_equal(cont_count(), 0);
		assert_int_equal(loop_turns(), 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_loop, shut_loop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(first_the_ready_then_the_late_then_those_of_now),
		TEST(what_was_closed_is_closed_at_the_end_of_the_turn),
		TEST(a_turn_waits_until_the_next_deadline),
		TEST(a_turn_waits_for_as_long_as_there_is_time),
		TEST(all_of_a_turn_happens_at_the_same_time),
		TEST(the_clock_goes_before_the_first_turn),
		TEST(it_runs_until_it_is_stopped),
		TEST(the_turn_under_way_is_finished),
		TEST(it_opens_and_shuts_ten_thousand_times),
	};

	return cmocka_run_group_tests_name("loop/loop", tests, NULL, NULL);
}
