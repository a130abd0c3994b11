/*
 * logger.c - writes the logs.
 */
#include "master/logger.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/select.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "master/lines.h"
#include "master/roles.h"
#include "master/status.h"

enum {
	OUT = LINES_ROOM + 16, /* bytes of one write; any line fits */
	SAY_LOST_EVERY = 60    /* seconds */
};

struct logger {
	const struct options *options;
	struct lines lines;
	char access_bytes[OUT];
	struct buf access; /* to standard output */
	char error_bytes[OUT];
	struct buf error; /* to standard error */
	uint64_t lost;    /* failed writes since they were last reported */
	int lost_errno;
	time_t lost_said;
};

/* Global, as a signal handler has no other argument. */
static volatile sig_atomic_t reopen_asked;

static void on_usr1(int signo)
{
	(void)signo;
	reopen_asked = 1;
}

/* ---- writing ---- */

/* Another process may have made our standard error non-blocking: then
 * poll() waits. */
static int write_all(int fd, struct slice text)
{
	while (text.len > 0) {
		ssize_t n = write(fd, text.at, text.len);

		if (n < 0 && errno == EAGAIN) {
			struct pollfd p = {.fd = fd, .events = POLLOUT};

			(void)poll(&p, 1, -1);
		} else if (n < 0 && errno != EINTR) {
			return -1;
		}
		if (n > 0)
			text = slice_from(text, (size_t)n);
	}
	return 0;
}

static void flush(struct logger *l, int fd, struct buf *b)
{
	if (write_all(fd, buf_slice_of(b)) < 0) {
		l->lost++;
		l->lost_errno = errno;
	}
	b->len = 0;
}

static void flush_both(struct logger *l)
{
	flush(l, STDOUT_FILENO, &l->access);
	flush(l, STDERR_FILENO, &l->error);
}

static void gather(struct logger *l, int fd, struct buf *b, struct slice mark,
	struct slice text)
{
	if (mark.len + text.len + 1 > b->cap - b->len)
		flush(l, fd, b);
	buf_slice(b, mark);
	buf_slice(b, text);
	buf_byte(b, '\n');
}

static void say(struct logger *l, struct slice text)
{
	if (l->options->daemon)
		syslog(LOG_NOTICE, "%.*s", (int)text.len, text.at);
	else
		gather(l, STDERR_FILENO, &l->error, SLICE("contd: "), text);
}

static void say_lost(struct logger *l)
{
	char text[256];
	struct buf b = buf_on(text, sizeof text);
	struct timespec now;

	if (l->lost == 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (l->lost_said != 0 && now.tv_sec - l->lost_said < SAY_LOST_EVERY)
		return;
	buf_text(&b, "log lines were lost: ");
	buf_number(&b, l->lost);
	buf_printf(&b, " writes failed, the last with: %s",
		strerror(l->lost_errno));
	l->lost = 0;
	l->lost_said = now.tv_sec;
	say(l, buf_slice_of(&b));
}

static void log_line(struct logger *l, const struct line *line)
{
	if (!line->access)
		say(l, line->text);
	else if (l->options->log != OPTIONS_LOG_OFF)
		gather(l, STDOUT_FILENO, &l->access, SLICE(""), line->text);
}

/* ---- the file ---- */

int logger_open_file(const char *path)
{
	return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY,
		0640);
}

static int open_log(struct logger *l)
{
	const char *path = l->options->log_file;
	char text[1024];
	struct buf b = buf_on(text, sizeof text);
	int fd;

	if (!path)
		return 0;
	fd = logger_open_file(path);
	if (fd >= 0) {
		int moved = dup2(fd, STDOUT_FILENO);

		close(fd);
		if (moved >= 0)
			return 0;
	}
	buf_printf(
		&b, "cannot open the log file %s: %s", path, strerror(errno));
	say(l, buf_slice_of(&b));
	return -1;
}

/* ---- the pipe ---- */

/* Waits for bytes or SIGUSR1, which is unblocked only here, so that it cannot
 * arrive between the check of the flag and the wait. */
static void wait_for_bytes(void)
{
	fd_set readable;
	sigset_t none;
	sigset_t before;

	sigemptyset(&none);
	FD_ZERO(&readable);
	FD_SET(LOGGER_PIPE, &readable);
	(void)pselect(LOGGER_PIPE + 1, &readable, NULL, NULL, NULL, &none);
	/* Linux delivers no signal in pselect() if there are bytes at once. */
	sigprocmask(SIG_SETMASK, &none, &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Logs one chunk; false at end of file. */
static bool log_chunk(struct logger *l)
{
	struct line line;
	size_t room;
	char *at = lines_room(&l->lines, &room);
	ssize_t n = read(LOGGER_PIPE, at, room);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	lines_add(&l->lines, (size_t)n);
	while (lines_take(&l->lines, &line))
		log_line(l, &line);
	if (n == 0 && lines_take_last(&l->lines, &line))
		log_line(l, &line);
	flush_both(l);
	say_lost(l);
	flush_both(l);
	return n > 0;
}

static int catch_usr1(void)
{
	struct sigaction action;
	sigset_t usr1;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	memset(&action, 0, sizeof action);
	action.sa_handler = on_usr1;
	if (sigprocmask(SIG_BLOCK, &usr1, NULL) < 0)
		return -1;
	return sigaction(SIGUSR1, &action, NULL);
}

int logger_run(const struct options *options)
{
	static struct logger logger;
	struct logger *l = &logger;
	bool more = true;

	l->options = options;
	l->access = buf_on(l->access_bytes, sizeof l->access_bytes);
	l->error = buf_on(l->error_bytes, sizeof l->error_bytes);
	if (catch_usr1() < 0)
		return STATUS_OS;
	if (options->daemon)
		openlog("contd", LOG_PID, LOG_DAEMON);
	(void)open_log(l);
	flush_both(l);
	while (more) {
		wait_for_bytes();
		if (reopen_asked) {
			reopen_asked = 0;
			(void)open_log(l);
			flush_both(l);
			continue;
		}
		more = log_chunk(l);
	}
	return 0;
}
