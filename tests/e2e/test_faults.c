/*
 * test_faults.c - processes are killed and stopped while a crowd asks.
 *
 * Whoever had nothing to do with a process that was killed gets every answer,
 * whole; who had is cut off, and served when it comes back. What was stopped
 * goes on, and nobody is cut off.
 */
#include "support/crowd.h"
#include "support/e2e.h"
#include "support/whose.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	GUESTS = 24,
	DIRS = 8,
	FILES = 12, /* in each */
	LARGE = 2,  /* of several blocks */
	LARGE_LEN = 700000,
	TARGETS = DIRS * FILES + LARGE + 1,
	HELPERS = 4,
	TIMES = 2,
	ANSWERS = 300 /* under load: so many between two faults */
};

static struct crowd_target targets[TARGETS];

static const struct tree *make_files(void)
{
	const struct tree *tree = tree_make();
	struct crowd_target *t = targets;

	for (int i = 0; i < DIRS * FILES; i++, t++) {
		*t = (struct crowd_target){.kind = CROWD_TEXT};
		snprintf(t->path, sizeof t->path, "/d%d", i / FILES);
		if (i % FILES == 0)
			tree_dir(tree, t->path + 1);
		snprintf(t->path, sizeof t->path, "/d%d/f%d", i / FILES, i);
		tree_text(tree, t->path + 1, t->path);
	}
	for (int i = 0; i < LARGE; i++, t++) {
		*t = (struct crowd_target){
			.kind = CROWD_PATTERN, .len = LARGE_LEN};
		snprintf(t->path, sizeof t->path, "/large%d", i);
		tree_file(tree, t->path + 1, LARGE_LEN);
	}
	*t = (struct crowd_target){.path = "/none", .kind = CROWD_NONE};
	return tree;
}

struct load {
	struct server *s;
	size_t workers;
	struct crowd crowd;
};

static bool are_complete(const struct load *l)
{
	return procs_count(l->s->pid, "@worker") == l->workers &&
	       procs_count(l->s->pid, "@helper") >= l->workers * HELPERS &&
	       procs_one(l->s->pid, "@logger") != 0;
}

/* Names are looked up, and files read, all the time: nothing stays fresh, and
 * there is no memory for copies. */
static void begin(struct load *l, const char *workers)
{
	const struct tree *tree = make_files();

	l->workers = (size_t)(workers[0] - '0');
	l->s = serve("--workers", workers, "--fresh", "1ms", "--memory", "0",
		"--idle-timeout", "0", "--helper-timeout", "60s", tree->path);
	AWAIT(are_complete(l));
	crowd_open(&l->crowd, l->s, targets, TARGETS, GUESTS);
	crowd_answers(&l->crowd, ANSWERS);
	crowd_each(&l->crowd);
}

static void finish(struct load *l)
{
	crowd_rest(&l->crowd);
	AWAIT(are_complete(l));
	AWAIT(procs_zombies(l->s->pid) == 0);
	crowd_close(&l->crowd);
	server_stop(l->s);
}

/* One of them, another one each time. */
static pid_t pick(const struct load *l, const char *role, size_t turn)
{
	pid_t pids[PROCS_MAX];
	size_t count;

	AWAIT(are_complete(l));
	count = procs_children(l->s->pid, role, pids);
	return pids[turn % count];
}

static void note_whose(const struct load *l, pid_t worker, bool its[GUESTS])
{
	for (size_t i = 0; i < GUESTS; i++)
		its[i] = whose_is(l->crowd.guests[i].fd, l->s, worker);
}

/* ---- killed ---- */

