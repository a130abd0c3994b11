/* test_pipelining.c - requests may come in any pieces; answers keep their
 * order. */
#include "support/e2e.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

enum { FILES = 50, ROUNDS = 100 };

static const struct tree *small_files(void)
{
	const struct tree *tree = tree_make();
	char name[32];

	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof name, "f%d", i);
		tree_text(tree, name, name);
	}
	return tree;
}

static void add(struct text *text, const char *words)
{
	text_add(text, words, strlen(words));
}

static void answers_come_in_the_order_of_requests(void **state)
{
	const struct tree *tree = small_files();
	struct text pipeline = {0};
	struct answer a = {0};
	char line[128];
	struct server *s;
	struct client c;

	(void)state;
	s = serve("--log", "off", tree->path);
	for (int i = 0; i < FILES * ROUNDS; i++) {
		snprintf(line, sizeof line,
			"GET /f%d HTTP/1.1\r\nHost: t\r\n\r\n", i * 7 % FILES);
		add(&pipeline, line);
	}
	client_open(&c, s);
	client_send(&c, pipeline.at, pipeline.len);
	for (int i = 0; i < FILES * ROUNDS; i++) {
		client_answer(&c, &a);
		snprintf(line, sizeof line, "f%d", i * 7 % FILES);
		answer_is(&a, 200);
		answer_says(&a, line);
	}
	client_close(&c);
	text_free(&pipeline);
	answer_free(&a);
	server_stop(s);
}

static void all_kinds_of_requests_keep_their_places(void **state)
{
	static const struct {
		const char *method;
		const char *target;
		const char *fields;
		int status;
	} cases[] = {
		{"GET", "/f1", "", 200},
		{"HEAD", "/f2", "", 200},
		{"GET", "/none", "", 404},
		{"POST", "/f3", "Content-Length: 0\r\n", 405},
		{"GET", "/large", "", 200},
		{"GET", "/f4", "Range: bytes=0-0\r\n", 206},
		{"BREW", "/f5", "", 501},
		{"GET", "/sub", "", 301},
		{"OPTIONS", "/f6", "", 204},
		{"GET", "/f7", "If-None-Match: *\r\n", 304},
		{"GET", "/f8", "Connection: close\r\n", 200},
		{"GET", "/f9", "", 0},
	};
	const size_t count = sizeof cases / sizeof *cases;
	const struct tree *tree = small_files();
	struct answer a = {0};
	struct text pipeline = {0};
	char line[256];
	struct server *s;
	struct client c;

	(void)state;
	tree_file(tree, "large", 2000000);
	tree_dir(tree, "sub");
	s = serve(tree->path);
	for (size_t i = 0; i < count; i++) {
		snprintf(line, sizeof line,
			"%s %s HTTP/1.1\r\nHost: t\r\n%s\r\n", cases[i].method,
			cases[i].target, cases[i].fields);
		add(&pipeline, line);
	}
	client_open(&c, s);
	client_send(&c, pipeline.at, pipeline.len);
	for (size_t i = 0; cases[i].status != 0; i++) {
		client_head(&c, &a, cases[i].method);
		if (a.status == 200 && cases[i].status == 204)
			a.status = 204; /* as good for OPTIONS */
		answer_is(&a, cases[i].status);
		if (a.length == 2000000)
			client_pattern(&c, &a, 0);
		else
			client_body(&c, &a);
	}
	/* Nothing behind "close" is answered. */
	client_is_closed(&c);
	client_close(&c);
	text_free(&pipeline);
	answer_free(&a);
	server_stop(s);
}

