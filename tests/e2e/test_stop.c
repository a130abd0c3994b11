/* test_stop.c - how it ends: what is in flight is finished. */
#include "support/e2e.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>

enum { LARGE = 100 * 1024 * 1024 };

/* A server with one idle client and one in the middle of a download. */
static struct server *busy_server(const char *drain_timeout,
	struct client *idle, struct client *busy, struct answer *a)
{
	const struct tree *tree = tree_make();
	struct server *s;

	tree_file(tree, "large.bin", LARGE);
	tree_text(tree, "a.txt", "a");
	s = serve("--drain-timeout", drain_timeout, tree->path);
	client_open(idle, s);
	client_get(idle, "/a.txt", a);
	answer_is(a, 200);
	client_open(busy, s);
	client_ask(busy, "GET", "/large.bin", "");
	client_head(busy, a, "GET");
	answer_is(a, 200);
	return s;
}

static void finishes_a_download(int signo)
{
	struct answer a = {0};
	struct client idle;
	struct client busy;
	struct server *s = busy_server("60s", &idle, &busy, &a);

	assert_int_equal(kill(s->pid, signo), 0);
	/* The idle one is sent away: from here on it is draining. */
	client_is_closed(&idle);
	AWAIT(!client_can_open(s));
	client_pattern(&busy, &a, 0);
	client_is_closed(&busy);
	assert_int_equal(server_exit(s), 0);
	assert_true(text_has(&s->out, "\"GET /large.bin HTTP/1.1\" 200 "
				      "104857600"));
	client_close(&idle);
	client_close(&busy);
	answer_free(&a);
}

static void sigterm_finishes_what_is_in_flight(void **state)
{
	(void)state;
	finishes_a_download(SIGTERM);
}

static void sigint_does_the_same(void **state)
{
	(void)state;
	finishes_a_download(SIGINT);
}

static void a_request_under_way_is_still_answered(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct client idle;
	struct client half;
	struct server *s;

	(void)state;
	tree_text(tree, "a.txt", "a");
	s = serve(tree->path);
	client_open(&idle, s);
	client_open(&half, s);
	client_get(&half, "/a.txt", &a);
	client_say(&half, "GET /a.txt HTTP/1.1\r\nHost: t\r\nX: ");
	client_get(&idle, "/a.txt", &a);
	assert_int_equal(kill(s->pid, SIGTERM), 0);
	client_is_closed(&idle);
	client_say(&half, "y\r\n\r\n");
	client_answer(&half, &a);
	answer_is(&a, 200);
	answer_says(&a, "a");
	answer_has(&a, "Connection", "close");
	client_is_closed(&half);
	assert_int_equal(server_exit(s), 0);
	client_close(&idle);
	client_close(&half);
	answer_free(&a);
}

static void a_second_signal_ends_at_once(void **state)
{
	struct answer a = {0};
	struct client idle;
	struct client busy;
	struct server *s = busy_server("0", &idle, &busy, &a);

	(void)state;
	assert_int_equal(kill(s->pid, SIGTERM), 0);
	client_is_closed(&idle);
	assert_false(await_has_ended(s->pid));
	assert_int_equal(kill(s->pid, SIGTERM), 0);
	/* Nobody reads the download, and it ends all the same. */
	server_exit(s);
	client_close(&idle);
	client_close(&busy);
	answer_free(&a);
}

static void draining_has_a_deadline(void **state)
{
	struct answer a = {0};
	struct client idle;
	struct client busy;
	struct server *s = busy_server("300ms", &idle, &busy, &a);

	(void)state;
	assert_int_equal(kill(s->pid, SIGTERM), 0);
	server_exit(s);
	/* What is cut off in the last moment is in the log all the same. */
	assert_true(text_has(&s->out, "\"GET /large.bin HTTP/1.1\" 200 "));
	client_close(&idle);
	client_close(&busy);
	answer_free(&a);
}

static void sighup_ends_nothing(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct client c;
	struct server *s;

	(void)state;
	tree_text(tree, "a.txt", "a");
	s = serve(tree->path);
	client_open(&c, s);
	client_get(&c, "/a.txt", &a);
	assert_int_equal(kill(s->pid, SIGHUP), 0);
	/* It is heard, and the connection that there was is still there. */
	AWAIT(text_has(&s->err, "SIGHUP"));
	client_get(&c, "/a.txt", &a);
	answer_is(&a, 200);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void an_idle_server_stops_with_nothing_to_say(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s = serve(tree->path);

	(void)state;
	server_stop(s);
	assert_int_equal(text_count(&s->err, "\n"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(sigterm_finishes_what_is_in_flight),
		e2e_test(sigint_does_the_same),
		e2e_test(a_request_under_way_is_still_answered),
		e2e_test(a_second_signal_ends_at_once),
		e2e_test(draining_has_a_deadline),
		e2e_test(sighup_ends_nothing),
		e2e_test(an_idle_server_stops_with_nothing_to_say),
	};

	return cmocka_run_group_tests_name("e2e/stop", tests, NULL, NULL);
}