static void kill_under_load(const char *workers, const char *role)
{
	static struct load l;
	bool its[GUESTS];

	begin(&l, workers);
	l.s->hurt = true;
	for (size_t turn = 0; turn < TIMES; turn++) {
		pid_t victim = pick(&l, role, turn);
		unsigned before[GUESTS];

		note_whose(&l, victim, its);
		for (size_t i = 0; i < GUESTS; i++)
			before[i] = l.crowd.guests[i].cut_offs;
		assert_int_equal(kill(victim, SIGKILL), 0);
		crowd_each(&l.crowd);
		crowd_answers(&l.crowd, ANSWERS);
		for (size_t i = 0; i < GUESTS; i++)
			assert_int_equal(l.crowd.guests[i].cut_offs - before[i],
				its[i] ? 1 : 0);
		AWAIT(!procs_is_alive(victim));
	}
	finish(&l);
	assert_int_equal(text_count(&l.s->err, "a new one is starting"), TIMES);
}

static void a_killed_worker_cuts_off_its_own(void **state)
{
	(void)state;
	kill_under_load("1", "@worker");
	kill_under_load("2", "@worker");
}

static void a_killed_helper_cuts_off_nobody(void **state)
{
	(void)state;
	kill_under_load("1", "@helper");
	kill_under_load("2", "@helper");
}

static void a_killed_logger_cuts_off_nobody(void **state)
{
	(void)state;
	kill_under_load("1", "@logger");
	kill_under_load("2", "@logger");
}

/* ---- stopped ---- */

static void stop_under_load(const char *workers, const char *role, int signo)
{
	static struct load l;
	char line[64];

	begin(&l, workers);
	for (size_t turn = 0; turn < TIMES; turn++) {
		pid_t victim = pick(&l, role, turn);

		assert_int_equal(kill(victim, signo), 0);
		AWAIT((crowd_turn(&l.crowd), !procs_is_stopped(victim)));
		crowd_each(&l.crowd);
		crowd_answers(&l.crowd, ANSWERS);
		assert_true(procs_is_alive(victim));
	}
	assert_int_equal(l.crowd.cut_offs, 0);
	snprintf(line, sizeof line,
		" was stopped by signal %d; it %s continued", signo,
		signo == SIGSTOP ? "is" : "will be");
	AWAIT(text_has(&l.s->err, line));
	finish(&l);
}

static void a_stopped_worker_goes_on(void **state)
{
	(void)state;
	stop_under_load("1", "@worker", SIGSTOP);
	stop_under_load("2", "@worker", SIGSTOP);
}

static void a_stopped_helper_goes_on(void **state)
{
	(void)state;
	stop_under_load("1", "@helper", SIGSTOP);
	stop_under_load("2", "@helper", SIGSTOP);
}

static void a_stopped_logger_goes_on(void **state)
{
	(void)state;
	stop_under_load("1", "@logger", SIGSTOP);
	stop_under_load("2", "@logger", SIGSTOP);
}

/* All are served meanwhile; and it looks after them again. */
static void a_stopped_master_goes_on(void **state)
{
	static struct load l;
	pid_t victim;

	(void)state;
	for (int workers = 1; workers <= 2; workers++) {
		begin(&l, workers == 1 ? "1" : "2");
		l.s->hurt = true;
		victim = pick(&l, "@helper", 0);
		assert_int_equal(kill(l.s->pid, SIGSTOP), 0);
		AWAIT(procs_is_stopped(l.s->pid));
		assert_int_equal(kill(victim, SIGKILL), 0);
		crowd_each(&l.crowd);
		crowd_answers(&l.crowd, ANSWERS);
		assert_int_equal(l.crowd.cut_offs, 0);
		assert_int_equal(kill(l.s->pid, SIGCONT), 0);
		AWAIT(procs_zombies(l.s->pid) == 0);
		assert_int_equal(kill(pick(&l, "@worker", 0), SIGKILL), 0);
		crowd_each(&l.crowd);
		finish(&l);
	}
}

/* ---- by a terminal ---- */

/* A process that a terminal stops must have somebody who could continue it: a
 * parent in another group (of ours everybody may be an orphan). */
static pid_t leave_group(void)
{
	pid_t group = getpgrp();

	if (group != getpid())
		assert_int_equal(setpgid(0, 0), 0);
	return group;
}

