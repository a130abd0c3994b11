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

#include "base/control.h"
#include "base/fdpass.h"
#include "loop/cont.h"
#include "loop/journal.h"
#include "loop/loop.h"
#include "loop/wake.h"
#include "master/children.h"
#include "master/daemon.h"
#include "master/signals.h"
#include "master/status.h"

enum {
	ROWS = 1024,        /* the master has few descriptors */
	DRAIN_EXTRA = 5000, /* ms beyond the worker's own deadline */
	LOG_TIME = 2000,    /* ms for the logger to write what is left */
	URLS = 4096         /* bytes */
};

static void on_child(int fd, short revents, void *state);
static void on_worker_says(int fd, short revents, void *state);
static void on_log_late(int fd, short revents, void *state);

/* ---- the beginning ---- */

/* The one line that says: it works, and where. */
static void announce(struct master *m)
{
	char text[URLS];
	struct buf b = buf_on(text, sizeof text);
	bool terminal = isatty(STDERR_FILENO);

	for (size_t i = 0; i < m->listeners_count; i++) {
		if (i > 0)
			buf_text(&b, " and ");
		listen_url(&m->listeners[i], &b);
	}
	fprintf(stderr, "contd: serving %s at %.*s%s\n", m->options->root,
		(int)b.len, text,
		terminal && !m->options->daemon ? " (Ctrl-C stops)" : "");
	if (m->tell >= 0)
		daemon_tell(m->tell, 0, SLICE(""));
	m->tell = -1;
	m->stage = STAGE_SERVING;
}

/* ---- the last steps ---- */

static void close_listeners(struct master *m)
{
	for (size_t i = 0; i < m->listeners_count; i++)
		listen_close(&m->listeners[i]);
}

/* Nobody has anything to say any more. The logger reads until the last of those
 * who could have is gone. */
static void close_log(struct master *m)
{
	m->stage = STAGE_CLOSING;
	journal_shut();
	close(m->log[1]);
	if (m->logger == 0)
		loop_stop();
	cont_save(m->log[0], PARKED, WITHIN_LINGER, then(on_log_late, m));
}

static void on_log_late(int fd, short revents, void *state)
{
	(void)revents;
	children_kill(state);
	cont_close(fd);
	loop_stop();
}

/* ---- keeping all of them alive ---- */

static bool somebody_waits(const struct master *m)
{
	return m->logger == 0 ||
	       (m->worker == 0 && m->stage < STAGE_DRAINING) ||
	       (m->worker_hears && crew_waits(&m->crew));
}

static void say_not_started(const char *what)
{
	journal_say(
		"cannot start a %s: %s; trying again", what, strerror(errno));
}

/* The first worker is the proof that everything is in order. */
static void fail_start(struct master *m)
{
	m->status = STATUS_SOFTWARE;
	close_listeners(m);
	close_log(m);
}

static void start_worker(struct master *m)
{
	if (children_start_worker(m) == 0) {
		cont_save(m->control, POLLIN, WITHIN_FOREVER,
			then(on_worker_says, m));
	} else if (m->stage == STAGE_STARTING) {
		buf_printf(m->error, "cannot start the worker: %s",
			strerror(errno));
		fail_start(m);
	} else {
		say_not_started("worker");
	}
}

/* Starts whoever is missing and due. */
static void tend(struct master *m)
{
	int64_t now = loop_now();
	enum within within = WITHIN_FOREVER;
	int number;

	if (m->stage < STAGE_CLOSING) {
		if (m->logger == 0 && pace_is_due(&m->logger_pace, now) &&
			children_start_logger(m) < 0)
			say_not_started("logger");
		if (m->stage < STAGE_DRAINING && m->worker == 0 &&
			pace_is_due(&m->worker_pace, now))
			start_worker(m);
		while (m->worker_hears &&
			(number = crew_due(&m->crew, now)) >= 0)
			if (children_start_helper(m, number) < 0)
				say_not_started("helper");
		if (somebody_waits(m))
			within = WITHIN_RETRY;
	}
	cont_save(m->deaths, POLLIN, within, then(on_child, m));
}

/* ---- the end ---- */

static void drain(struct master *m)
{
	struct control message = {.kind = CONTROL_DRAIN};

	m->stage = STAGE_DRAINING;
	close_listeners(m);
	if (m->worker == 0) {
		close_log(m);
		return;
	}
	/* If it cannot be told, its deadline ends it. */
	(void)fdpass_try_send(m->control, &message, sizeof message, -1);
	cont_save(m->control, POLLIN, WITHIN_DRAIN, then(on_worker_says, m));
}

