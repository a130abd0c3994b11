/*
 * test_spawn.c - a child has what it was given and nothing else.
 *
 * The program that is spawned is this one: with "@child" in front it looks at
 * its descriptors and signals.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "master/spawn.h"

enum { PIPES = 3, LOOKED_AT = 200 };

static const char *own_name;

/* ---- the child ---- */

static bool is_ignored(int signo)
{
	struct sigaction action;

	return sigaction(signo, NULL, &action) == 0 &&
	       action.sa_handler == SIG_IGN;
}

/* Writes its number into each descriptor from 3 on. Returns what is wrong. */
static int be_child(int count)
{
	struct stat first;
	struct stat null;
	sigset_t blocked;

	for (int fd = count; fd < LOOKED_AT; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return 10;
	if (fstat(0, &first) < 0 || stat("/dev/null", &null) < 0 ||
		first.st_rdev != null.st_rdev)
		return 11;
	for (int fd = 3; fd < count; fd++)
		if (fcntl(fd, F_GETFD) != 0 ||
			write(fd, &(char){(char)('0' + fd)}, 1) != 1)
			return 12;
	if (!is_ignored(SIGTERM) || !is_ignored(SIGINT) ||
		!is_ignored(SIGQUIT) || !is_ignored(SIGHUP) ||
		!is_ignored(SIGUSR1) || !is_ignored(SIGUSR2) ||
		!is_ignored(SIGPIPE))
		return 13;
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	if (sigismember(&blocked, SIGTERM) || sigismember(&blocked, SIGCHLD))
		return 14;
	return 0;
}

/* ---- the parent ---- */

static struct spawn open_spawn(void)
{
	struct spawn spawn;
	char text[256];
	struct buf error = buf_on(text, sizeof text);

	assert_int_equal(spawn_open(&spawn, own_name, &error), 0);
	return spawn;
}

static void close_spawn(struct spawn *spawn)
{
	close(spawn->binary);
	close(spawn->nothing);
	free((char *)(uintptr_t)spawn->path);
}

static int status_of(pid_t pid)
{
	int status;

	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void open_pipes(int ends[PIPES][2])
{
	for (int i = 0; i < PIPES; i++) {
		assert_int_equal(pipe(ends[i]), 0);
		fcntl(ends[i][0], F_SETFD, FD_CLOEXEC);
		fcntl(ends[i][1], F_SETFD, FD_CLOEXEC);
	}
}

/* What the child wrote into the pipe; closes it. */
static char number_from(int ends[2])
{
	char number = 0;

	close(ends[1]);
	assert_int_equal(read(ends[0], &number, 1), 1);
	close(ends[0]);
	return number;
}

static void descriptors_arrive_where_they_should(void **state)
{
	struct spawn spawn = open_spawn();
	char *words[] = {"x", "@child", "6", NULL};
	int ends[PIPES][2];
	int fds[3 + PIPES] = {-1, -1, 2};

	(void)state;
	open_pipes(ends);
	for (int i = 0; i < PIPES; i++)
		fds[3 + i] = ends[i][1];
	assert_int_equal(
		status_of(spawn_child(&spawn, words, fds, 3 + PIPES)), 0);
	for (int i = 0; i < PIPES; i++)
		assert_int_equal(number_from(ends[i]), '3' + i);
	close_spawn(&spawn);
}

/* In a process of its own, for it overwrites its descriptors 3 to 5: each
 * source is the target of another one, 4 of 3, 5 of 4, 3 of 5. */
static int spawn_in_a_ring(const struct spawn *spawn, int ends[PIPES][2])
{
	char *words[] = {"x", "@child", "6", NULL};
	int high[PIPES];
	int status;
	pid_t pid;

	for (int i = 0; i < PIPES; i++)
		high[i] = fcntl(ends[i][1], F_DUPFD_CLOEXEC, 300);
	for (int i = 0; i < PIPES; i++)
		if (dup2(high[i], 3 + i) < 0 ||
			fcntl(3 + i, F_SETFD, FD_CLOEXEC) < 0)
			return 98;
	pid = spawn_child(spawn, words, (int[]){-1, -1, 2, 4, 5, 3}, 6);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 99;
	return WEXITSTATUS(status);
}

static void sources_may_be_targets(void **state)
{
	static const char want[PIPES] = {'5', '3', '4'};
	struct spawn spawn = open_spawn();
	struct spawn high = spawn;
	int ends[PIPES][2];
	pid_t pid;

	(void)state;
	high.binary = fcntl(spawn.binary, F_DUPFD_CLOEXEC, 310);
	high.nothing = fcntl(spawn.nothing, F_DUPFD_CLOEXEC, 310);
	open_pipes(ends);
	pid = fork();
	if (pid == 0)
		_exit(spawn_in_a_ring(&high, ends));
	assert_int_equal(status_of(pid), 0);
	for (int i = 0; i < PIPES; i++)
		assert_int_equal(number_from(ends[i]), want[i]);
	close(high.binary);
	close(high.nothing);
	close_spawn(&spawn);
}

static void blocked_and_caught_signals_stay_ours(void **state)
{
	struct spawn spawn = open_spawn();
	char *words[] = {"x", "@child", "3", NULL};
	sigset_t some;
	sigset_t before;

	(void)state;
	sigemptyset(&some);
	sigaddset(&some, SIGTERM);
	sigaddset(&some, SIGCHLD);
	sigprocmask(SIG_BLOCK, &some, &before);
	assert_int_equal(
		status_of(spawn_child(&spawn, words, (int[]){-1, -1, 2}, 3)),
		0);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close_spawn(&spawn);
}

static void what_was_missing_is_filled_what_was_open_is_hidden(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		char text[256];
		struct buf error = buf_on(text, sizeof text);
		int extra = open("/dev/null", O_RDONLY);

		close(0);
		if (spawn_clean(false, &error) != 0 || fcntl(0, F_GETFD) != 0 ||
			fcntl(extra, F_GETFD) != FD_CLOEXEC)
			_exit(1);
		if (spawn_clean(true, &error) != 0 ||
			fcntl(extra, F_GETFD) != -1)
			_exit(2);
		_exit(0);
	}
	assert_int_equal(status_of(pid), 0);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptors_arrive_where_they_should),
		cmocka_unit_test(sources_may_be_targets),
		cmocka_unit_test(blocked_and_caught_signals_stay_ours),
		cmocka_unit_test(
			what_was_missing_is_filled_what_was_open_is_hidden),
	};

	if (argc == 3 && strcmp(argv[1], "@child") == 0)
		return be_child((int)strtol(argv[2], NULL, 10));
	own_name = argv[0];
	/* What the shell left open must not look like our mistake. */
	if (spawn_clean(false, &(struct buf){0}) != 0)
		return 1;
	return cmocka_run_group_tests_name("master/spawn", tests, NULL, NULL);
}
