/* test_idle.c - hundreds of clients say nothing for long, while others are
 * busy; run once with each poller. */
#include "support/e2e.h"

#include <stdio.h>

enum {
	IDLE = 400,
	BUSY = 4,
	ROUNDS = 100 /* turns enough for all the others to count as idle */
};

static const char *poller;

static struct crowd {
	struct server *server;
	struct client idle[IDLE];
	struct client busy[BUSY];
	struct answer answer;
} crowd;

static void gather(void)
{
	const struct tree *tree = tree_make();

	tree_text(tree, "a.txt", "one");
	crowd.server = serve("--wait", poller, "--idle-timeout", "0", "--log",
		"off", tree->path);
	for (int i = 0; i < BUSY; i++)
		client_open(&crowd.busy[i], crowd.server);
	for (int i = 0; i < IDLE; i++) {
		client_open(&crowd.idle[i], crowd.server);
		client_get(&crowd.idle[i], "/a.txt", &crowd.answer);
		answer_says(&crowd.answer, "one");
	}
}

static void keep_busy(int rounds)
{
	for (int round = 0; round < rounds; round++) {
		for (int i = 0; i < BUSY; i++)
			client_ask(&crowd.busy[i], "GET", "/a.txt", "");
		for (int i = 0; i < BUSY; i++) {
			client_answer(&crowd.busy[i], &crowd.answer);
			answer_says(&crowd.answer, "one");
		}
	}
}

static void is_answered(struct client *c)
{
	client_answer(c, &crowd.answer);
	answer_says(&crowd.answer, "one");
}

static void go_home(void)
{
	for (int i = 0; i < BUSY; i++)
		client_close(&crowd.busy[i]);
	for (int i = 0; i < IDLE; i++)
		client_close(&crowd.idle[i]);
	answer_free(&crowd.answer);
	server_stop(crowd.server);
}

static void each_is_answered_while_others_are_busy(void **state)
{
	(void)state;
	gather();
	keep_busy(ROUNDS);
	for (int i = 0; i < IDLE; i++) {
		client_ask(&crowd.idle[i], "GET", "/a.txt", "");
		keep_busy(1);
		is_answered(&crowd.idle[i]);
	}
	go_home();
}

static void all_are_answered_when_they_wake_at_once(void **state)
{
	(void)state;
	gather();
	keep_busy(ROUNDS);
	for (int i = 0; i < IDLE; i++)
		client_ask(&crowd.idle[i], "GET", "/a.txt", "");
	keep_busy(ROUNDS);
	for (int i = 0; i < IDLE; i++)
		is_answered(&crowd.idle[i]);
	go_home();
}

/* Their numbers come back for others. */
static void who_leaves_is_replaced(void **state)
{
	(void)state;
	gather();
	for (int i = 0; i < IDLE; i += 2) {
		if (i % 20 == 0)
			keep_busy(ROUNDS / 4);
		if (i % 4 == 0)
			client_close(&crowd.idle[i]);
		else
			client_vanish(&crowd.idle[i]);
		client_open(&crowd.idle[i], crowd.server);
	}
	keep_busy(ROUNDS);
	for (int i = 0; i < IDLE; i++) {
		client_ask(&crowd.idle[i], "GET", "/a.txt", "");
		is_answered(&crowd.idle[i]);
	}
	go_home();
}

static void a_newcomer_is_answered_among_them(void **state)
{
	struct client c;

	(void)state;
	gather();
	keep_busy(ROUNDS);
	client_open(&c, crowd.server);
	client_ask(&c, "GET", "/a.txt", "");
	keep_busy(1);
	is_answered(&c);
	client_close(&c);
	go_home();
}

static void the_end_comes_to_all(void **state)
{
	(void)state;
	gather();
	keep_busy(ROUNDS);
	server_stop(crowd.server);
	for (int i = 0; i < IDLE; i++) {
		client_is_closed(&crowd.idle[i]);
		client_close(&crowd.idle[i]);
	}
	for (int i = 0; i < BUSY; i++)
		client_close(&crowd.busy[i]);
	answer_free(&crowd.answer);
}

int main(void)
{
	static const char *const pollers[] = {"poll", "select", "epoll"};
	const struct CMUnitTest tests[] = {
		e2e_test(each_is_answered_while_others_are_busy),
		e2e_test(all_are_answered_when_they_wake_at_once),
		e2e_test(who_leaves_is_replaced),
		e2e_test(a_newcomer_is_answered_among_them),
		e2e_test(the_end_comes_to_all),
	};
	char name[32];
	int failed = 0;

	for (size_t i = 0; i < sizeof pollers / sizeof *pollers; i++) {
		poller = pollers[i];
		snprintf(name, sizeof name, "e2e/idle with %s", poller);
		if (server_waits_with(poller))
			failed += cmocka_run_group_tests_name(
				name, tests, NULL, NULL);
	}
	return failed;
}