static void requests_may_come_byte_by_byte(void **state)
{
	static const char requests[] =
		"GET /f1 HTTP/1.1\r\nHost: t\r\n\r\n"
		"GET /f2 HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc"
		"GET /f3 HTTP/1.1\r\nHost: t\r\n\r\n";
	const struct tree *tree = small_files();
	struct answer a = {0};
	char name[8];
	struct server *s;
	struct client c;

	(void)state;
	s = serve(tree->path);
	client_open(&c, s);
	for (size_t i = 0; i < sizeof requests - 1; i++)
		client_send(&c, &requests[i], 1);
	for (int i = 1; i <= 3; i++) {
		client_answer(&c, &a);
		answer_is(&a, 200);
		snprintf(name, sizeof name, "f%d", i);
		answer_says(&a, name);
	}
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

/* Between the two parts another client is answered: by then the loop has been
 * round and has seen the first part alone. */
static void two_requests_may_be_split_anywhere(void **state)
{
	static const char requests[] =
		"GET /f1 HTTP/1.1\r\nHost: t\r\nX: y\r\n\r\n"
		"GET /f2 HTTP/1.1\r\nHost: t\r\n\r\n";
	const struct tree *tree = small_files();
	struct answer a = {0};
	struct server *s;
	struct client other;
	struct client c;

	(void)state;
	s = serve("--log", "off", tree->path);
	client_open(&other, s);
	for (size_t cut = 1; cut < sizeof requests - 1; cut++) {
		client_open(&c, s);
		client_send(&c, requests, cut);
		client_get(&other, "/f3", &a);
		answer_says(&a, "f3");
		client_send(&c, requests + cut, sizeof requests - 1 - cut);
		client_answer(&c, &a);
		answer_says(&a, "f1");
		client_answer(&c, &a);
		answer_says(&a, "f2");
		client_close(&c);
	}
	client_close(&other);
	answer_free(&a);
	server_stop(s);
}

static void who_stops_talking_is_still_answered(void **state)
{
	const struct tree *tree = small_files();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_file(tree, "large", 5000000);
	s = serve(tree->path);
	client_open(&c, s);
	client_ask(&c, "GET", "/f1", "");
	client_ask(&c, "GET", "/large", "");
	client_ask(&c, "GET", "/f2", "");
	client_finish(&c);
	client_answer(&c, &a);
	answer_says(&a, "f1");
	client_head(&c, &a, "GET");
	assert_int_equal(a.length, 5000000);
	client_pattern(&c, &a, 0);
	client_answer(&c, &a);
	answer_says(&a, "f2");
	client_is_closed(&c);
	client_close(&c);

	/* And half a request is not half answered with success. */
	client_open(&c, s);
	client_say(&c, "GET /f1 HTTP/1.1\r\nHost: t\r\n");
	client_finish(&c);
	while (!c.ended && !client_has_heard(&c))
		await_for(c.fd, POLLIN, AWAIT_LIMIT);
	if (!c.ended) {
		client_answer(&c, &a);
		assert_true(a.status >= 400);
	}
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void who_asks_much_and_reads_late_gets_all(void **state)
{
	enum { COUNT = 40, SIZE = 300000 };
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client other;
	struct client c;

	(void)state;
	tree_file(tree, "middle", SIZE);
	tree_text(tree, "small", "small");
	s = serve(tree->path);
	client_open(&c, s);
	for (int i = 0; i < COUNT; i++)
		client_ask(&c, "GET", "/middle", "");
	/* 12 MB wait for a reader; somebody else must not. */
	client_open(&other, s);
	for (int i = 0; i < COUNT; i++) {
		client_get(&other, "/small", &a);
		answer_says(&a, "small");
	}
	for (int i = 0; i < COUNT; i++) {
		client_head(&c, &a, "GET");
		assert_int_equal(a.length, SIZE);
		client_pattern(&c, &a, 0);
	}
	client_close(&other);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void ask_last(struct client *c, const char *target, int before)
{
	for (int i = 0; i < before; i++)
		client_ask(c, "GET", target, "");
	client_ask(c, "GET", target, "Connection: close\r\n");
}

/* What it said meanwhile is unread when its last answer has left, and a close
 * would be a reset then, which takes the end of that answer from it. */
static void who_says_more_than_its_last_request_gets_all(void **state)
{
	static const struct {
		const char *target;
		int before;
	} cases[] = {{"/large", 0}, {"/middle", 60}};
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_file(tree, "large", 20000000);
	tree_file(tree, "middle", 300000);
	s = serve(tree->path);
	get(s, "/middle", &a);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		client_open(&c, s);
		ask_last(&c, cases[i].target, cases[i].before);
		client_head(&c, &a, "GET");
		client_say(&c, "\r\n");
		client_pattern(&c, &a, 0);
		for (int k = 0; k < cases[i].before; k++) {
			client_head(&c, &a, "GET");
			client_pattern(&c, &a, 0);
		}
		client_is_closed(&c);
		assert_false(c.reset);
		client_close(&c);
	}
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(answers_come_in_the_order_of_requests),
		e2e_test(all_kinds_of_requests_keep_their_places),
		e2e_test(requests_may_come_byte_by_byte),
		e2e_test(two_requests_may_be_split_anywhere),
		e2e_test(who_stops_talking_is_still_answered),
		e2e_test(who_asks_much_and_reads_late_gets_all),
		e2e_test(who_says_more_than_its_last_request_gets_all),
	};

	return cmocka_run_group_tests_name("e2e/pipelining", tests, NULL, NULL);
}
