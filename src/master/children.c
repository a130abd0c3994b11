/*
 * children.c - starting each kind of child with what it needs.
 */
#include "master/children.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/control.h"
#include "base/fdpass.h"
#include "loop/loop.h"
#include "master/roles.h"

/* What happens when this fails is no worse than what happens next. */
static void make_non_blocking(int fd)
{
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
}

static pid_t spawn_worker(const struct master *master, int channel)
{
	int fds[WORKER_FDS + OPTIONS_LISTEN_MAX] = {-1, -1, master->log[1],
		[WORKER_MASTER] = channel, [WORKER_JOURNAL] = master->log[1]};
	size_t count = WORKER_LISTENERS;

	for (size_t i = 0; i < master->listeners_count; i++)
		fds[count++] = master->listeners[i].fd;
	return spawn_child(
		&master->spawn, master->worker_arguments, fds, count);
}

static void close_keeping_errno(int fd)
{
	int why = errno;

	close(fd);
	errno = why;
}

static pid_t open_worker(struct master *master)
{
	int ends[2];
	pid_t pid;

	if (fdpass_pair(ends) < 0)
		return -1;
	make_non_blocking(ends[0]);
	make_non_blocking(ends[1]);
	pid = spawn_worker(master, ends[1]);
	close_keeping_errno(ends[1]);
	if (pid < 0)
		close_keeping_errno(ends[0]);
	else
		master->control = ends[0];
	return pid;
}

int children_start_worker(struct master *master)
{
	int64_t now = loop_now();
	pid_t pid = open_worker(master);

	pace_started(&master->worker_pace, now);
	if (pid < 0) {
		pace_died(&master->worker_pace, now);
		return -1;
	}
	master->worker = pid;
	master->worker_hears = true;
	crew_begin(&master->crew);
	return 0;
}

/* Only the worker's end is non-blocking: the helper waits on its own. */
static pid_t spawn_helper(const struct master *master, int number)
{
	struct control message = {
		.kind = CONTROL_HELPER, .number = (uint32_t)number};
	int ends[2];
	pid_t pid;

	if (fdpass_pair(ends) < 0)
		return -1;
	make_non_blocking(ends[0]);
	pid = spawn_child(&master->spawn, master->helper_arguments,
		(int[HELPER_FDS]){-1, -1,
			master->log[1], [HELPER_CHANNEL] = ends[1],
			[HELPER_ROOT] = master->root},
		HELPER_FDS);
	close_keeping_errno(ends[1]);
	/* Not known to the worker, it must not look like one sent away. */
	if (pid > 0 && fdpass_try_send(master->control, &message,
			       sizeof message, ends[0]) < 0)
		kill(pid, SIGKILL);
	close_keeping_errno(ends[0]);
	return pid;
}

int children_start_helper(struct master *master, int number)
{
	pid_t pid = spawn_helper(master, number);

	crew_started(&master->crew, number, pid, loop_now());
	return pid < 0 ? -1 : 0;
}

/* A daemon's logger has syslog: it must not hold the terminal, or the pipe of
 * whoever waits for the output of the process that was started. */
int children_start_logger(struct master *master)
{
	const struct options *options = master->options;
	bool to_stdout = !options->daemon && !options->log_file;
	int fds[LOGGER_FDS] = {-1, to_stdout ? STDOUT_FILENO : -1,
		options->daemon ? -1 : STDERR_FILENO,
		[LOGGER_PIPE] = master->log[0]};
	int64_t now = loop_now();
	pid_t pid = spawn_child(
		&master->spawn, master->logger_arguments, fds, LOGGER_FDS);

	pace_started(&master->logger_pace, now);
	if (pid < 0) {
		pace_died(&master->logger_pace, now);
		return -1;
	}
	master->logger = pid;
	return 0;
}

void children_kill(const struct master *master)
{
	pid_t pids[CREW_PROCESSES_MAX];
	size_t count = crew_processes(&master->crew, pids);

	for (size_t i = 0; i < count; i++)
		kill(pids[i], SIGKILL);
	if (master->worker != 0)
		kill(master->worker, SIGKILL);
	if (master->logger != 0)
		kill(master->logger, SIGKILL);
}

void children_describe(int status, struct buf *b)
{
	if (WIFSIGNALED(status))
		buf_printf(b, "was killed by signal %d", WTERMSIG(status));
	else
		buf_printf(b, "ended with status %d", WEXITSTATUS(status));
}
