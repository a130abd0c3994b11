/*
 * supervise.c - the master's loop.
 */
#include "master/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop/cont.h"
#include "loop/journal.h"
#include "loop/loop.h"
#include "loop/wake.h"
#include "master/bounds.h"
#include "master/children.h"
#include "master/daemon.h"
#include "master/signals.h"
#include "master/status.h"
#include "sys/sandbox.h"

enum {
	/* The listeners of all workers, and some others. */
	ROWS = OPTIONS_WORKERS_MAX * OPTIONS_LISTEN_MAX + 1024,
	DRAIN_EXTRA = 5000, /* ms beyond the workers' own deadline */
	END_TIME = 2000,    /* ms for the logger to write what is left, or for
			       a worker that was killed to be gone */
	URLS = 4096         /* bytes */
};

static void on_child(int fd, short revents, void *state);
static void on_log_late(int fd, short revents, void *state);

/* ---- the start ---- */

/* Prints where it serves, and its limits. */
static void announce(struct master *m)
{
	char text[URLS], most[128];
	struct buf b = buf_on(text, sizeof text);
	struct buf bounds = buf_on(most, sizeof most);
	struct limits limits = bounds_of(m->options);
	bool terminal = isatty(STDERR_FILENO);
	size_t urls;

	for (size_t i = 0; i < m->listeners_count; i++) {
		if (i > 0)
			buf_text(&b, " and ");
		listen_url(&m->listeners[i], &b);
	}
	urls = b.len;
	if (m->options->sandbox == OPTIONS_SANDBOX_OFF)
		buf_text(&b, "off");
	else
		sandbox_describe(m->sandbox, &b);
	bounds_write(&limits, &bounds);
	fprintf(stderr,
		"contd: serving %s at %.*s (sandbox: %.*s%s)\n"
		"contd: %s%.*s\n",
		m->options->root, (int)urls, text, (int)(b.len - urls),
		text + urls,
		terminal && !m->options->daemon ? "; Ctrl-C stops" : "",
		m->options->workers > 1 ? "each worker at most " : "at most ",
		(int)bounds.len, most);
	if (m->tell >= 0)
		daemon_tell(m->tell, 0, SLICE(""));
	m->tell = -1;
	m->stage = STAGE_SERVING;
}

void supervise_serving(struct master *m)
{
	if (m->stage == STAGE_STARTING && workers_serve(m))
		announce(m);
}

/* ---- the last steps ---- */

static void close_listeners(struct master *m)
{
	for (size_t i = 0; i < m->listeners_count; i++)
		listen_close(&m->listeners[i]);
}

/* Closes the master's write end of the log pipe. The logger reads until all
 * other write ends are closed too. */
static void close_log(struct master *m)
{
	m->stage = STAGE_CLOSING;
	journal_shut();
	close(m->log[1]);
	if (m->logger == 0)
		loop_stop();
	cont_save(m->log[0], PARKED, WITHIN_END, then(on_log_late, m));
}

static void on_log_late(int fd, short revents, void *state)
{
	(void)revents;
	children_signal(state, SIGKILL);
	cont_close(fd);
	loop_stop();
}

/* ---- starting processes ---- */

/* Ends the start: if one worker fails none serves. */
void supervise_fail(struct master *m)
{
	m->status = STATUS_SOFTWARE;
	close_listeners(m);
	workers_signal(m, SIGKILL);
	close_log(m);
}

/* Starts the processes that are missing and due. */
void supervise_tend(struct master *m)
{
	enum within within = WITHIN_FOREVER;

	if (m->stage < STAGE_CLOSING) {
		if (m->logger == 0 &&
			pace_is_due(&m->logger_pace, loop_now()) &&
			children_start_logger(m) < 0)
			children_say_not_started("logger");
		workers_tend(m);
		if (m->logger == 0 || workers_wait(m))
			within = WITHIN_RETRY;
	}
	if (m->stops.waits)
		within = WITHIN_RETRY;
	cont_save(m->deaths, POLLIN, within, then(on_child, m));
}

/* ---- the end ---- */

static void drain(struct master *m)
{
	m->stage = STAGE_DRAINING;
	close_listeners(m);
	if (workers_are_gone(m))
		close_log(m);
	else
		workers_drain(m);
}

void supervise_stop(struct master *m)
{
	if (m->stage < STAGE_DRAINING) {
		drain(m);
	} else {
		children_signal(m, SIGKILL);
		loop_stop();
	}
}

/* ---- deaths ---- */

static void end_if_workers_did(struct master *m)
{
	if (m->stage == STAGE_DRAINING && workers_are_gone(m))
		close_log(m);
}

void supervise_leave_behind(struct worker *w)
{
	journal_say("worker %ld was killed and does not die; it is left behind",
		(long)w->pid);
	workers_reaped(w);
	end_if_workers_did(w->master);
}

