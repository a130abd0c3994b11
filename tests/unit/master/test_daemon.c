/*
 * test_daemon.c - what the process that was started tells its shell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "master/daemon.h"
#include "master/status.h"

enum { TEXT_MAX = 4096, DIES = -1 };

/* In the process that becomes the daemon: says on out where it is, then tells
 * status, or dies without a word. */
static _Noreturn void be_daemon(int out, int tell, int status)
{
	char where[64];
	char is_alone = (char)(getsid(0) != getpid());

	if (getcwd(where, sizeof where) && strcmp(where, "/") == 0)
		(void)!write(out, &is_alone, 1);
	if (status != DIES)
		daemon_tell(tell, status,
			status == 0 ? SLICE("") : SLICE("the reason"));
	/* Whoever reads standard error must see its end now. */
	_exit(0);
}

/* Runs "contd --daemon" in short: fills what it says on standard error and
 * whether the daemon is where it should be; returns its exit status. */
static int run(int status, char *says, char *is_alone)
{
	int err[2];
	int out[2];
	int ended;
	ssize_t n;
	size_t len = 0;
	pid_t pid;

	assert_int_equal(pipe(err), 0);
	assert_int_equal(pipe(out), 0);
	pid = fork();
	if (pid == 0) {
		struct buf error = {0};
		int tell;

		close(err[0]);
		close(out[0]);
		dup2(err[1], 2);
		close(err[1]);
		tell = daemon_start(&error);
		if (tell < 0)
			_exit(99);
		be_daemon(out[1], tell, status);
	}
	close(err[1]);
	close(out[1]);
	while ((n = read(err[0], says + len, TEXT_MAX - 1 - len)) > 0)
		len += (size_t)n;
	says[len] = '\0';
	*is_alone = -1;
	(void)!read(out[0], is_alone, 1);
	close(err[0]);
	close(out[0]);
	assert_int_equal(waitpid(pid, &ended, 0), pid);
	assert_true(WIFEXITED(ended));
	return WEXITSTATUS(ended);
}

static void it_ends_with_0_when_the_daemon_serves(void **state)
{
	char says[TEXT_MAX];
	char is_alone;

	(void)state;
	assert_int_equal(run(0, says, &is_alone), 0);
	assert_string_equal(says, "");
	assert_int_equal(is_alone, 1);
}

static void it_ends_with_the_daemons_status_and_reason(void **state)
{
	char says[TEXT_MAX];
	char is_alone;

	(void)state;
	assert_int_equal(
		run(STATUS_UNAVAILABLE, says, &is_alone), STATUS_UNAVAILABLE);
	assert_string_equal(says, "contd: the reason\n");
}

static void it_says_so_when_the_daemon_dies_silently(void **state)
{
	char says[TEXT_MAX];
	char is_alone;

	(void)state;
	assert_int_equal(run(DIES, says, &is_alone), STATUS_SOFTWARE);
	assert_string_equal(says, "contd: the daemon died before it served\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_ends_with_0_when_the_daemon_serves),
		cmocka_unit_test(it_ends_with_the_daemons_status_and_reason),
		cmocka_unit_test(it_says_so_when_the_daemon_dies_silently),
	};

	return cmocka_run_group_tests_name("master/daemon", tests, NULL, NULL);
}
