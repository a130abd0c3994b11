/* test_workers.c - several workers: each serves, and lives, by itself. */
#include "support/e2e.h"
#include "support/whose.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	HELPERS = 4,
	MANY = 32,
	LARGE = 32 * 1024 * 1024,
	SOMEBODY = 61234 /* a user with no other process */
};

/* d<number>/f<number>, each of which says its name. */
static const struct tree *some_files(void)
{
	const struct tree *tree = tree_make();
	char name[32];

	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "d%d", i);
		tree_dir(tree, name);
		snprintf(name, sizeof name, "d%d/f%d", i, i);
		tree_text(tree, name, name);
	}
	return tree;
}

static void ask_for(struct client *c, int number)
{
	char target[32];

	snprintf(target, sizeof target, "/d%d/f%d", number, number);
	client_ask(c, "GET", target, "");
}

static void answers_with(struct client *c, int number)
{
	struct answer a = {0};
	char text[32];

	snprintf(text, sizeof text, "d%d/f%d", number, number);
	client_answer(c, &a);
	answer_is(&a, 200);
	answer_says(&a, text);
	answer_free(&a);
}

static void is_served(const struct server *s, int number)
{
	struct client c;

	client_open(&c, s);
	ask_for(&c, number);
	answers_with(&c, number);
	client_close(&c);
}

/* At times a worker asks for more helpers. */
static bool are_complete(const struct server *s, size_t workers)
{
	return procs_count(s->pid, "@worker") == workers &&
	       procs_count(s->pid, "@helper") >= workers * HELPERS &&
	       procs_one(s->pid, "@logger") != 0;
}

/* A server of two workers, all of whose processes are there. */
static struct server *two_workers(const char *helper_timeout,
	const struct tree *tree, pid_t workers[PROCS_MAX])
{
	struct server *s = serve("--workers", "2", "--helper-timeout",
		helper_timeout, tree->path);

	AWAIT(are_complete(s, 2));
	procs_children(s->pid, "@worker", workers);
	return s;
}

/* ---- all of them ---- */

static void when_it_says_so_all_serve(void **state)
{
	const struct tree *tree = some_files();
	struct server *s = serve("--workers", "3", tree->path);

	(void)state;
	assert_int_equal(procs_count(s->pid, "@worker"), 3);
	assert_int_equal(text_count(&s->err, "contd: serving "), 1);
	AWAIT(are_complete(s, 3));
	assert_int_equal(procs_count(s->pid, NULL), 3 + 3 * HELPERS + 1);
	server_stop(s);
	assert_int_equal(text_count(&s->err, "contd: serving "), 1);
}

static void auto_is_one_for_each_core(void **state)
{
	const struct tree *tree = some_files();
	struct server *s = serve("--workers", "auto", tree->path);
	size_t cores = 1;

	(void)state;
#ifdef _SC_NPROCESSORS_ONLN
	cores = (size_t)sysconf(_SC_NPROCESSORS_ONLN);
#endif
	assert_int_equal(
		procs_count(s->pid, "@worker"), cores < 64 ? cores : 64);
	is_served(s, 1);
	server_stop(s);
}

/* Their lines come out of one log, each of them whole. */
static void each_has_clients_and_one_log_has_all(void **state)
{
	pid_t workers[PROCS_MAX];
	struct server *s = two_workers("60s", some_files(), workers);

	(void)state;
	for (int i = 0; i < MANY; i++) {
		struct client c;

		client_open_with(&c, s, workers[i % 2]);
		ask_for(&c, i);
		answers_with(&c, i);
		client_close(&c);
	}
	server_stop(s);
	assert_int_equal(text_count(&s->out, "\"GET /d"), MANY);
	assert_int_equal(text_count(&s->out, "\n127.0.0.1 - - [") + 1,
		text_count(&s->out, "\n"));
}

/* ---- deaths ---- */

