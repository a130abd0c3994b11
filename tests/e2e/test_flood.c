/*
 * test_flood.c - hundreds of clients from one address, and one from another.
 *
 * Nobody is ever late here: the light one gets in because the others make room,
 * or not at all.
 */
#include "support/e2e.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { HEAVY = 490, LIGHT = 10 };

static struct client heavy[HEAVY], light[LIGHT];

static void needs_room(void)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < HEAVY + LIGHT + 100)
		e2e_skip("too few descriptors for the test itself");
}

static struct server *serve_small(const struct tree *tree)
{
	const char *prefix[] = {
		"sh", "-c", "ulimit -n 64; exec \"$@\"", "sh", NULL};

	return server_serve(prefix,
		(const char *const[]){"--log", "off", "--header-timeout", "0",
			"--idle-timeout", "0", "--send-timeout", "0",
			"--content-timeout", "0", tree->path, NULL});
}

static struct server *serve_tree(void)
{
	const struct tree *tree = tree_make();

	needs_room();
	tree_text(tree, "a.txt", "a");
	tree_file(tree, "large", 20000000);
	return serve_small(tree);
}

/* All of the heavy address come and say this. */
static void they_come(const struct server *s, const char *words)
{
	for (int i = 0; i < HEAVY; i++) {
		client_open_from(&heavy[i], s, "127.0.0.1");
		if (*words)
			(void)!write(heavy[i].fd, words, strlen(words));
	}
}

static void they_go(void)
{
	for (int i = 0; i < HEAVY; i++)
		client_close(&heavy[i]);
}

/* Each of the light address is served, one beside the other. */
static void the_light_ones_are_served(const struct server *s, int count)
{
	struct answer a = {0};

	for (int i = 0; i < count; i++) {
		client_open_from(&light[i], s, "127.0.0.2");
		client_get(&light[i], "/a.txt", &a);
		answer_is(&a, 200);
		answer_says(&a, "a");
	}
	for (int i = 0; i < count; i++)
		client_close(&light[i]);
	answer_free(&a);
}

#define ASK(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

static void whatever_the_heavy_ones_do_the_light_one_is_served(void **state)
{
	static const struct {
		const char *words;
		int light;
	} cases[] = {
		{"", LIGHT},
		{"GET /a.txt HT", LIGHT},
		{ASK("/a.txt"), LIGHT},
		{"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 99\r\n\r\n1",
			LIGHT},
		/* These never go: there is what was kept for others. */
		{ASK("/large"), 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct server *s = serve_tree();

		they_come(s, cases[i].words);
		the_light_ones_are_served(s, cases[i].light);
		they_go();
		/* And then it is as before. */
		the_light_ones_are_served(s, LIGHT);
		server_stop(s);
	}
}

/* Everybody is answered or sent away at once, none is left to wait; and those
 * who are sent away are told when to come again. */
static void who_finds_no_room_is_told(void **state)
{
	struct server *s = serve_tree();
	struct answer a = {0};
	size_t served = 0;

	(void)state;
	they_come(s, ASK("/large"));
	for (int i = 0; i < HEAVY; i++) {
		AWAIT(client_has_heard(&heavy[i]));
		if (heavy[i].ended && heavy[i].in.len == 0)
			fail_msg("number %d heard nothing", i);
		client_head(&heavy[i], &a, "GET");
		if (a.status == 200) {
			served++;
			continue;
		}
		answer_is(&a, 503);
		answer_has(&a, "Retry-After", "1");
		client_is_closed(&heavy[i]);
	}
	assert_in_range(served, 1, 64);
	assert_true(text_has(&s->err, "max-clients: closed 127.0.0.1") ||
		    text_has(&s->err, "no-descriptor: closed 127.0.0.1"));
	they_go();
	answer_free(&a);
	server_stop(s);
}

/* While all places are taken and nobody moves, nor does the server. */
static void at_the_limit_it_does_not_spin(void **state)
{
	const char *const command[] = {server_binary(), "--version", NULL};
	struct server *s = serve_tree();
	pid_t worker = procs_one(s->pid, "@worker");
	long before;

	(void)state;
	they_come(s, "GET /a.txt HT");
	the_light_ones_are_served(s, LIGHT);
	before = procs_worked(worker);
	/* The time that a hundred servers take to say who they are. */
	for (int i = 0; i < 100; i++)
		assert_true(server_can_run(command));
	if (procs_worked(worker) - before > sysconf(_SC_CLK_TCK) / 20)
		fail_msg("%ld ticks of work", procs_worked(worker) - before);
	they_go();
	server_stop(s);
}

static void an_address_may_have_a_limit(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s;
	struct answer a = {0};

	(void)state;
	tree_text(tree, "a.txt", "a");
	s = serve("--max-clients-per-address", "2", tree->path);
	for (int i = 0; i < 2; i++) {
		client_open_from(&light[i], s, "127.0.0.2");
		client_get(&light[i], "/a.txt", &a);
		answer_is(&a, 200);
	}
	client_open_from(&light[2], s, "127.0.0.2");
	client_head(&light[2], &a, "GET");
	answer_is(&a, 503);
	answer_has(&a, "Retry-After", "1");
	client_is_closed(&light[2]);
	AWAIT(text_has(&s->err, "max-clients-per-address: closed 127.0.0.2"));
	get(s, "/a.txt", &a);
	answer_is(&a, 200);
	for (int i = 0; i < 3; i++)
		client_close(&light[i]);
	answer_free(&a);
	server_stop(s);
}

static void so_may_all_of_them(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s;
	struct answer a = {0};

	(void)state;
	tree_text(tree, "a.txt", "a");
	s = serve("--max-clients", "1", tree->path);
	client_open(&light[0], s);
	client_say(&light[0], "GET");
	client_open(&light[1], s);
	client_head(&light[1], &a, "GET");
	answer_is(&a, 503);
	client_close(&light[1]);
	client_say(&light[0], " /a.txt HTTP/1.1\r\nHost: h\r\n\r\n");
	client_answer(&light[0], &a);
	answer_is(&a, 200);
	/* He idles now, or in a moment. */
	AWAIT((get(s, "/a.txt", &a), a.status == 200));
	client_is_closed(&light[0]);
	client_close(&light[0]);
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(whatever_the_heavy_ones_do_the_light_one_is_served),
		e2e_test(who_finds_no_room_is_told),
		e2e_test(at_the_limit_it_does_not_spin),
		e2e_test(an_address_may_have_a_limit),
		e2e_test(so_may_all_of_them),
	};

	return cmocka_run_group_tests_name("e2e/flood", tests, NULL, NULL);
}
