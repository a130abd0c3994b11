/*
 * test_pidfile.c - only one can have it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "master/pidfile.h"
#include "master/status.h"

static char directory[] = "/tmp/test_pidfile.XXXXXX";
static char path[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof path, "%s/pid", directory);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(directory);
}

static long number_in_file(void)
{
	FILE *file = fopen(path, "r");
	long number = -1;

	assert_non_null(file);
	if (fscanf(file, "%ld", &number) != 1)
		number = 0;
	fclose(file);
	return number;
}

/* Locks do not bind their own process: another one has to try. */
static int status_of_another(char *says, size_t len)
{
	int ends[2];
	int status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		struct pidfile other;
		char text[256];
		struct buf error = buf_on(text, sizeof text);

		status = pidfile_open(&other, path, &error);
		(void)!write(ends[1], text, error.len);
		pidfile_close(&other);
		_exit(status);
	}
	close(ends[1]);
	n = read(ends[0], says, len - 1);
	says[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void open_ours(struct pidfile *file)
{
	char text[256];
	struct buf error = buf_on(text, sizeof text);

	assert_int_equal(pidfile_open(file, path, &error), 0);
	assert_int_equal(error.len, 0);
}

static void it_holds_our_number_until_the_end(void **state)
{
	struct pidfile file;

	(void)state;
	open_ours(&file);
	assert_int_equal(number_in_file(), getpid());
	pidfile_close(&file);
	assert_int_equal(access(path, F_OK), -1);
	pidfile_close(&file);
}

static void a_second_one_is_told_who_is_first(void **state)
{
	struct pidfile file;
	char says[256];
	char want[64];

	(void)state;
	open_ours(&file);
	snprintf(want, sizeof want, "already running as %ld", (long)getpid());
	assert_int_equal(
		status_of_another(says, sizeof says), STATUS_UNAVAILABLE);
	assert_non_null(strstr(says, want));
	assert_int_equal(number_in_file(), getpid());
	pidfile_close(&file);
	assert_int_equal(status_of_another(says, sizeof says), 0);
}

static void a_file_left_by_a_crash_is_no_obstacle(void **state)
{
	struct pidfile file;
	FILE *left = fopen(path, "w");

	(void)state;
	assert_non_null(left);
	fputs("1234567890123\n", left);
	fclose(left);
	open_ours(&file);
	assert_int_equal(number_in_file(), getpid());
	pidfile_close(&file);
}

static void somebody_elses_file_is_not_removed(void **state)
{
	struct pidfile file;
	FILE *other;

	(void)state;
	open_ours(&file);
	assert_int_equal(unlink(path), 0);
	other = fopen(path, "w");
	assert_non_null(other);
	fputs("42\n", other);
	fclose(other);
	pidfile_close(&file);
	assert_int_equal(number_in_file(), 42);
	assert_int_equal(unlink(path), 0);
}

static void a_symbolic_link_is_not_followed(void **state)
{
	struct pidfile file;
	char text[256];
	struct buf error = buf_on(text, sizeof text);

	(void)state;
	assert_int_equal(symlink("target", path), 0);
	assert_int_equal(
		pidfile_open(&file, path, &error), STATUS_CANNOT_CREATE);
	assert_int_equal(file.fd, -1);
	assert_true(error.len > 0);
	assert_int_equal(unlink(path), 0);
}

static void a_missing_directory_is_said(void **state)
{
	struct pidfile file;
	char text[256];
	struct buf error = buf_on(text, sizeof text);

	(void)state;
	assert_int_equal(pidfile_open(&file, "/nonexistent/pid", &error),
		STATUS_CANNOT_CREATE);
	assert_true(slice_starts(buf_slice_of(&error),
		SLICE("cannot create the pid file /nonexistent/pid: ")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_holds_our_number_until_the_end),
		cmocka_unit_test(a_second_one_is_told_who_is_first),
		cmocka_unit_test(a_file_left_by_a_crash_is_no_obstacle),
		cmocka_unit_test(somebody_elses_file_is_not_removed),
		cmocka_unit_test(a_symbolic_link_is_not_followed),
		cmocka_unit_test(a_missing_directory_is_said),
	};

	return cmocka_run_group_tests_name(
		"master/pidfile", tests, set_up, tear_down);
}