static void a_killed_worker_is_replaced_alone(void **state)
{
	pid_t workers[PROCS_MAX];
	struct server *s = two_workers("60s", some_files(), workers);
	struct client dead;
	struct client alive;

	(void)state;
	s->hurt = true;
	client_open_with(&dead, s, workers[0]);
	client_open_with(&alive, s, workers[1]);
	assert_int_equal(kill(workers[0], SIGKILL), 0);
	client_is_closed(&dead);
	for (int i = 0; i < MANY; i++) {
		ask_for(&alive, i);
		answers_with(&alive, i);
		is_served(s, i);
	}
	AWAIT(!procs_is_alive(workers[0]) && are_complete(s, 2));
	assert_true(procs_is_alive(workers[1]));
	client_close(&dead);
	client_close(&alive);
	server_stop(s);
	assert_int_equal(text_count(&s->err, "a new one is starting"), 1);
}

/* Unknown to its master, who would continue what SIGSTOP stops. */
static void hold(pid_t pid)
{
	if (!procs_hold(pid))
		e2e_skip("no process may hold another here");
}

/* Held, it accepts nobody: those whom the kernel gave to it wait, and are
 * there for its successor. */
static void its_queue_is_served_by_its_successor(void **state)
{
	pid_t workers[PROCS_MAX];
	struct server *s = two_workers("60s", some_files(), workers);
	struct client c[MANY];

	(void)state;
	s->hurt = true;
	hold(workers[1]);
	for (int i = 0; i < MANY; i++) {
		client_open(&c[i], s);
		ask_for(&c[i], i);
	}
	assert_int_equal(kill(workers[1], SIGKILL), 0);
	for (int i = 0; i < MANY; i++) {
		answers_with(&c[i], i);
		client_close(&c[i]);
	}
	assert_true(procs_is_alive(workers[0]));
	AWAIT(are_complete(s, 2));
	server_stop(s);
}

static void both_may_be_killed(void **state)
{
	pid_t workers[PROCS_MAX];
	struct server *s = two_workers("60s", some_files(), workers);

	(void)state;
	s->hurt = true;
	assert_int_equal(kill(workers[0], SIGKILL), 0);
	assert_int_equal(kill(workers[1], SIGKILL), 0);
	for (int i = 0; i < MANY; i++)
		is_served(s, i);
	AWAIT(are_complete(s, 2));
	server_stop(s);
}

static size_t count_living(const pid_t *pids, size_t count)
{
	size_t living = 0;

	for (size_t i = 0; i < count; i++)
		living += procs_is_alive(pids[i]);
	return living;
}

static void without_a_master_all_end(void **state)
{
	pid_t pids[PROCS_MAX];
	struct server *s = two_workers("60s", some_files(), pids);
	size_t count = procs_children(s->pid, NULL, pids);

	(void)state;
	assert_int_equal(kill(s->pid, SIGKILL), 0);
	assert_int_equal(server_exit(s), 128 + SIGKILL);
	AWAIT(count_living(pids, count) == 0);
}

/* ---- helpers ---- */

static size_t hold_helpers(const struct server *s, pid_t pids[PROCS_MAX])
{
	size_t count = procs_children(s->pid, "@helper", pids);

	for (size_t i = 0; i < count; i++)
		hold(pids[i]);
	return count;
}

static void each_gives_up_helpers_of_its_own(void **state)
{
	pid_t workers[PROCS_MAX];
	pid_t pids[PROCS_MAX];
	struct server *s = two_workers("300ms", some_files(), workers);
	struct client c[2][HELPERS];
	struct answer a = {0};
	size_t count;

	(void)state;
	for (int i = 0; i < 2 * HELPERS; i++)
		client_open_with(
			&c[i / HELPERS][i % HELPERS], s, workers[i / HELPERS]);
	count = hold_helpers(s, pids);
	for (int i = 0; i < 2 * HELPERS; i++)
		ask_for(&c[i / HELPERS][i % HELPERS], i);
	for (int i = 0; i < 2 * HELPERS; i++) {
		client_answer(&c[i / HELPERS][i % HELPERS], &a);
		answer_is(&a, 503);
		client_close(&c[i / HELPERS][i % HELPERS]);
	}
	AWAIT(count_living(pids, count) == 0);
	AWAIT(are_complete(s, 2));
	for (int i = 2 * HELPERS; i < MANY; i++)
		is_served(s, i);
	answer_free(&a);
	server_stop(s);
}

