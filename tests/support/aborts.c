/*
 * aborts.c - a child that has to die.
 */
#include "support/aborts.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void die_quietly(void (*breaks)(void *state), void *state)
{
	struct rlimit none = {0, 0};
	int null = open("/dev/null", O_WRONLY);

	setrlimit(RLIMIT_CORE, &none);
	signal(SIGABRT, SIG_DFL);
	dup2(null, STDERR_FILENO);
	close(null); /* breaks() may count on which numbers are free */
	breaks(state);
	_exit(0);
}

void assert_aborts(void (*breaks)(void *state), void *state)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		die_quietly(breaks, state);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}
