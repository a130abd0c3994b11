/* test_processes.c - any process may be killed or stopped; as number 1 of a
 * container it behaves as number 1 must. */
#include "support/e2e.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { HELPERS = 4, FILES = 16 };

static const struct tree *many_files(void)
{
	const struct tree *tree = tree_make();
	char name[32];

	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof name, "f%d", i);
		tree_text(tree, name, name);
	}
	return tree;
}

/* Asks for f<number>, which must come. */
static void is_served(const struct server *s, int number)
{
	char target[32];

	snprintf(target, sizeof target, "/f%d", number % FILES);
	get_says(s, target, target + 1);
}

/* A server of this tree whose processes are all there. */
static struct server *complete_server(const char *helper_timeout)
{
	const struct tree *tree = many_files();
	struct server *s =
		serve("--helper-timeout", helper_timeout, tree->path);

	AWAIT(procs_one(s->pid, "@worker") != 0 &&
		procs_one(s->pid, "@logger") != 0 &&
		procs_count(s->pid, "@helper") == HELPERS);
	s->hurt = true;
	return s;
}

static void all_are_there_and_nobody_else(void **state)
{
	struct server *s = complete_server("2s");

	(void)state;
	is_served(s, 0);
	assert_int_equal(procs_count(s->pid, NULL), 1 + 1 + HELPERS);
	assert_int_equal(procs_zombies(s->pid), 0);
	server_stop(s);
}

static void a_killed_worker_is_replaced(void **state)
{
	struct server *s = complete_server("2s");

	(void)state;
	for (int i = 0; i < 3; i++) {
		pid_t worker;

		AWAIT((worker = procs_one(s->pid, "@worker")) != 0);
		assert_int_equal(kill(worker, SIGKILL), 0);
		/* The listener is the master's: nobody is refused. */
		is_served(s, i);
		AWAIT(procs_one(s->pid, "@worker") != 0 &&
			procs_one(s->pid, "@worker") != worker);
	}
	AWAIT(procs_count(s->pid, "@helper") == HELPERS);
	AWAIT(procs_zombies(s->pid) == 0);
	assert_true(text_has(&s->err, "signal 9"));
	server_stop(s);
}

static void a_killed_helper_is_replaced(void **state)
{
	struct server *s = complete_server("2s");
	pid_t pids[PROCS_MAX];

	(void)state;
	for (int i = 0; i < 4; i++) {
		size_t count;

		AWAIT((count = procs_children(s->pid, "@helper", pids)) ==
			HELPERS);
		assert_int_equal(kill(pids[(size_t)i % count], SIGKILL), 0);
		is_served(s, i);
		AWAIT(!procs_is_alive(pids[(size_t)i % count]));
	}
	AWAIT(procs_count(s->pid, "@helper") == HELPERS);
	server_stop(s);
}

/* Unknown to their master, who would continue what SIGSTOP stops. */
static void hold(const pid_t *pids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!procs_hold(pids[i]))
			e2e_skip("no process may hold another here");
}

/* They are held first, so that the job is with one of them for sure. */
static void the_job_of_a_killed_helper_is_done_by_another(void **state)
{
	struct server *s = complete_server("60s");
	pid_t pids[PROCS_MAX];
	struct answer a = {0};
	struct client other;
	struct client c;
	size_t count = procs_children(s->pid, "@helper", pids);

	(void)state;
	client_open(&other, s);
	client_get(&other, "/f1", &a);
	hold(pids, count);
	client_open(&c, s);
	client_ask(&c, "GET", "/f2", "");
	/* An answer from memory: by now the loop has seen the request. */
	client_ask(&other, "OPTIONS", "*", "");
	client_head(&other, &a, "OPTIONS");
	assert_false(client_has_heard(&c));
	for (size_t i = 0; i < count; i++)
		assert_int_equal(kill(pids[i], SIGKILL), 0);
	client_answer(&c, &a);
	answer_is(&a, 200);
	answer_says(&a, "f2");
	client_close(&c);
	client_close(&other);
	AWAIT(procs_count(s->pid, "@helper") == HELPERS);
	answer_free(&a);
	server_stop(s);
}

static size_t count_living(const pid_t *pids, size_t count)
{
	size_t living = 0;

	for (size_t i = 0; i < count; i++)
		living += procs_is_alive(pids[i]);
	return living;
}

static void a_stuck_helper_is_replaced(void **state)
{
	struct server *s = complete_server("300ms");
	pid_t pids[PROCS_MAX];
	struct answer a = {0};
	size_t count = procs_children(s->pid, "@helper", pids);
	struct client c[HELPERS];

	(void)state;
	hold(pids, count);
	for (int i = 0; i < HELPERS; i++) {
		char target[8];

		snprintf(target, sizeof target, "/f%d", i);
		client_open(&c[i], s);
		client_ask(&c[i], "GET", target, "");
	}
	for (int i = 0; i < HELPERS; i++) {
		client_answer(&c[i], &a);
		answer_is(&a, 503);
		assert_non_null(answer_field(&a, "Retry-After"));
		client_close(&c[i]);
	}
	/* Those that did not answer are gone, others are there. */
	AWAIT(count_living(pids, count) == 0);
	AWAIT(procs_count(s->pid, "@helper") == HELPERS);
	for (int i = HELPERS; i < FILES; i++)
		is_served(s, i);
	answer_free(&a);
	server_stop(s);
}