/* Four helpers hang, each in a directory of its own, and then there is a fifth
 * name. */
static void fifth_name_is_found(const struct server *s, pid_t worker, int first)
{
	struct client c[HELPERS + 1];
	pid_t pids[PROCS_MAX];
	size_t count;

	for (int i = 0; i <= HELPERS; i++)
		client_open_with(&c[i], s, worker);
	count = hold_helpers(s, pids);
	for (int i = 0; i <= HELPERS; i++)
		ask_for(&c[i], first + i);
	/* Which of them was the fifth is the worker's to choose. */
	AWAIT(client_has_heard(&c[0]) + client_has_heard(&c[1]) +
			client_has_heard(&c[2]) + client_has_heard(&c[3]) +
			client_has_heard(&c[4]) ==
		1);
	for (size_t i = 0; i < count; i++)
		procs_let_go(pids[i]);
	for (int i = 0; i <= HELPERS; i++) {
		answers_with(&c[i], first + i);
		client_close(&c[i]);
	}
}

static void one_helper_more_is_for_who_asked(void **state)
{
	pid_t workers[PROCS_MAX];
	struct server *s = two_workers("60s", some_files(), workers);

	(void)state;
	fifth_name_is_found(s, workers[0], 0);
	fifth_name_is_found(s, workers[1], HELPERS + 1);
	assert_int_equal(procs_count(s->pid, "@helper"), 2 * (HELPERS + 1));
	server_stop(s);
}

/* ---- the end ---- */

static void both_finish_what_is_in_flight(void **state)
{
	const struct tree *tree = some_files();
	pid_t workers[PROCS_MAX];
	struct answer a[2] = {{0}};
	struct server *s;
	struct client busy[2];
	struct client idle[2];

	(void)state;
	tree_file(tree, "large.bin", LARGE);
	s = two_workers("60s", tree, workers);
	for (int w = 0; w < 2; w++) {
		client_open_with(&busy[w], s, workers[w]);
		client_open_with(&idle[w], s, workers[w]);
		client_ask(&busy[w], "GET", "/large.bin", "");
		client_head(&busy[w], &a[w], "GET");
		answer_is(&a[w], 200);
	}
	assert_int_equal(kill(s->pid, SIGTERM), 0);
	for (int w = 0; w < 2; w++)
		client_is_closed(&idle[w]);
	AWAIT(!client_can_open(s));
	for (int w = 0; w < 2; w++) {
		/* The master waits for the last one. */
		assert_false(await_has_ended(s->pid));
		client_pattern(&busy[w], &a[w], 0);
		client_is_closed(&busy[w]);
		client_close(&busy[w]);
		client_close(&idle[w]);
		answer_free(&a[w]);
	}
	assert_int_equal(server_exit(s), 0);
}

static void a_death_meanwhile_does_not_end_the_other(void **state)
{
	const struct tree *tree = some_files();
	pid_t workers[PROCS_MAX];
	struct answer a = {0};
	struct server *s;
	struct client busy;
	struct client idle;

	(void)state;
	tree_file(tree, "large.bin", LARGE);
	s = two_workers("60s", tree, workers);
	client_open_with(&busy, s, workers[0]);
	client_open_with(&idle, s, workers[0]);
	/* Held, it does not end of itself before it is killed. */
	hold(workers[1]);
	client_ask(&busy, "GET", "/large.bin", "");
	client_head(&busy, &a, "GET");
	assert_int_equal(kill(s->pid, SIGTERM), 0);
	client_is_closed(&idle);
	assert_int_equal(kill(workers[1], SIGKILL), 0);
	AWAIT(!procs_is_alive(workers[1]));
	client_pattern(&busy, &a, 0);
	assert_int_equal(server_exit(s), 0);
	assert_true(text_has(&s->err, "signal 9"));
	assert_false(text_has(&s->err, "a new one is starting"));
	client_close(&busy);
	client_close(&idle);
	answer_free(&a);
}

