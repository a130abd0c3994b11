/*
 * test_waits.c - the calls that wait, and the signals that they let in.
 *
 * Each test runs in a child: what sys_catch does to a process stays.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sys/sys.h"
#include "sys/sys_epoll.h"

/* What a check in the child stands for; the line is its exit status. */
#define NEED(cond)                                 \
	do {                                       \
		if (!(cond))                       \
			_exit(__LINE__ % 255 + 1); \
	} while (0)

enum { SIGNALS = 1000 };

typedef int wait_function(int fd, int timeout);

static int pipe_ends[2]; /* as in loop/wake.c: the handler writes into it */

static void on_signal(int signo)
{
	int error = errno;

	(void)signo;
	(void)sys_write(pipe_ends[1], "", 1);
	errno = error;
}

/* The number of signals that came in until now. */
static int count_signals(void)
{
	static char bytes[SIGNALS];
	ssize_t n = sys_read(pipe_ends[0], bytes, sizeof bytes);

	return n < 0 ? 0 : (int)n;
}

static void catch (int signo)
{
	if (pipe_ends[1] == 0)
		NEED(sys_pipe(pipe_ends) == 0);
	NEED(sys_catch(signo, on_signal) == 0);
}

/* ---- the waits, for fd to be readable or for the pipe ---- */

static int wait_by_poll(int fd, int timeout)
{
	struct pollfd p[] = {{.fd = fd, .events = POLLIN},
		{.fd = pipe_ends[1] ? pipe_ends[0] : -1, .events = POLLIN}};

	return sys_poll(p, 2, timeout);
}

static int wait_by_select(int fd, int timeout)
{
	fd_set readable, writable;

	FD_ZERO(&readable);
	FD_ZERO(&writable);
	if (fd >= 0)
		FD_SET((unsigned)fd, &readable);
	if (pipe_ends[1])
		FD_SET((unsigned)pipe_ends[0], &readable);
	return sys_select(FD_SETSIZE, &readable, &writable, timeout);
}

static int wait_by_epoll(int fd, int timeout)
{
	struct pollfd ready[2];
	int set = sys_epoll_open(), found, error;

	NEED(set >= 0);
	NEED(fd < 0 || sys_epoll_add(set, fd, POLLIN) == 0);
	NEED(!pipe_ends[1] || sys_epoll_add(set, pipe_ends[0], POLLIN) == 0);
	found = sys_epoll_wait(set, ready, 2, timeout);
	error = errno;
	sys_close(set);
	errno = error;
	return found;
}

/* ---- the tests, for each ---- */

static void it_waits_for_its_time(wait_function *wait_for)
{
	int64_t begin = sys_now();

	NEED(wait_for(-1, 0) == 0);
	NEED(wait_for(-1, 20) == 0);
	NEED(sys_now() >= begin + 20000000);
}

static void it_finds_what_is_ready(wait_function *wait_for)
{
	int ends[2];

	NEED(sys_pipe(ends) == 0);
	NEED(wait_for(ends[0], 0) == 0);
	NEED(sys_write(ends[1], "x", 1) == 1);
	NEED(wait_for(ends[0], -1) == 1);
}

static void without_a_wait_no_signal_comes(wait_function *wait_for)
{
	(void)wait_for;
	catch (SIGUSR1);
	NEED(raise(SIGUSR1) == 0);
	NEED(count_signals() == 0);
}

static void a_pending_signal_ends_the_wait(wait_function *wait_for)
{
	int found;

	catch (SIGUSR1);
	NEED(raise(SIGUSR1) == 0);
	found = wait_for(-1, -1);
	NEED(found == 1 || (found < 0 && errno == EINTR));
	NEED(count_signals() == 1);
	NEED(raise(SIGUSR1) == 0); /* it is blocked again */
	NEED(count_signals() == 0);
}

static void a_signal_in_the_wait_ends_it(wait_function *wait_for)
{
	pid_t parent = getpid(), child;
	int found;

	catch (SIGUSR1);
	child = fork();
	NEED(child >= 0);
	if (child == 0)
		_exit(kill(parent, SIGUSR1) == 0 ? 0 : 1);
	found = wait_for(-1, -1);
	NEED(found == 1 || (found < 0 && errno == EINTR));
	NEED(count_signals() == 1);
}