static int status_of(const struct server *s, int number)
{
	struct answer a = {0};
	char target[32];

	snprintf(target, sizeof target, "/f%d", number);
	get(s, target, &a);
	answer_free(&a);
	return a.status;
}

static void one_stuck_helper_delays_only_its_own(void **state)
{
	struct server *s = complete_server("500ms");
	pid_t pids[PROCS_MAX];
	size_t count = procs_children(s->pid, "@helper", pids);
	int late = -1;

	(void)state;
	hold(&pids[count - 1], 1);
	for (int i = 0; i < FILES; i++) {
		int status = status_of(s, i);

		if (status == 200)
			continue;
		assert_int_equal(status, 503);
		assert_int_equal(late, -1);
		late = i;
	}
	/* The name that was late may be refused for a while, no other is. */
	for (int i = 0; i < FILES; i++)
		if (i != late)
			is_served(s, i);
	if (late >= 0)
		AWAIT(status_of(s, late) == 200);
	/* It may have had no job yet; then it must be able to end. */
	if (late < 0)
		procs_let_go(pids[count - 1]);
	server_stop(s);
}

static void a_killed_logger_is_replaced(void **state)
{
	struct server *s = complete_server("2s");
	pid_t logger = procs_one(s->pid, "@logger");

	(void)state;
	assert_int_equal(kill(logger, SIGKILL), 0);
	is_served(s, 0);
	AWAIT(procs_one(s->pid, "@logger") != 0 &&
		procs_one(s->pid, "@logger") != logger);
	is_served(s, 7);
	AWAIT(text_has(&s->out, "GET /f7 "));
	server_stop(s);
}

static void without_a_master_all_end(void **state)
{
	struct server *s = complete_server("2s");
	pid_t pids[PROCS_MAX];
	size_t count = procs_children(s->pid, NULL, pids);
	struct answer a = {0};
	struct client c;

	(void)state;
	client_open(&c, s);
	client_get(&c, "/f1", &a);
	assert_int_equal(kill(s->pid, SIGKILL), 0);
	assert_int_equal(server_exit(s), 128 + SIGKILL);
	AWAIT(count_living(pids, count) == 0);
	client_is_closed(&c);
	client_close(&c);
	answer_free(&a);
}

static void all_may_be_killed_at_once(void **state)
{
	struct server *s = complete_server("2s");
	pid_t pids[PROCS_MAX];
	size_t count = procs_children(s->pid, NULL, pids);

	(void)state;
	/* Some may end of themselves before it is their turn. */
	for (size_t i = 0; i < count; i++)
		kill(pids[i], SIGKILL);
	is_served(s, 3);
	/* Who had to wait for the first of them may have made it one more. */
	AWAIT(procs_one(s->pid, "@worker") != 0 &&
		procs_one(s->pid, "@logger") != 0 &&
		procs_count(s->pid, "@helper") >= HELPERS);
	server_stop(s);
}

/* "sh" is number 1, leaves a child that knows no better parent, and becomes
 * contd. The child ends when somebody writes to the FIFO. */
static void as_number_one_it_reaps_orphans_and_obeys(void **state)
{
	static const char *const probe[] = {
		"unshare", "--pid", "--fork", "--mount-proc", "true", NULL};
	const char *prefix[] = {"unshare", "--pid", "--fork", "--mount-proc",
		"sh", "-c", "(read x <\"$0\" &) ; exec \"$@\"", NULL, NULL};
	const struct tree *tree = many_files();
	struct server *s;
	pid_t pids[PROCS_MAX];
	FILE *fifo;
	size_t count;

	(void)state;
	if (!server_can_run(probe))
		e2e_skip("no PID namespaces here");
	assert_int_equal(mkfifo(tree_path(tree, ".fifo"), 0600), 0);
	prefix[7] = tree_path(tree, ".fifo");
	s = server_serve(prefix, (const char *const[]){tree->path, NULL});
	is_served(s, 1);
	assert_int_equal(procs_children(s->pid, NULL, pids), 1);
	count = procs_count(pids[0], NULL);
	assert_int_equal(count, 1 + 1 + HELPERS + 1);
	fifo = fopen(prefix[7], "w");
	assert_non_null(fifo);
	fclose(fifo);
	AWAIT(procs_count(pids[0], NULL) == count - 1);
	AWAIT(procs_zombies(pids[0]) == 0);
	is_served(s, 2);
	/* Number 1 gets no signal that it does not ask for. */
	assert_int_equal(kill(pids[0], SIGTERM), 0);
	assert_int_equal(server_exit(s), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(all_are_there_and_nobody_else),
		e2e_test(a_killed_worker_is_replaced),
		e2e_test(a_killed_helper_is_replaced),
		e2e_test(the_job_of_a_killed_helper_is_done_by_another),
		e2e_test(a_stuck_helper_is_replaced),
		e2e_test(one_stuck_helper_delays_only_its_own),
		e2e_test(a_killed_logger_is_replaced),
		e2e_test(without_a_master_all_end),
		e2e_test(all_may_be_killed_at_once),
		e2e_test(as_number_one_it_reaps_orphans_and_obeys),
	};

	return cmocka_run_group_tests_name("e2e/processes", tests, NULL, NULL);
}
