/* prison.c - what becomes of somebody who does something in a sandbox. */
#include "support/prison.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOT_ENTERED = 120 };

static _Noreturn void serve_time(
	const struct prison *prison, int (*deed)(void *state), void *state)
{
	struct rlimit none = {0, 0};
	struct sandbox sandbox = {.kind = prison->kind,
		.layers = prison->layers,
		.beneath = prison->beneath};
	char text[256];
	struct buf trouble = buf_on(text, sizeof text);

	setrlimit(RLIMIT_CORE, &none);
	signal(SIGABRT, SIG_DFL);
	if (prison->uid != 0 &&
		(setgid(prison->uid) < 0 || setuid(prison->uid) < 0))
		_exit(NOT_ENTERED);
	if (sandbox_enter(&sandbox, &trouble) != prison->layers) {
		(void)!write(STDERR_FILENO, trouble.at, trouble.len);
		_exit(NOT_ENTERED);
	}
	_exit(deed(state));
}

static void read_all(int fd, char *into, size_t room)
{
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, into + len, room - 1 - len)) > 0)
		len += (size_t)n;
	into[len] = '\0';
	close(fd);
}

struct prison_end prison_run(
	const struct prison *prison, int (*deed)(void *state), void *state)
{
	struct prison_end end = {.status = -1};
	int ends[2];
	int status;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		serve_time(prison, deed, state);
	}
	close(ends[1]);
	read_all(ends[0], end.said, sizeof end.said);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		end.signal = WTERMSIG(status);
	else
		end.status = WEXITSTATUS(status);
	end.entered = end.status != NOT_ENTERED;
	return end;
}

static int do_nothing(void *state)
{
	(void)state;
	return 0;
}

bool prison_has(const struct prison *prison)
{
	/* A build that is watched makes calls of its own. */
	if (strcmp(CONTD_SANDBOX, "off") == 0)
		return false;
	return prison_run(prison, do_nothing, NULL).entered;
}
