/*
 * test_poller.c - all pollers, on real sockets.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/cont.h"
#include "loop/poller.h"
#include "support/aborts.h"
#include "sys/sys.h"

enum { PAIRS = 3, ROWS = 4096 };

static int ends[PAIRS][2];

static int open_pairs(enum poller_kind kind)
{
	for (int i = 0; i < PAIRS; i++)
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends[i]) < 0)
			return -1;
	return poller_open(kind, ROWS);
}

static int open_poll(void **state)
{
	(void)state;
	return open_pairs(POLLER_POLL);
}

static int open_select(void **state)
{
	(void)state;
	return open_pairs(POLLER_SELECT);
}

static int open_epoll(void **state)
{
	(void)state;
	return open_pairs(POLLER_EPOLL);
}

static int shut(void **state)
{
	(void)state;
	poller_shut();
	for (int i = 0; i < PAIRS; i++)
		for (int end = 0; end < 2; end++)
			close(ends[i][end]);
	return 0;
}

static void make_readable(int i)
{
	assert_int_equal(write(ends[i][1], "x", 1), 1);
}

/* Asserts that exactly this is ready, once. */
static void assert_ready(int fd, short revents)
{
	int taken = -1;
	short found = 0;

	assert_int_equal(poller_take(&taken, &found), 1);
	assert_int_equal(taken, fd);
	assert_int_equal(found, revents);
}

static void assert_no_more(void)
{
	int fd;
	short revents;

	assert_int_equal(poller_take(&fd, &revents), 0);
}

/* ---- all ---- */

static void nothing_watched_is_nothing_ready(void **state)
{
	(void)state;
	assert_int_equal(poller_wait(0), 0);
	assert_no_more();
}

static void the_time_is_up(void **state)
{
	(void)state;
	poller_watch(ends[0][0], POLLIN);
	assert_int_equal(poller_wait(1), 0);
	assert_no_more();
}

static void what_is_ready_is_taken_once(void **state)
{
	(void)state;
	poller_watch(ends[0][0], POLLIN);
	poller_watch(ends[1][0], POLLIN);
	poller_watch(ends[2][0], POLLOUT);
	make_readable(0);
	assert_int_equal(poller_wait(-1), 2);
	assert_ready(ends[0][0], POLLIN);
	assert_ready(ends[2][0], POLLOUT);
	assert_no_more();
}

static void both_directions_are_one_event(void **state)
{
	(void)state;
	poller_watch(ends[0][0], POLLIN | POLLOUT);
	make_readable(0);
	assert_int_equal(poller_wait(-1), 1);
	assert_ready(ends[0][0], POLLIN | POLLOUT);
	assert_no_more();
}

static void only_what_is_asked_for_is_reported(void **state)
{
	(void)state;
	poller_watch(ends[0][0], POLLIN);
	poller_watch(ends[1][0], POLLOUT);
	make_readable(1);
	assert_int_equal(poller_wait(-1), 1);
	assert_ready(ends[1][0], POLLOUT);
	assert_no_more();
}

static void watching_anew_forgets_what_was_reported(void **state)
{
	(void)state;
	for (int i = 0; i < PAIRS; i++) {
		poller_watch(ends[i][0], POLLIN);
		make_readable(i);
	}
	assert_int_equal(poller_wait(-1), 3);
	poller_watch(ends[0][0], PARKED);
	poller_watch(ends[1][0], POLLIN);
	assert_ready(ends[2][0], POLLIN);
	assert_no_more();
	assert_int_equal(poller_wait(-1), 2); /* it is ready still */
	assert_ready(ends[1][0], POLLIN);
	assert_ready(ends[2][0], POLLIN);
	assert_no_more();
}

static void what_is_not_taken_is_forgotten_by_the_next_wait(void **state)
{
	char byte;

	(void)state;
	poller_watch(ends[0][0], POLLIN);
	make_readable(0);
	assert_int_equal(poller_wait(-1), 1);
	assert_int_equal(read(ends[0][0], &byte, 1), 1);
	assert_int_equal(poller_wait(0), 0);
	assert_no_more();
}

static void what_is_watched_between_two_takes_waits_its_turn(void **state)
{
	(void)state;
	poller_watch(ends[0][0], POLLIN);
	make_readable(0);
	make_readable(2);
	assert_int_equal(poller_wait(-1), 1);
	assert_ready(ends[0][0], POLLIN);
	poller_watch(ends[2][0], POLLIN);
	assert_no_more();
	assert_int_equal(poller_wait(-1), 2);
}

