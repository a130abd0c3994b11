/*
 * test_wake.c - real signals, seen as descriptors.
 */
#include "loop/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/aborts.h"
#include "sys/sys.h"

static int usr1, usr2;

static int open_wakes(void **state)
{
	(void)state;
	usr1 = wake_open(SIGUSR1);
	usr2 = wake_open(SIGUSR2);
	return usr1 < 0 || usr2 < 0 ? -1 : 0;
}

static int shut_wakes(void **state)
{
	(void)state;
	wake_shut();
	close(usr1);
	close(usr2);
	return 0;
}

/* Whether fd is readable after one wait that a signal may end. */
static short wait_for(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	/* The first call may end with EINTR, with the byte in the pipe. */
	if (sys_poll(&p, 1, 0) < 0)
		assert_int_equal(errno, EINTR);
	assert_true(poll(&p, 1, 0) >= 0);
	return p.revents;
}

static void without_a_signal_nothing_is_readable(void **state)
{
	(void)state;
	assert_int_equal(wait_for(usr1), 0);
}

static void a_signal_waits_until_the_loop_waits(void **state)
{
	struct pollfd p = {.fd = usr1, .events = POLLIN};
	sigset_t pending;

	(void)state;
	assert_int_equal(raise(SIGUSR1), 0);
	assert_int_equal(sigpending(&pending), 0);
	assert_true(sigismember(&pending, SIGUSR1));
	assert_int_equal(poll(&p, 1, 0), 0);
	assert_int_equal(wait_for(usr1), POLLIN);
	assert_int_equal(sigpending(&pending), 0);
	assert_false(sigismember(&pending, SIGUSR1));
	wake_take(usr1);
}

static void a_pending_signal_ends_a_wait_without_limit(void **state)
{
	struct pollfd p = {.fd = usr1, .events = POLLIN};
	int found;

	(void)state;
	assert_int_equal(raise(SIGUSR1), 0);
	found = sys_poll(&p, 1, -1);
	assert_true(found == 1 || (found < 0 && errno == EINTR));
	assert_int_equal(wait_for(usr1), POLLIN);
	wake_take(usr1);
}

static void taking_empties_the_pipe(void **state)
{
	(void)state;
	assert_int_equal(raise(SIGUSR1), 0);
	assert_int_equal(wait_for(usr1), POLLIN);
	wake_take(usr1);
	assert_int_equal(wait_for(usr1), 0);
	wake_take(usr1); /* nothing to take: it does not wait */
}

static void many_signals_are_taken_as_one(void **state)
{
	(void)state;
	for (int i = 0; i < 300; i++) {
		assert_int_equal(raise(SIGUSR1), 0);
		(void)sys_poll(NULL, 0, 0);
	}
	assert_int_equal(wait_for(usr1), POLLIN);
	wake_take(usr1);
	assert_int_equal(wait_for(usr1), 0);
}

static void a_pipe_that_is_full_loses_nothing(void **state)
{
	(void)state;
	/* More often than a pipe has bytes. */
	for (int i = 0; i < 70000; i++) {
		assert_int_equal(raise(SIGUSR1), 0);
		(void)sys_poll(NULL, 0, 0);
	}
	assert_int_equal(wait_for(usr1), POLLIN);
	wake_take(usr1);
	assert_int_equal(wait_for(usr1), 0);
	assert_int_equal(raise(SIGUSR1), 0);
	assert_int_equal(wait_for(usr1), POLLIN);
	wake_take(usr1);
}

static void each_signal_has_its_own_pipe(void **state)
{
	(void)state;
	assert_int_equal(raise(SIGUSR2), 0);
	assert_int_equal(wait_for(usr1), 0);
	assert_int_equal(wait_for(usr2), POLLIN);
	wake_take(usr2);
}

/* An interrupted call in the middle of a wait keeps its error. */
static void a_signal_leaves_errno_alone(void **state)
{
	(void)state;
	assert_int_equal(raise(SIGUSR1), 0);
	errno = 0;
	if (sys_poll(NULL, 0, 10) < 0)
		assert_int_equal(errno, EINTR);
	else
		assert_int_equal(errno, 0);
	wake_take(usr1);
}

static void a_shut_wake_says_nothing(void **state)
{
	struct pollfd p = {.fd = usr1, .events = POLLIN};

	(void)state;
	wake_shut();
	assert_int_equal(raise(SIGUSR1), 0);
	(void)sys_poll(NULL, 0, 0);
	assert_int_equal(poll(&p, 1, 0), 1);
	assert_int_equal(p.revents, POLLHUP);
}

static void open_again(void *unused)
{
	(void)unused;
	wake_open(SIGUSR1);
}

static void a_signal_is_caught_once(void **state)
{
	(void)state;
	assert_aborts(open_again, NULL);
}

static void what_cannot_be_caught_is_an_error(void **state)
{
	int next = dup(usr1);

	(void)state;
	close(next);
	errno = 0;
	assert_int_equal(wake_open(SIGKILL), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(fcntl(next, F_GETFD), -1); /* its pipe is closed */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_wakes, shut_wakes)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_signal_nothing_is_readable),
		TEST(a_signal_waits_until_the_loop_waits),
		TEST(a_pending_signal_ends_a_wait_without_limit),
		TEST(taking_empties_the_pipe),
		TEST(many_signals_are_taken_as_one),
		TEST(a_pipe_that_is_full_loses_nothing),
		TEST(each_signal_has_its_own_pipe),
		TEST(a_signal_leaves_errno_alone),
		TEST(a_shut_wake_says_nothing),
		TEST(a_signal_is_caught_once),
		TEST(what_cannot_be_caught_is_an_error),
	};

	return cmocka_run_group_tests_name("loop/wake", tests, NULL, NULL);
}
