/*
 * children.c - starts each kind of child with its descriptors.
 */
#include "master/children.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/control.h"
#include "base/fd.h"
#include "base/fdpass.h"
#include "loop/cont.h"
#include "loop/journal.h"
#include "loop/loop.h"
#include "master/roles.h"

/* Failure is harmless: messages on these channels are sent and received with
 * MSG_DONTWAIT (fdpass_try_send, fdpass_try_recv). */
static void make_non_blocking(int fd)
{
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
}

static pid_t spawn_worker(const struct worker *worker, int channel)
{
	const struct master *master = worker->master;
	int fds[WORKER_FDS + OPTIONS_LISTEN_MAX] = {-1, -1, master->log[1],
		[WORKER_MASTER] = channel, [WORKER_JOURNAL] = master->log[1],
		[WORKER_TYPES] = master->types};
	size_t count = WORKER_LISTENERS;

	for (size_t i = 0; i < master->listeners_count; i++)
		fds[count++] = listen_fd(&master->listeners[i], worker->number);
	return spawn_child(
		&master->spawn, master->worker_arguments, fds, count);
}

static pid_t open_worker(struct worker *worker)
{
	int ends[2];
	pid_t pid = -1;

	if (fdpass_pair(ends) < 0)
		return -1;
	make_non_blocking(ends[0]);
	make_non_blocking(ends[1]);
	errno = EMFILE;
	if (cont_fits(ends[0]))
		pid = spawn_worker(worker, ends[1]);
	fd_close(ends[1]);
	if (pid < 0)
		fd_close(ends[0]);
	else
		worker->control = ends[0];
	return pid;
}

int children_start_worker(struct worker *worker)
{
	int64_t now = loop_now();
	pid_t pid = open_worker(worker);

	pace_started(&worker->pace, now);
	if (pid < 0) {
		pace_died(&worker->pace, now);
		return -1;
	}
	worker->pid = pid;
	worker->hears = true;
	roster_begin(&worker->roster);
	return 0;
}

/* Sends the worker its end of a helper's channel. If this fails the helper is
 * killed, so that its end counts as a death and it is started again. But if the
 * worker is dead, the helper ends by itself, at end of file. */
static void introduce_helper(
	struct worker *worker, int number, pid_t pid, int channel)
{
	struct control message = {
		.kind = CONTROL_HELPER, .number = (uint32_t)number};

	if (fdpass_try_send(
		    worker->control, &message, sizeof message, channel) == 0)
		return;
	if (errno == EPIPE || errno == ECONNRESET)
		worker->hears = false;
	else
		kill(pid, SIGKILL);
}

/* Only the worker's end is non-blocking; the helper waits for jobs. */
static pid_t spawn_helper(struct worker *worker, int number)
{
	const struct master *master = worker->master;
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
	fd_close(ends[1]);
	if (pid > 0)
		introduce_helper(worker, number, pid, ends[0]);
	fd_close(ends[0]);
	return pid;
}

int children_start_helper(struct worker *worker, int number)
{
	pid_t pid = spawn_helper(worker, number);

	roster_started(&worker->roster, number, pid, loop_now());
	return pid < 0 ? -1 : 0;
}

/* A daemon's logger uses syslog. It must not keep the terminal open, or a pipe
 * whose reader waits for the end of the output. */
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

void children_say_not_started(const char *kind)
{
	journal_say(
		"cannot start a %s: %s; trying again", kind, strerror(errno));
}

static void signal_roster(const struct roster *roster, int signo)
{
	pid_t pids[ROSTER_PROCESSES_MAX];
	size_t count = roster_processes(roster, pids);

	for (size_t i = 0; i < count; i++)
		kill(pids[i], signo);
}

void children_signal(const struct master *master, int signo)
{
	for (size_t i = 0; i < master->workers_count; i++)
		signal_roster(&master->workers[i].roster, signo);
	workers_signal(master, signo);
	if (master->logger != 0)
		kill(master->logger, signo);
}

void children_describe(int status, struct buf *b)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		buf_text(b, "was killed by its sandbox");
	else if (WIFSIGNALED(status))
		buf_printf(b, "was killed by signal %d", WTERMSIG(status));
	else
		buf_printf(b, "ended with status %d", WEXITSTATUS(status));
}