static void a_parked_descriptor_is_not_watched(void **state)
{
	(void)state;
	poller_watch(ends[0][0], POLLIN);
	poller_watch(ends[0][0], PARKED);
	make_readable(0);
	close(ends[0][1]);
	assert_int_equal(poller_wait(0), 0);
	assert_no_more();
}

static void each_wait_begins_behind_the_first_of_the_last(void **state)
{
	static const int order[][PAIRS] = {
		{0, 1, 2}, {1, 2, 0}, {2, 0, 1}, {0, 1, 2}};

	(void)state;
	for (int i = 0; i < PAIRS; i++) {
		poller_watch(ends[i][0], POLLIN);
		make_readable(i);
	}
	for (size_t turn = 0; turn < sizeof order / sizeof *order; turn++) {
		assert_int_equal(poller_wait(-1), PAIRS);
		for (int i = 0; i < PAIRS; i++)
			assert_ready(ends[order[turn][i]][0], POLLIN);
		assert_no_more();
	}
}

static void on_signal(int signo)
{
	(void)signo;
}

/* The revents of the wait before stay in the array; they mean nothing. */
static void after_a_signal_nothing_is_ready(void **state)
{
	struct sigaction action = {.sa_handler = on_signal};
	sigset_t usr1, before;

	(void)state;
	poller_watch(ends[0][0], POLLIN);
	make_readable(0);
	assert_int_equal(poller_wait(-1), 1);
	assert_int_equal(recv(ends[0][0], &(char){0}, 1, 0), 1);

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	assert_int_equal(sigprocmask(SIG_BLOCK, &usr1, &before), 0);
	assert_int_equal(sys_catch(SIGUSR1, on_signal), 0);
	assert_int_equal(raise(SIGUSR1), 0);
	assert_int_equal(poller_wait(0), 0);
	assert_no_more();
	assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
	action.sa_handler = SIG_DFL;
	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
}

static void watch_beyond(void *fd)
{
	poller_watch(*(int *)fd, POLLIN);
}

static void only_rows_of_the_table_fit(void **state)
{
	int beyond = ROWS;

	(void)state;
	assert_true(poller_fits(0));
	assert_false(poller_fits(-1));
	assert_false(poller_fits(ROWS));
	assert_aborts(watch_beyond, &beyond);
}

/* ---- one of them ---- */

static void a_hang_up_is_reported_with_events_0(void **state)
{
	(void)state;
	poller_watch(ends[0][0], 0);
	assert_int_equal(poller_wait(0), 0);
	close(ends[0][1]);
	assert_int_equal(poller_wait(-1), 1);
	assert_ready(ends[0][0], POLLHUP);
}

static void poll_reports_a_closed_descriptor(void **state)
{
	(void)state;
	close(ends[0][0]);
	poller_watch(ends[0][0], POLLIN);
	assert_int_equal(poller_wait(-1), 1);
	assert_ready(ends[0][0], POLLNVAL);
}

/* Which the kernel keeps in its set as long as it has another descriptor. */
static void what_was_parked_and_closed_is_not_heard_of(void **state)
{
	int other = dup(ends[0][0]);

	(void)state;
	assert_return_code(other, errno);
	poller_watch(ends[0][0], POLLIN);
	assert_int_equal(poller_wait(0), 0);
	poller_watch(ends[0][0], PARKED);
	close(ends[0][0]);
	assert_int_equal(dup2(ends[1][0], ends[0][0]), ends[0][0]);
	poller_watch(ends[0][0], POLLIN);
	make_readable(0);
	assert_int_equal(poller_wait(0), 0);
	make_readable(1);
	assert_int_equal(poller_wait(-1), 1);
	assert_ready(ends[0][0], POLLIN);
	close(other);
}

static void events_that_change_twice_before_a_wait_are_the_last(void **state)
{
	(void)state;
	poller_watch(ends[0][0], POLLIN);
	assert_int_equal(poller_wait(0), 0);
	poller_watch(ends[0][0], POLLOUT);
	poller_watch(ends[0][0], POLLIN);
	assert_int_equal(poller_wait(0), 0);
	poller_watch(ends[0][0], PARKED);
	poller_watch(ends[0][0], POLLOUT);
	assert_int_equal(poller_wait(-1), 1);
	assert_ready(ends[0][0], POLLOUT);
}