/* A worker that dies before it served makes the start fail. */
static void note_worker(struct master *m, struct worker *w, int status)
{
	char text[64];
	struct buf how = buf_on(text, sizeof text);
	bool failed = m->stage == STAGE_STARTING && !w->serves;
	long pid = (long)w->pid;

	children_describe(status, &how);
	workers_reaped(w);
	if (failed) {
		buf_printf(m->error, "a worker %.*s before it served",
			(int)how.len, text);
		supervise_fail(m);
	} else if (m->stage < STAGE_DRAINING) {
		journal_say("worker %ld %.*s; a new one is starting", pid,
			(int)how.len, text);
	} else if (status != 0) {
		journal_say("worker %ld %.*s", pid, (int)how.len, text);
	}
	end_if_workers_did(m);
}

static void note_logger(struct master *m, pid_t pid, int status)
{
	char text[64];
	struct buf how = buf_on(text, sizeof text);

	children_describe(status, &how);
	m->logger = 0;
	pace_died(&m->logger_pace, loop_now());
	if (m->stage == STAGE_CLOSING)
		loop_stop();
	else
		journal_say("logger %ld %.*s; a new one is starting", (long)pid,
			(int)how.len, text);
}

static void note_death(struct master *m, pid_t pid, int status)
{
	struct worker *worker = workers_find(m, pid);
	char text[64];
	struct buf how = buf_on(text, sizeof text);

	if (worker) {
		note_worker(m, worker, status);
	} else if (pid == m->logger) {
		note_logger(m, pid, status);
	} else if (workers_helper_reaped(m, pid, status) == ROSTER_DIED) {
		children_describe(status, &how);
		journal_say("helper %ld %.*s; a new one is starting", (long)pid,
			(int)how.len, text);
	}
}

/* ---- stops ---- */

/* The kind of child; NULL: not ours, but inherited (see on_child). */
static const char *kind_of(struct master *m, pid_t pid)
{
	if (workers_find(m, pid))
		return "worker";
	if (pid == m->logger)
		return "logger";
	return workers_have_helper(m, pid) ? "helper" : NULL;
}

static void note_stop(struct master *m, pid_t pid, int signo)
{
	const char *kind = kind_of(m, pid);
	bool waits = stops_is_terminals(signo);
	int before;

	if (!kind)
		return;
	if (waits)
		m->stops.waits = true;
	else
		kill(pid, SIGCONT);
	before = stops_count(&m->stops, loop_now());
	if (before == 0)
		journal_say("%s %ld was stopped by signal %d; it %s continued",
			kind, (long)pid, signo, waits ? "will be" : "is");
	else if (before > 0)
		journal_say("%s %ld was stopped by signal %d; it %s continued,"
			    " as were %d before",
			kind, (long)pid, signo, waits ? "will be" : "is",
			before);
}

/* Also reaps processes whose parent died, which a process with number 1, as in
 * a container, gets as children. */
static void on_child(int fd, short revents, void *state)
{
	struct master *m = state;
	int status;
	pid_t pid;

	if (revents != 0)
		wake_take(fd);
	else if (m->stops.waits)
		children_signal(m, SIGCONT);
	m->stops.waits = m->stops.waits && revents != 0;
	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0)
		if (WIFSTOPPED(status))
			note_stop(m, pid, WSTOPSIG(status));
		else
			note_death(m, pid, status);
	supervise_tend(m);
}

/* ---- running ---- */

static int open_loop(struct master *m)
{
	int64_t drain_time = m->options->drain_timeout;
	int pipe_end;

	if (loop_open(POLLER_POLL, ROWS) < 0)
		return -1;
	cont_within(WITHIN_RETRY, PACE_BREATH);
	cont_within(WITHIN_END, END_TIME);
	cont_within(
		WITHIN_DRAIN, drain_time > 0 ? drain_time + DRAIN_EXTRA : 0);
	pipe_end = fcntl(m->log[1], F_DUPFD_CLOEXEC, 0);
	if (pipe_end < 0)
		return -1;
	errno = EMFILE;
	if (!cont_fits(pipe_end) || !cont_fits(m->log[0]))
		return -1;
	if (journal_open(pipe_end) < 0 || signals_open(m) < 0)
		return -1;
	m->deaths = wake_open(SIGCHLD);
	return m->deaths >= 0 && cont_fits(m->deaths) ? 0 : -1;
}

int supervise_run(struct master *m, struct buf *error)
{
	m->stage = STAGE_STARTING;
	m->sandbox = SANDBOX_ALL;
	m->error = error;
	workers_init(m);
	if (open_loop(m) < 0) {
		buf_printf(
			error, "cannot set up the loop: %s", strerror(errno));
		return STATUS_OS;
	}
	supervise_tend(m);
	loop_run();
	loop_shut();
	return m->status;
}
