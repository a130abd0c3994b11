/* test_attack_hunger.c - with little memory, few descriptors, and many who
 * take their time, it answers or refuses, and it does not turn in circles. */
#include "support/e2e.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { CROWD = 500 };

static struct client crowd[CROWD];

static bool has_room(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return false;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur >= 2 * CROWD;
}

static void is_idle_since(pid_t pid, long before, const char *when)
{
	long ticks = procs_worked(pid) - before;

	if (ticks > sysconf(_SC_CLK_TCK) / 5)
		fail_msg("%ld ticks of work %s", ticks, when);
}

static struct server *serve_limited(
	const struct tree *tree, const char *limit, const char *idle)
{
	const char *prefix[] = {"sh", "-c", limit, "sh", NULL};

	return server_serve(
		prefix, (const char *const[]){"--log", "off", "--listing", "on",
				"--header-timeout", "1500ms", "--send-timeout",
				"3s", "--read-timeout", "2s", "--idle-timeout",
				idle, tree->path, NULL});
}

/* Everybody asks; each gets an answer, or its connection ends. Returns how
 * many got a file. */
static size_t ask_all(
	const struct server *s, const char *const targets[], size_t count)
{
	struct answer a = {0};
	size_t served = 0;

	for (size_t i = 0; i < CROWD; i++)
		client_open(&crowd[i], s);
	for (size_t i = 0; i < CROWD; i++)
		client_ask(&crowd[i], "GET", targets[i % count],
			i % 7 ? "" : "Range: bytes=0-9,20-29,50-1000\r\n");
	for (size_t i = 0; i < CROWD; i++) {
		struct client *c = &crowd[i];

		AWAIT(client_has_heard(c));
		if (c->ended && c->in.len == 0)
			continue;
		client_head(c, &a, "GET");
		/* Without memory for a thread a read is late: 500. */
		if (a.status != 200 && a.status != 206 && a.status != 500 &&
			a.status != 503)
			fail_msg("%d for %s", a.status, targets[i % count]);
		served += a.status < 300;
	}
	answer_free(&a);
	return served;
}

static void leave_all(void)
{
	for (size_t i = 0; i < CROWD; i++)
		client_close(&crowd[i]);
}

static void is_well(const struct server *s)
{
	struct answer a = {0};

	AWAIT((get(s, "/small", &a), a.status == 200));
	answer_free(&a);
}

/* Whatever it still has to say. */
static bool has_ended(struct client *c)
{
	c->taken = c->in.len;
	client_has_heard(c);
	return c->ended;
}

static void few_descriptors(void **state)
{
	static const char *const targets[] = {
		"/small", "/large", "/d/", "/small", "/middle"};
	const struct tree *tree = tree_make();
	struct server *s;
	struct client c;
	pid_t worker;
	long before;

	(void)state;
	if (!has_room())
		e2e_skip("too few descriptors for the test itself");
	tree_file(tree, "small", 100);
	tree_file(tree, "middle", 300000);
	tree_file(tree, "large", 20000000);
	tree_dir(tree, "d");
	s = serve_limited(tree, "ulimit -n 64; exec \"$@\"", "1500ms");
	worker = procs_one(s->pid, "@worker");
	assert_true(ask_all(s, targets, 5) > 0);
	/* They stay; those who asked for much do not read it. */
	before = procs_worked(worker);
	AWAIT(has_ended(&crowd[1]));
	is_idle_since(worker, before, "while nobody moved");
	leave_all();
	is_well(s);
	before = procs_worked(worker);
	client_open(&c, s);
	client_is_closed(&c);
	is_idle_since(worker, before, "when all had gone");
	client_close(&c);
	server_stop(s);
}

static void drip(void)
{
	for (size_t i = 0; i < CROWD; i += 10)
		client_say(&crowd[i], "G");
}

static void who_says_little_is_sent_away(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	pid_t worker;
	long before;

	(void)state;
	if (!has_room())
		e2e_skip("too few descriptors for the test itself");
	tree_file(tree, "small", 100);
	s = serve_limited(tree, "exec \"$@\"", "20s");
	worker = procs_one(s->pid, "@worker");
	for (size_t i = 0; i < CROWD; i++) {
		client_open(&crowd[i], s);
		client_say(
			&crowd[i], i % 2 ? "GET /small HTTP/1.1\r\nX: " : "G");
	}
	before = procs_worked(worker);
	/* One more byte now and then is not more time: they would go on until
	 * their names of methods are too long. */
	AWAIT((drip(), client_has_heard(&crowd[0])));
	for (size_t i = 0; i < CROWD; i++) {
		client_answer(&crowd[i], &a);
		answer_is(&a, 408);
		client_is_closed(&crowd[i]);
	}
	is_idle_since(worker, before, "for 500 who said little");
	leave_all();
	is_well(s);
	answer_free(&a);
	server_stop(s);
}

static void who_reads_nothing_costs_no_work(void **state)
{
	enum { MANY = 100 };
	const struct tree *tree = tree_make();
	struct server *s;
	pid_t worker;
	long before;

	(void)state;
	if (!has_room())
		e2e_skip("too few descriptors for the test itself");
	tree_file(tree, "small", 100);
	tree_file(tree, "hot", 200000);
	tree_file(tree, "large", 50000000);
	s = serve_limited(tree, "exec \"$@\"", "1500ms");
	worker = procs_one(s->pid, "@worker");
	is_well(s);
	for (size_t i = 0; i < MANY; i++) {
		client_open(&crowd[i], s);
		for (int k = 0; k < 60; k++)
			client_ask(&crowd[i], "GET", i % 2 ? "/hot" : "/large",
				"");
		/* Some say that they are done, some say too much. */
		if (i % 4 < 2)
			client_finish(&crowd[i]);
	}
	client_open(&crowd[MANY], s);
	client_open(&crowd[MANY + 1], s);
	/* By then all buffers are full. */
	client_is_closed(&crowd[MANY]);
	client_close(&crowd[MANY + 1]);
	client_open(&crowd[MANY + 1], s);
	before = procs_worked(worker);
	client_is_closed(&crowd[MANY + 1]);
	is_idle_since(worker, before, "for those who read nothing");
	is_well(s);
	for (size_t i = 0; i < MANY + 2; i++)
		client_vanish(&crowd[i]);
	is_well(s);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(few_descriptors),
		e2e_test(who_says_little_is_sent_away),
		e2e_test(who_reads_nothing_costs_no_work),
	};

	return cmocka_run_group_tests_name(
		"e2e/attack-hunger", tests, NULL, NULL);
}