static void wait_once(void *unused)
{
	(void)unused;
	poller_wait(0);
}

static void select_aborts_over_a_closed_descriptor(void **state)
{
	(void)state;
	close(ends[0][0]);
	poller_watch(ends[0][0], POLLIN);
	assert_aborts(wait_once, NULL);
}

static void select_reports_a_hang_up_as_readable(void **state)
{
	(void)state;
	poller_watch(ends[0][0], POLLIN);
	close(ends[0][1]);
	assert_int_equal(poller_wait(-1), 1);
	assert_ready(ends[0][0], POLLIN);
}

static void select_takes_no_number_beyond_its_sets(void **state)
{
	int beyond = FD_SETSIZE;

	(void)state;
	assert_true(poller_fits(FD_SETSIZE - 1));
	assert_false(poller_fits(FD_SETSIZE));
	assert_aborts(watch_beyond, &beyond);
}

/* A descriptor with this number, or -1 where the system forbids it. */
static int dup_to(int fd, int number)
{
	struct rlimit limit;

	assert_return_code(getrlimit(RLIMIT_NOFILE, &limit), errno);
	if (limit.rlim_cur <= (rlim_t)number)
		limit.rlim_cur = (rlim_t)number + 1;
	if (limit.rlim_max < limit.rlim_cur)
		return -1;
	assert_return_code(setrlimit(RLIMIT_NOFILE, &limit), errno);
	return dup2(fd, number);
}

static void assert_sees(int number)
{
	int fd = dup_to(ends[0][0], number);

	if (fd < 0) {
		print_message("the hard limit of descriptors is too low\n");
		skip();
	}
	poller_watch(fd, POLLIN);
	make_readable(0);
	assert_int_equal(poller_wait(-1), 1);
	assert_ready(fd, POLLIN);
	close(fd);
}

static void select_sees_the_last_number_of_its_sets(void **state)
{
	(void)state;
	assert_sees(FD_SETSIZE - 1);
}

static void poll_sees_numbers_beyond_the_sets_of_select(void **state)
{
	(void)state;
	assert_sees(FD_SETSIZE + 1);
}

#define WITH(kind, name)                                        \
	{                                                       \
#kind ": " #name, name, open_##kind, shut, NULL \
	}
#define POLL(name) WITH(poll, name)
#define SELECT(name) WITH(select, name)
#define ALL(kind)                                                             \
	WITH(kind, nothing_watched_is_nothing_ready),                         \
		WITH(kind, the_time_is_up),                                   \
		WITH(kind, what_is_ready_is_taken_once),                      \
		WITH(kind, both_directions_are_one_event),                    \
		WITH(kind, only_what_is_asked_for_is_reported),               \
		WITH(kind, watching_anew_forgets_what_was_reported),          \
		WITH(kind, what_is_not_taken_is_forgotten_by_the_next_wait),  \
		WITH(kind, what_is_watched_between_two_takes_waits_its_turn), \
		WITH(kind, a_parked_descriptor_is_not_watched),               \
		WITH(kind, each_wait_begins_behind_the_first_of_the_last),    \
		WITH(kind, after_a_signal_nothing_is_ready),                  \
		WITH(kind, what_was_parked_and_closed_is_not_heard_of),       \
		WITH(kind,                                                    \
			events_that_change_twice_before_a_wait_are_the_last), \
		WITH(kind, only_rows_of_the_table_fit)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ALL(poll),
		ALL(select),
		WITH(poll, a_hang_up_is_reported_with_events_0),
		POLL(poll_reports_a_closed_descriptor),
		POLL(poll_sees_numbers_beyond_the_sets_of_select),
		SELECT(select_aborts_over_a_closed_descriptor),
		SELECT(select_reports_a_hang_up_as_readable),
		SELECT(select_takes_no_number_beyond_its_sets),
		SELECT(select_sees_the_last_number_of_its_sets),
	};
	const struct CMUnitTest epoll[] = {
		ALL(epoll),
		WITH(epoll, a_hang_up_is_reported_with_events_0),
	};
	int failed =
		cmocka_run_group_tests_name("loop/poller", tests, NULL, NULL);

	if (poller_is_here(POLLER_EPOLL))
		failed += cmocka_run_group_tests_name(
			"loop/poller: epoll", epoll, NULL, NULL);
	return failed;
}
