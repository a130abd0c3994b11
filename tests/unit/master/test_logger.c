/*
 * test_logger.c - the logger as a process: lines in, lines out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "master/logger.h"
#include "master/roles.h"

enum { TEXT_MAX = 4096 };

struct logger_process {
	pid_t pid;
	int in;     /* the log pipe, to write to */
	int out[2]; /* its standard output and error, to read from */
};

static char directory[] = "/tmp/test_logger.XXXXXX";
static char path[64];
static char old_path[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof path, "%s/log", directory);
	snprintf(old_path, sizeof old_path, "%s/log.1", directory);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	(void)unlink(old_path);
	return rmdir(directory);
}

/* out: what it has as standard output; -1: a pipe. */
static struct logger_process start(const struct options *options, int out)
{
	struct logger_process p;
	int in[2];
	int outs[2][2];

	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(outs[0]), 0);
	assert_int_equal(pipe(outs[1]), 0);
	p.pid = fork();
	assert_true(p.pid >= 0);
	if (p.pid == 0) {
		int from = fcntl(in[0], F_DUPFD, 100);
		int to = fcntl(out >= 0 ? out : outs[0][1], F_DUPFD, 100);
		int err = fcntl(outs[1][1], F_DUPFD, 100);

		for (int fd = 0; fd < 100; fd++)
			close(fd);
		signal(SIGPIPE, SIG_IGN);
		dup2(to, 1);
		dup2(err, 2);
		dup2(from, LOGGER_PIPE);
		close(to);
		close(err);
		close(from);
		_exit(logger_run(options));
	}
	close(in[0]);
	close(outs[0][1]);
	close(outs[1][1]);
	p.in = in[1];
	p.out[0] = outs[0][0];
	p.out[1] = outs[1][0];
	return p;
}

static void put(const struct logger_process *p, const char *bytes)
{
	assert_int_equal(
		write(p->in, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

static void read_all(int fd, char *text)
{
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, text + len, TEXT_MAX - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(fd);
}

/* Ends it with the end of its pipe, and reads what it said. */
static void end(struct logger_process *p, char *out, char *err)
{
	int status;

	close(p->in);
	read_all(p->out[0], out);
	read_all(p->out[1], err);
	assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
	assert_int_equal(status, 0);
}

static void access_lines_and_others_part(void **state)
{
	struct options options = {0};
	struct logger_process p = start(&options, -1);
	char out[TEXT_MAX];
	char err[TEXT_MAX];

	(void)state;
	put(&p, "\001GET /a\nsomething died\n\001GET");
	put(&p, " /b\nlast words");
	end(&p, out, err);
	assert_string_equal(out, "GET /a\nGET /b\n");
	assert_string_equal(err, "contd: something died\ncontd: last words\n");
}

static void access_lines_can_be_off(void **state)
{
	struct options options = {.log = OPTIONS_LOG_OFF};
	struct logger_process p = start(&options, -1);
	char out[TEXT_MAX];
	char err[TEXT_MAX];

	(void)state;
	put(&p, "\001GET /a\nsomething died\n");
	end(&p, out, err);
	assert_string_equal(out, "");
	assert_string_equal(err, "contd: something died\n");
}

static void lines_that_cannot_be_written_are_counted(void **state)
{
	struct options options = {0};
	struct logger_process p;
	char out[TEXT_MAX];
	char err[TEXT_MAX];
	int full = open("/dev/full", O_WRONLY);

	(void)state;
	if (full < 0)
		skip();
	p = start(&options, full);
	put(&p, "\001GET /a\n");
	end(&p, out, err);
	close(full);
	assert_non_null(strstr(err, "contd: log lines were lost: 1 writes"));
}

static void read_file(const char *name, char *text)
{
	int fd = open(name, O_RDONLY);

	assert_true(fd >= 0);
	read_all(fd, text);
}

/* Its standard error tells when a line has been dealt with. */
static void wait_for_mark(const struct logger_process *p)
{
	char byte = 0;

	while (byte != '\n')
		assert_int_equal(read(p->out[1], &byte, 1), 1);
}

static void the_file_is_opened_anew_when_told(void **state)
{
	struct options options = {.log_file = path};
	struct logger_process p = start(&options, -1);
	char text[TEXT_MAX];
	char err[TEXT_MAX];

	(void)state;
	put(&p, "\001before\nmark\n");
	wait_for_mark(&p);
	assert_int_equal(rename(path, old_path), 0);
	assert_int_equal(kill(p.pid, SIGUSR1), 0);
	put(&p, "\001after\n");
	end(&p, text, err);
	assert_string_equal(text, "");
	read_file(old_path, text);
	assert_string_equal(text, "before\n");
	read_file(path, text);
	assert_string_equal(text, "after\n");
}

static void the_old_file_stays_when_there_is_no_new_one(void **state)
{
	char gone[96];
	struct options options = {.log_file = gone};
	struct logger_process p;
	char text[TEXT_MAX];
	char err[TEXT_MAX];
	char moved[64];

	(void)state;
	snprintf(gone, sizeof gone, "%s/d", directory);
	snprintf(moved, sizeof moved, "%s/moved", directory);
	assert_int_equal(mkdir(gone, 0700), 0);
	snprintf(gone, sizeof gone, "%s/d/log", directory);
	p = start(&options, -1);
	put(&p, "\001before\nmark\n");
	wait_for_mark(&p);
	assert_int_equal(rename(gone, moved), 0);
	gone[strlen(gone) - 4] = '\0';
	assert_int_equal(rmdir(gone), 0);
	assert_int_equal(kill(p.pid, SIGUSR1), 0);
	wait_for_mark(&p);
	put(&p, "\001after\n");
	end(&p, text, err);
	read_file(moved, text);
	assert_string_equal(text, "before\nafter\n");
	assert_int_equal(unlink(moved), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(access_lines_and_others_part),
		cmocka_unit_test(access_lines_can_be_off),
		cmocka_unit_test(lines_that_cannot_be_written_are_counted),
		cmocka_unit_test(the_file_is_opened_anew_when_told),
		cmocka_unit_test(the_old_file_stays_when_there_is_no_new_one),
	};

	return cmocka_run_group_tests_name(
		"master/logger", tests, set_up, tear_down);
}
