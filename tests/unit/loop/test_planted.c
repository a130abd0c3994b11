/*
 * test_planted.c - a handler that opens a file does not survive it, and what it
 * did is named.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/cont.h"
#include "loop/loop.h"
#include "support/prison.h"

static const struct prison worker = {
	.kind = SANDBOX_WORKER, .layers = SANDBOX_PRIVILEGES | SANDBOX_SECCOMP};

/* What a careless change might plant: it blocks as long as the disk does. */
static void on_bytes_planted(int fd, short revents, void *state)
{
	char byte;

	(void)revents;
	if (state != NULL)
		(void)open(state, O_RDONLY);
	(void)!read(fd, &byte, 1);
	cont_drop(fd);
	loop_stop();
}

/* A worker's loop that is resumed once. path: what the handler opens. */
static int runs_the_loop(void *path)
{
	int ends[2];

	if (loop_open(POLLER_POLL, 64) < 0 || pipe(ends) < 0 ||
		write(ends[1], "x", 1) != 1)
		return 2;
	cont_save(
		ends[0], POLLIN, WITHIN_FOREVER, then(on_bytes_planted, path));
	loop_run();
	return 0;
}

static void a_planted_open_is_killed_and_named(void **state)
{
	char path[] = "/dev/null";
	struct prison_end end;

	(void)state;
	if (!prison_has(&worker))
		skip();
	end = prison_run(&worker, runs_the_loop, path);
	assert_int_equal(end.signal, SIGSYS);
	assert_non_null(strstr(end.said, "it made the call open"));
	/* The handler without it, and with it where there is no filter. */
	end = prison_run(&worker, runs_the_loop, NULL);
	assert_int_equal(end.status, 0);
	end = prison_run(&(struct prison){.layers = 0}, runs_the_loop, path);
	assert_int_equal(end.status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_planted_open_is_killed_and_named),
	};

	return cmocka_run_group_tests_name("loop/planted", tests, NULL, NULL);
}