void supervise_stop(struct master *m)
{
	if (m->stage < STAGE_DRAINING) {
		drain(m);
	} else {
		children_kill(m);
		loop_stop();
	}
}

/* ---- deaths ---- */

static void note_worker(struct master *m, pid_t pid, int status)
{
	char text[64];
	struct buf how = buf_on(text, sizeof text);

	children_describe(status, &how);
	m->worker = 0;
	m->worker_hears = false;
	cont_close(m->control);
	m->control = -1;
	pace_died(&m->worker_pace, loop_now());
	if (m->stage == STAGE_STARTING) {
		buf_printf(m->error, "the worker %.*s before it served",
			(int)how.len, text);
		fail_start(m);
	} else if (m->stage == STAGE_SERVING) {
		journal_say("worker %ld %.*s; a new one is starting", (long)pid,
			(int)how.len, text);
	} else {
		if (status != 0)
			journal_say("worker %ld %.*s", (long)pid, (int)how.len,
				text);
		close_log(m);
	}
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
	char text[64];
	struct buf how = buf_on(text, sizeof text);

	if (pid == m->worker) {
		note_worker(m, pid, status);
	} else if (pid == m->logger) {
		note_logger(m, pid, status);
	} else if (crew_reaped(&m->crew, pid, status, loop_now()) ==
		   CREW_DIED) {
		children_describe(status, &how);
		journal_say("helper %ld %.*s; a new one is starting", (long)pid,
			(int)how.len, text);
	}
}

/* Also those whose parent died: in a container we may be number 1. */
static void on_child(int fd, short revents, void *state)
{
	struct master *m = state;
	int status;
	pid_t pid;

	if (revents != 0)
		wake_take(fd);
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		note_death(m, pid, status);
	tend(m);
}

/* ---- what the worker says ---- */

static void obey(struct master *m, const struct control *message)
{
	pid_t pid;

	switch (message->kind) {
	case CONTROL_SERVING:
		if (m->stage == STAGE_STARTING)
			announce(m);
		break;
	case CONTROL_STUCK:
		pid = crew_give_up(&m->crew, message->number, loop_now());
		if (pid != 0)
			kill(pid, SIGKILL);
		break;
	case CONTROL_MORE:
		crew_want_more(&m->crew);
		break;
	default:
		journal_say("the worker said something unknown (%u)",
			(unsigned)message->kind);
	}
}

/* Whether the worker can still say something. */
static bool hear(struct master *m)
{
	struct control message;
	ssize_t len;
	int fd;

	while ((len = fdpass_try_recv(
			m->control, &message, sizeof message, &fd)) > 0) {
		if (fd >= 0)
			close(fd);
		if (len == (ssize_t)sizeof message)
			obey(m, &message);
	}
	return len < 0 && errno == EAGAIN;
}

/* With revents 0 it has had its time: to drain, or to die of closing its
 * channel. */
static void on_worker_says(int fd, short revents, void *state)
{
	struct master *m = state;
	enum within within =
		m->stage == STAGE_DRAINING ? WITHIN_SAME : WITHIN_FOREVER;

	if (revents == 0) {
		kill(m->worker, SIGKILL);
		cont_save(fd, PARKED, WITHIN_FOREVER, then(on_worker_says, m));
		return;
	}
	if (hear(m)) {
		cont_save(fd, POLLIN, within, then(on_worker_says, m));
	} else {
		m->worker_hears = false;
		if (within == WITHIN_FOREVER)
			within = WITHIN_DRAIN;
		cont_save(fd, PARKED, within, then(on_worker_says, m));
	}
	tend(m);
}

/* ---- all of it ---- */

static int open_loop(struct master *m)
{
	int64_t drain_time = m->options->drain_timeout;
	int pipe_end;

	if (loop_open(POLLER_POLL, ROWS) < 0)
		return -1;
	cont_within(WITHIN_RETRY, PACE_BREATH);
	cont_within(WITHIN_LINGER, LOG_TIME);
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
	m->control = -1;
	m->error = error;
	if (open_loop(m) < 0) {
		buf_printf(
			error, "cannot set up the loop: %s", strerror(errno));
		return STATUS_OS;
	}
	tend(m);
	loop_run();
	loop_shut();
	return m->status;
}
