/* test_shortage.c - out of descriptors, and with more clients than there is
 * room for: it goes on serving. */
#include "support/e2e.h"

#include <stdio.h>
#include <sys/resource.h>

enum { CROWD = 600 };

/* Room for the test's own sockets. */
static bool has_room_for(rlim_t descriptors)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return false;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur >= 2 * descriptors;
}

/* A server that may have no more than so many descriptors. */
static struct server *serve_with(const char *shell_limit)
{
	const char *prefix[] = {"sh", "-c", shell_limit, "sh", NULL};
	const struct tree *tree = tree_make();

	tree_text(tree, "a.txt", "a");
	return server_serve(prefix, (const char *const[]){"--idle-timeout",
					    "60s", tree->path, NULL});
}

/* Everybody comes, asks at the same time, and leaves when he was answered.
 * Returns how many got the file; all others must be told to come again, or be
 * turned away, but not be left waiting. */
static size_t serve_crowd(const struct server *s)
{
	static struct client crowd[CROWD];
	struct answer a = {0};
	size_t served = 0;

	for (size_t i = 0; i < CROWD; i++)
		client_open(&crowd[i], s);
	for (size_t i = 0; i < CROWD; i++)
		client_ask(&crowd[i], "GET", "/a.txt", "");
	for (size_t i = 0; i < CROWD; i++) {
		AWAIT(client_has_heard(&crowd[i]));
		if (!crowd[i].ended || crowd[i].in.len > 0) {
			client_answer(&crowd[i], &a);
			assert_true(a.status == 200 || a.status == 503);
			served += a.status == 200;
		}
		client_close(&crowd[i]);
	}
	answer_free(&a);
	return served;
}

static void with_few_descriptors_it_goes_on(void **state)
{
	struct answer a = {0};
	struct server *s;

	(void)state;
	if (!has_room_for(CROWD))
		e2e_skip("too few descriptors for the test itself");
	s = serve_with("ulimit -n 64; exec \"$@\"");
	assert_true(serve_crowd(s) > 0);
	/* And when they are gone it is as before. */
	for (int i = 0; i < 100; i++) {
		get(s, "/a.txt", &a);
		answer_is(&a, 200);
	}
	answer_free(&a);
	server_stop(s);
}

/* The usual limit has room for these and for what they ask for. */
static void a_crowd_that_has_room_is_served(void **state)
{
	struct server *s;
	size_t served;

	(void)state;
	if (!has_room_for(CROWD))
		e2e_skip("too few descriptors for the test itself");
	s = serve_with("ulimit -n 1024; exec \"$@\"");
	served = serve_crowd(s);
	if (served != CROWD)
		fail_msg("%zu of %d were served", served, CROWD);
	server_stop(s);
}

static void a_thousand_idle_clients_are_in_nobodys_way(void **state)
{
	enum { IDLE = 1000 };
	static struct client idle[IDLE];
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;

	(void)state;
	if (!has_room_for(IDLE))
		e2e_skip("too few descriptors for the test itself");
	tree_text(tree, "a.txt", "a");
	s = serve("--idle-timeout", "60s", tree->path);
	for (size_t i = 0; i < IDLE; i++)
		client_open(&idle[i], s);
	for (int i = 0; i < 1000; i++) {
		client_get(&idle[i], "/a.txt", &a);
		answer_is(&a, 200);
	}
	for (size_t i = 0; i < IDLE; i++)
		client_close(&idle[i]);
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(with_few_descriptors_it_goes_on),
		e2e_test(a_crowd_that_has_room_is_served),
		e2e_test(a_thousand_idle_clients_are_in_nobodys_way),
	};

	return cmocka_run_group_tests_name("e2e/shortage", tests, NULL, NULL);
}