static void signal_all(const struct load *l, int signo)
{
	pid_t pids[PROCS_MAX];
	size_t count = procs_children(l->s->pid, NULL, pids);

	for (size_t i = 0; i < count; i++)
		assert_int_equal(kill(pids[i], signo), 0);
	assert_int_equal(kill(l->s->pid, signo), 0);
}

static size_t count_stopped(const struct load *l)
{
	pid_t pids[PROCS_MAX];
	size_t count = procs_children(l->s->pid, NULL, pids);
	size_t stopped = procs_is_stopped(l->s->pid);

	for (size_t i = 0; i < count; i++)
		stopped += procs_is_stopped(pids[i]);
	return stopped;
}

/* In the order of the kernel: the master is the last to know. */
static void what_a_terminal_stops_it_continues(void **state)
{
	static struct load l;
	pid_t group = leave_group();

	(void)state;
	for (int workers = 1; workers <= 2; workers++) {
		begin(&l, workers == 1 ? "1" : "2");
		for (int i = 0; i < TIMES; i++) {
			/* A breath of the last time may just be over. */
			AWAIT((signal_all(&l, SIGTSTP),
				count_stopped(&l) ==
					1 + procs_count(l.s->pid, NULL)));
			signal_all(&l, SIGCONT);
			crowd_each(&l.crowd);
			crowd_answers(&l.crowd, ANSWERS);
		}
		assert_int_equal(l.crowd.cut_offs, 0);
		finish(&l);
	}
	setpgid(0, group);
}

static void one_that_alone_has_a_terminals_stop_goes_on(void **state)
{
	pid_t group = leave_group();

	(void)state;
	stop_under_load("1", "@worker", SIGTSTP);
	stop_under_load("2", "@helper", SIGTTOU);
	setpgid(0, group);
}

/* ---- with a job ---- */

/* While the master is stopped itself nobody continues them in time. */
static void what_a_helper_says_too_late_is_not_heard(void **state)
{
	const struct tree *tree = make_files();
	struct server *s = serve("--helper-timeout", "300ms", tree->path);
	struct client c[HELPERS];
	struct answer a = {0};
	pid_t pids[PROCS_MAX];

	(void)state;
	AWAIT(procs_children(s->pid, "@helper", pids) == HELPERS);
	assert_int_equal(kill(s->pid, SIGSTOP), 0);
	AWAIT(procs_is_stopped(s->pid));
	for (int i = 0; i < HELPERS; i++)
		assert_int_equal(kill(pids[i], SIGSTOP), 0);
	for (int i = 0; i < HELPERS; i++) {
		client_open(&c[i], s);
		client_ask(&c[i], "GET", targets[i * FILES].path, "");
	}
	for (int i = 0; i < HELPERS; i++) {
		client_answer(&c[i], &a);
		answer_is(&a, 503);
	}
	assert_int_equal(kill(s->pid, SIGCONT), 0);
	for (int i = 0; i < HELPERS; i++)
		AWAIT(!procs_is_alive(pids[i]));
	for (int i = 0; i < HELPERS; i++) {
		const char *path = targets[(HELPERS + i) * FILES].path;

		client_get(&c[i], path, &a);
		answer_is(&a, 200);
		answer_says(&a, path);
		client_close(&c[i]);
	}
	AWAIT(procs_count(s->pid, "@helper") == HELPERS);
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(a_killed_worker_cuts_off_its_own),
		e2e_test(a_killed_helper_cuts_off_nobody),
		e2e_test(a_killed_logger_cuts_off_nobody),
		e2e_test(a_stopped_worker_goes_on),
		e2e_test(a_stopped_helper_goes_on),
		e2e_test(a_stopped_logger_goes_on),
		e2e_test(a_stopped_master_goes_on),
		e2e_test(what_a_terminal_stops_it_continues),
		e2e_test(one_that_alone_has_a_terminals_stop_goes_on),
		e2e_test(what_a_helper_says_too_late_is_not_heard),
	};

	return cmocka_run_group_tests_name("e2e/faults", tests, NULL, NULL);
}