static void all_caught_signals_come_in(wait_function *wait_for)
{
	int came = 0;

	catch (SIGUSR1);
	catch (SIGUSR2);
	NEED(raise(SIGUSR1) == 0);
	NEED(raise(SIGUSR2) == 0);
	for (int i = 0; i < 2; i++) {
		(void)wait_for(-1, 1);
		came += count_signals();
	}
	NEED(came == 2);
}

/* The mask that was there before is kept, but for what is caught. */
static void what_others_blocked_stays_out(wait_function *wait_for)
{
	sigset_t both;

	sigemptyset(&both);
	sigaddset(&both, SIGUSR1);
	sigaddset(&both, SIGTERM);
	NEED(sigprocmask(SIG_BLOCK, &both, NULL) == 0);
	catch (SIGUSR1);
	NEED(raise(SIGUSR1) == 0);
	NEED(raise(SIGTERM) == 0); /* its default would end us */
	(void)wait_for(-1, 1);
	NEED(count_signals() == 1);
	(void)wait_for(-1, 1); /* one wait lets in one signal only */
}

/* Linux lets no signal into a wait that finds something at once. */
static void busy_descriptors_do_not_keep_signals_out(wait_function *wait_for)
{
	int ends[2], waits = 0;

	NEED(sys_pipe(ends) == 0);
	NEED(sys_write(ends[1], "x", 1) == 1);
	catch (SIGUSR1);
	NEED(raise(SIGUSR1) == 0);
	while (count_signals() == 0)
		NEED(wait_for(ends[0], -1) != 0 && waits++ < 1000);
}

static void nor_do_waits_without_time(wait_function *wait_for)
{
	int waits = 0;

	catch (SIGUSR1);
	NEED(raise(SIGUSR1) == 0);
	while (count_signals() == 0) {
		(void)wait_for(-1, 0);
		NEED(waits++ < 1000);
	}
}

static void an_ignored_signal_ends_nothing(wait_function *wait_for)
{
	NEED(sys_ignore(SIGUSR1) == 0);
	NEED(raise(SIGUSR1) == 0);
	NEED(wait_for(-1, 1) == 0);
}

/* ---- a child for each ---- */

static void run(void (*test)(wait_function *wait_for), wait_function *wait_for)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		test(wait_for);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0); /* else: the line, see NEED */
}

struct child {
	void (*test)(wait_function *wait_for);
	wait_function *wait_for;
};

static void the_child_finds_it_so(void **state)
{
	const struct child *child = *state;

	run(child->test, child->wait_for);
}

#define WITH(name, wait)                                             \
	{                                                            \
#wait ": " #name, the_child_finds_it_so, NULL, NULL, \
			&(struct child)                              \
		{                                                    \
			name, wait                                   \
		}                                                    \
	}
#define ALL(wait)                                                              \
	WITH(it_waits_for_its_time, wait), WITH(it_finds_what_is_ready, wait), \
		WITH(without_a_wait_no_signal_comes, wait),                    \
		WITH(a_pending_signal_ends_the_wait, wait),                    \
		WITH(a_signal_in_the_wait_ends_it, wait),                      \
		WITH(all_caught_signals_come_in, wait),                        \
		WITH(what_others_blocked_stays_out, wait),                     \
		WITH(busy_descriptors_do_not_keep_signals_out, wait),          \
		WITH(nor_do_waits_without_time, wait),                         \
		WITH(an_ignored_signal_ends_nothing, wait)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ALL(wait_by_poll), ALL(wait_by_select)};
	const struct CMUnitTest epoll[] = {ALL(wait_by_epoll)};
	int failed =
		cmocka_run_group_tests_name("sys/waits", tests, NULL, NULL);
	int set = sys_epoll_open();

	if (set < 0)
		return failed;
	sys_close(set);
	return failed + cmocka_run_group_tests_name(
				"sys/waits: epoll", epoll, NULL, NULL);
}