/* ---- listening ---- */

static void two_servers_do_not_share_a_port(void **state)
{
	static const char *const workers[][2] = {
		{"1", "2"}, {"2", "1"}, {"2", "2"}};
	const struct tree *tree = some_files();

	(void)state;
	for (size_t i = 0; i < sizeof workers / sizeof workers[0]; i++) {
		struct server *first =
			serve("--workers", workers[i][0], tree->path);
		struct server *second;
		char address[32];

		snprintf(address, sizeof address, "127.0.0.1:%d",
			first->places[0].port);
		second = contd_run("--workers", workers[i][1], "--listen",
			address, tree->path);
		assert_int_equal(server_exit(second), 69);
		assert_true(text_has(&second->err, "the port is in use by"));
		is_served(first, 1);
		server_stop(first);
	}
}

/* There all have the same queue. */
static void one_in_the_file_system_serves_when_the_other_cannot(void **state)
{
	const struct tree *tree = some_files();
	pid_t workers[PROCS_MAX];
	char address[TREE_PATH];
	struct server *s;

	(void)state;
	snprintf(address, sizeof address, "unix:%s", tree_path(tree, ".s"));
	s = serve("--workers", "2", "--listen", address, tree->path);
	assert_int_equal(procs_children(s->pid, "@worker", workers), 2);
	for (int w = 0; w < 2; w++) {
		hold(workers[w]);
		for (int i = 0; i < MANY; i++)
			is_served(s, i);
		procs_let_go(workers[w]);
	}
	server_stop(s);
}

/* The user may have three processes: us, the logger, one worker. */
static void a_worker_that_cannot_be_started_ends_the_start(void **state)
{
	static const char *const prefix[] = {"prlimit", "--nproc=3:3", NULL};
	const char *const probe[] = {
		prefix[0], prefix[1], server_binary(), "--version", NULL};
	const struct tree *tree = some_files();
	struct server *s;

	(void)state;
	if (geteuid() != 0)
		e2e_skip("only root can be somebody of whom nobody else is");
	server_run_as(SOMEBODY);
	if (!server_can_run(probe))
		e2e_skip("nobody but root can run the binary where it is");
	assert_int_equal(chmod(tree->path, 0755), 0);
	s = server_spawn(
		prefix, (const char *const[]){"--workers", "2", "--listen",
				"127.0.0.1:0", tree->path, NULL});
	assert_int_equal(server_exit(s), 70);
	assert_true(text_has(&s->err, "cannot start a worker: "));
	assert_false(text_has(&s->err, "contd: serving"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(when_it_says_so_all_serve),
		e2e_test(auto_is_one_for_each_core),
		e2e_test(each_has_clients_and_one_log_has_all),
		e2e_test(a_killed_worker_is_replaced_alone),
		e2e_test(its_queue_is_served_by_its_successor),
		e2e_test(both_may_be_killed),
		e2e_test(without_a_master_all_end),
		e2e_test(each_gives_up_helpers_of_its_own),
		e2e_test(one_helper_more_is_for_who_asked),
		e2e_test(both_finish_what_is_in_flight),
		e2e_test(a_death_meanwhile_does_not_end_the_other),
		e2e_test(two_servers_do_not_share_a_port),
		e2e_test(one_in_the_file_system_serves_when_the_other_cannot),
		e2e_test(a_worker_that_cannot_be_started_ends_the_start),
	};

	return cmocka_run_group_tests_name("e2e/workers", tests, NULL, NULL);
}
