/*
 * workers.c - how the master supervises the workers.
 */
#include "master/workers.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/control.h"
#include "base/fdpass.h"
#include "loop/cont.h"
#include "loop/journal.h"
#include "loop/loop.h"
#include "master/children.h"
#include "master/supervise.h"

static void on_worker_says(int fd, short revents, void *state);
static void on_worker_undead(int fd, short revents, void *state);

void workers_init(struct master *m)
{
	m->workers_count = m->options->workers;
	for (size_t i = 0; i < m->workers_count; i++)
		m->workers[i] = (struct worker){
			.master = m, .number = i, .control = -1};
}

/* ---- starting workers and helpers ---- */

static void start_worker(struct worker *w)
{
	struct master *m = w->master;

	if (children_start_worker(w) == 0) {
		cont_save(w->control, POLLIN, WITHIN_FOREVER,
			then(on_worker_says, w));
	} else if (m->stage == STAGE_STARTING) {
		buf_printf(
			m->error, "cannot start a worker: %s", strerror(errno));
		supervise_fail(m);
	} else {
		children_say_not_started("worker");
	}
}

static void start_helpers(struct worker *w)
{
	int number;

	while (w->hears && (number = roster_due(&w->roster, loop_now())) >= 0)
		if (children_start_helper(w, number) < 0)
			children_say_not_started("helper");
}

void workers_tend(struct master *m)
{
	for (size_t i = 0; i < m->workers_count; i++) {
		struct worker *w = &m->workers[i];

		if (m->stage < STAGE_DRAINING && w->pid == 0 &&
			pace_is_due(&w->pace, loop_now()))
			start_worker(w);
	}
	for (size_t i = 0; i < m->workers_count; i++)
		if (m->stage < STAGE_CLOSING)
			start_helpers(&m->workers[i]);
}

bool workers_wait(const struct master *m)
{
	for (size_t i = 0; i < m->workers_count; i++) {
		const struct worker *w = &m->workers[i];

		if ((w->pid == 0 && m->stage < STAGE_DRAINING) ||
			(w->hears && roster_waits(&w->roster)))
			return true;
	}
	return false;
}

bool workers_serve(const struct master *m)
{
	for (size_t i = 0; i < m->workers_count; i++)
		if (!m->workers[i].serves)
			return false;
	return true;
}

bool workers_are_gone(const struct master *m)
{
	for (size_t i = 0; i < m->workers_count; i++)
		if (m->workers[i].pid != 0)
			return false;
	return true;
}

/* ---- messages of a worker ---- */

static void obey(struct worker *w, const struct control *message)
{
	pid_t pid;

	switch (message->kind) {
	case CONTROL_SERVING:
		w->serves = true;
		w->master->sandbox &= message->number;
		supervise_serving(w->master);
		break;
	case CONTROL_STUCK:
		pid = roster_give_up(&w->roster, message->number, loop_now());
		if (pid != 0)
			kill(pid, SIGKILL);
		break;
	case CONTROL_MORE:
		roster_want_more(&w->roster);
		break;
	default:
		journal_say("worker %ld said something unknown (%u)",
			(long)w->pid, (unsigned)message->kind);
	}
}

/* Handles all messages. False at end of file, or after an error. */
static bool hear(struct worker *w)
{
	struct control message;
	ssize_t len;
	int fd;

	while ((len = fdpass_try_recv(
			w->control, &message, sizeof message, &fd)) > 0) {
		if (fd >= 0)
			close(fd);
		if (len == (ssize_t)sizeof message)
			obey(w, &message);
	}
	return len < 0 && errno == EAGAIN;
}

/* With revents 0 its deadline has passed: to drain, or to end after it closed
 * its channel. */
static void on_worker_says(int fd, short revents, void *state)
{
	struct worker *w = state;
	struct master *m = w->master;
	enum within within =
		m->stage == STAGE_DRAINING ? WITHIN_SAME : WITHIN_FOREVER;

	if (revents == 0) {
		kill(w->pid, SIGKILL);
		cont_save(fd, PARKED,
			m->stage == STAGE_DRAINING ? WITHIN_END
						   : WITHIN_FOREVER,
			then(on_worker_undead, w));
		return;
	}
	if (hear(w)) {
		cont_save(fd, POLLIN, within, then(on_worker_says, w));
	} else {
		w->hears = false;
		if (within == WITHIN_FOREVER)
			within = WITHIN_DRAIN;
		cont_save(fd, PARKED, within, then(on_worker_says, w));
	}
	supervise_tend(m);
}

/* It was killed but does not die, as the kernel waits for a read on a disk that
 * hangs. The master's end does not wait for it. */
static void on_worker_undead(int fd, short revents, void *state)
{
	(void)fd;
	(void)revents;
	supervise_leave_behind(state);
}

/* ---- the end ---- */

void workers_drain(struct master *m)
{
	struct control message = {.kind = CONTROL_DRAIN};

	for (size_t i = 0; i < m->workers_count; i++) {
		struct worker *w = &m->workers[i];

		if (w->pid == 0)
			continue;
		/* If this fails, it is killed at its deadline. */
		(void)fdpass_try_send(w->control, &message, sizeof message, -1);
		cont_save(w->control, POLLIN, WITHIN_DRAIN,
			then(on_worker_says, w));
	}
}

void workers_signal(const struct master *m, int signo)
{
	for (size_t i = 0; i < m->workers_count; i++)
		if (m->workers[i].pid != 0)
			kill(m->workers[i].pid, signo);
}

/* ---- deaths ---- */

struct worker *workers_find(struct master *m, pid_t pid)
{
	for (size_t i = 0; i < m->workers_count; i++)
		if (m->workers[i].pid == pid)
			return &m->workers[i];
	return NULL;
}

bool workers_have_helper(const struct master *m, pid_t pid)
{
	pid_t pids[ROSTER_PROCESSES_MAX];

	for (size_t i = 0; i < m->workers_count; i++)
		for (size_t n = roster_processes(&m->workers[i].roster, pids);
			n-- > 0;)
			if (pids[n] == pid)
				return true;
	return false;
}

void workers_reaped(struct worker *w)
{
	w->pid = 0;
	w->hears = false;
	w->serves = false;
	cont_close(w->control);
	w->control = -1;
	pace_died(&w->pace, loop_now());
}

enum roster_death workers_helper_reaped(struct master *m, pid_t pid, int status)
{
	enum roster_death death = ROSTER_NOT_OURS;

	for (size_t i = 0; i < m->workers_count && death == ROSTER_NOT_OURS;
		i++)
		death = roster_reaped(
			&m->workers[i].roster, pid, status, loop_now());
	return death;
}
