/* test_errors.c - every refusal: its status, its page, and what becomes of
 * the connection. */
#include "support/e2e.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { LONG = 20000 };

/* Whether this is a page for people, and a complete one. */
static void is_a_page(const struct answer *a)
{
	answer_has(a, "Content-Type", "text/html; charset=utf-8");
	assert_int_equal(a->length, a->body.len);
	assert_true(text_has(&a->body, "<!DOCTYPE html>") ||
		    text_has(&a->body, "<!doctype html>"));
	assert_non_null(answer_field(a, "Date"));
}

/* What is refused, and whether the connection stays usable. */
static const struct {
	const char *request;
	int status;
	bool stays;
} refusals[] = {
	{"GET /none HTTP/1.1\r\nHost: t\r\n\r\n", 404, true},
	{"GET /bare/ HTTP/1.1\r\nHost: t\r\n\r\n", 403, true},
	{"GET /a.txt/ HTTP/1.1\r\nHost: t\r\n\r\n", 404, true},
	{"POST /a.txt HTTP/1.1\r\nHost: t\r\n"
	 "Content-Length: 0\r\n\r\n",
		405, true},
	{"DELETE /a.txt HTTP/1.1\r\nHost: t\r\n\r\n", 405, true},
	{"BREW /a.txt HTTP/1.1\r\nHost: t\r\n\r\n", 501, true},
	{"GET /%zz HTTP/1.1\r\nHost: t\r\n\r\n", 400, true},
	{"GET /a%00b HTTP/1.1\r\nHost: t\r\n\r\n", 400, true},
	{"GET /a.txt HTTP/1.1\r\n\r\n", 400, false},
	{"GET /a.txt HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, false},
	{"GET /a.txt HTTP/1.1\r\nHost : a\r\n\r\n", 400, false},
	{"GET /a.txt HTTP/1.1\nHost: a\n\n", 400, false},
	{"GET  /a.txt HTTP/1.1\r\nHost: a\r\n\r\n", 400, false},
	{"GET /a.txt HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400, false},
	{"GET /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
	 "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		400, false},
	{"GET /a.txt HTTP/2.0\r\nHost: t\r\n\r\n", 505, false},
	{"GET /a.txt HTTP/1.1\r\nHost: t\r\nExpect: tea\r\n\r\n", 417, false},
	{"GET /a.txt HTTP/1.1\r\nHost: t\r\n"
	 "Transfer-Encoding: gzip\r\n\r\n",
		501, false},
};

static void each_refusal_has_its_status_and_its_page(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_text(tree, "a.txt", "a");
	tree_dir(tree, "bare");
	s = serve("--listing", "off", tree->path);
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		client_open(&c, s);
		client_say(&c, refusals[i].request);
		client_answer(&c, &a);
		if (a.status != refusals[i].status)
			fail_msg("%d for: %s", a.status, refusals[i].request);
		is_a_page(&a);
		if (refusals[i].stays) {
			client_get(&c, "/a.txt", &a);
			answer_is(&a, 200);
			answer_says(&a, "a");
		} else {
			answer_has(&a, "Connection", "close");
			client_is_closed(&c);
			assert_false(c.reset);
		}
		client_close(&c);
	}
	answer_free(&a);
	server_stop(s);
}

static void a_page_repeats_nothing_of_the_request(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;

	(void)state;
	s = serve(tree->path);
	get(s, "/marker-in-name?marker-in-query", &a);
	answer_is(&a, 404);
	assert_false(text_has(&a.body, "marker"));
	answer_free(&a);
	server_stop(s);
}

/* What the site has a page for, and what the status owes its reader. */
static const struct {
	const char *request;
	int status;
	const char *field, *value;
} with_pages[] = {
	{"GET /bare/ HTTP/1.1\r\nHost: t\r\n\r\n", 403, NULL, NULL},
	{"POST /a.txt HTTP/1.1\r\nHost: t\r\n"
	 "Content-Length: 3\r\n\r\nabc",
		405, "Allow", "GET, HEAD, OPTIONS"},
	{"GET /a.txt HTTP/1.1\r\nHost: t\r\n"
	 "Accept-Encoding: *;q=0\r\n\r\n",
		406, NULL, NULL},
	{"GET /a.txt HTTP/1.1\r\nHost: t\r\nIf-Match: \"x\"\r\n\r\n", 412, NULL,
		NULL},
	{"GET /a.txt HTTP/1.1\r\nHost: t\r\nRange: bytes=99-\r\n\r\n", 416,
		"Content-Range", "bytes */1"},
};

static void an_error_may_have_a_page_of_the_sites(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_text(tree, "a.txt", "a");
	tree_dir(tree, "bare");
	tree_text(tree, "about.html", "about errors");
	s = serve("--listing", "off", "--error-page", "403=/about.html",
		"--error-page", "405=/about.html", "--error-page",
		"406=/about.html", "--error-page", "412=/about.html",
		"--error-page", "416=/about.html", tree->path);
	client_open(&c, s);
	for (size_t i = 0; i < sizeof with_pages / sizeof *with_pages; i++) {
		client_say(&c, with_pages[i].request);
		client_answer(&c, &a);
		answer_is(&a, with_pages[i].status);
		answer_says(&a, "about errors");
		answer_has(&a, "Content-Type", "text/html; charset=utf-8");
		answer_has(&a, "Cache-Control", "no-cache");
		if (with_pages[i].field)
			answer_has(
				&a, with_pages[i].field, with_pages[i].value);
	}
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

/* What is not there may be there soon. */
static void the_page_of_an_error_is_kept_by_nobody(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;

	(void)state;
	tree_text(tree, "404.html", "not here");
	s = serve("--cache", "* 1y immutable", tree->path);
	get(s, "/none", &a);
	answer_is(&a, 404);
	answer_says(&a, "not here");
	answer_has(&a, "Cache-Control", "no-cache");
	get(s, "/404.html", &a);
	answer_is(&a, 200);
	answer_has(&a, "Cache-Control", "max-age=31536000, immutable");
	answer_free(&a);
	server_stop(s);
}

static void the_methods_that_there_are_are_told(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_text(tree, "a.txt", "a");
	s = serve(tree->path);
	client_open(&c, s);
	client_ask(&c, "PUT", "/a.txt", "Content-Length: 0\r\n");
	client_answer(&c, &a);
	answer_is(&a, 405);
	answer_has(&a, "Allow", "GET, HEAD, OPTIONS");
	client_ask(&c, "OPTIONS", "/a.txt", "");
	client_answer(&c, &a);
	assert_true(a.status == 204 || a.status == 200);
	answer_has(&a, "Allow", "GET, HEAD, OPTIONS");
	client_ask(&c, "OPTIONS", "*", "");
	client_answer(&c, &a);
	assert_true(a.status == 204 || a.status == 200);
	answer_has(&a, "Allow", "GET, HEAD, OPTIONS");
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

/* Sends start, then `fill` again and again, then end; the answer must come
 * although the server stops reading somewhere in it. */
static void is_too_long(const struct server *s, const char *start,
	const char *fill, const char *end, int status)
{
	struct text request = {0};
	struct answer a = {0};
	struct client c;

	text_add(&request, start, strlen(start));
	while (request.len < LONG)
		text_add(&request, fill, strlen(fill));
	text_add(&request, end, strlen(end));
	client_open(&c, s);
	client_send(&c, request.at, request.len);
	client_answer(&c, &a);
	answer_is(&a, status);
	is_a_page(&a);
	client_is_closed(&c);
	client_close(&c);
	text_free(&request);
	answer_free(&a);
}

static void what_is_too_long_is_named(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s;

	(void)state;
	s = serve(tree->path);
	is_too_long(s, "GET /", "aaaaaaaaaaaaaaaa",
		" HTTP/1.1\r\nHost: t\r\n\r\n", 414);
	is_too_long(s, "GET / HTTP/1.1\r\nHost: t\r\nX: ", "aaaaaaaaaaaaaaaa",
		"\r\n\r\n", 431);
	is_too_long(
		s, "GET / HTTP/1.1\r\nHost: t\r\n", "X: y\r\n", "\r\n", 431);
	server_stop(s);
}

/* What fits is answered, what is a byte too long is refused. */
static void limits_may_be_stricter(void **state)
{
	static const struct {
		const char *fields;
		const char *target;
		int status;
	} cases[] = {
		{"", "/a.txt", 200},
		{"X: y\r\n", "/a.txt", 200},
		{"X: y\r\nX: y\r\n", "/a.txt", 431},
		{"", "/./././a.txt", 200},
		{"", "/././././a.txt", 414},
		{"X: 0123456789012345678901234\r\n", "/a.txt", 200},
		{"X: 01234567890123456789012345\r\n", "/a.txt", 431},
	};
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_text(tree, "a.txt", "a");
	s = serve("--max-header-bytes", "62", "--max-header-fields", "2",
		"--max-uri", "12", tree->path);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char head[128];

		snprintf(head, sizeof head,
			"GET %s HTTP/1.1\r\nHost: t\r\n%s\r\n", cases[i].target,
			cases[i].fields);
		client_open(&c, s);
		client_say(&c, head);
		client_answer(&c, &a);
		if (a.status != cases[i].status)
			fail_msg("%d for: %s", a.status, head);
		if (a.status != 200)
			is_a_page(&a);
		client_close(&c);
	}
	AWAIT(text_has(&s->out, "\"GET /././././a.txt HTTP/1.1\" 414"));
	answer_free(&a);
	server_stop(s);
}

static void the_answer_to_a_long_body_can_be_read(void **state)
{
	const struct tree *tree = tree_make();
	static char body[4 * 1024 * 1024];
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	s = serve(tree->path);
	client_open(&c, s);
	client_say(&c, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: "
		       "4194304\r\n\r\n");
	client_send(&c, body, sizeof body);
	client_answer(&c, &a);
	assert_true(a.status == 405 || a.status == 413);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void a_body_is_passed_over(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_text(tree, "a.txt", "a");
	s = serve(tree->path);
	client_open(&c, s);
	client_say(&c,
		"GET /a.txt HTTP/1.1\r\nHost: t\r\nContent-Length: 19\r\n\r\n"
		"GET /none HTTP/1.1\n"
		"POST /a.txt HTTP/1.1\r\nHost: t\r\n"
		"Transfer-Encoding: chunked\r\n\r\n"
		"13;x=y\r\nGET /none HTTP/1.1\n\r\n0\r\n\r\n"
		"GET /a.txt HTTP/1.1\r\nHost: t\r\n\r\n");
	client_answer(&c, &a);
	answer_is(&a, 200);
	client_answer(&c, &a);
	answer_is(&a, 405);
	client_answer(&c, &a);
	answer_is(&a, 200);
	answer_says(&a, "a");
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void half_a_request_ends_with_408(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	s = serve("--header-timeout", "1s", tree->path);
	client_open(&c, s);
	client_say(&c, "GET / HTTP/1.1\r\nHost:");
	client_answer(&c, &a);
	answer_is(&a, 408);
	is_a_page(&a);
	client_is_closed(&c);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void an_idle_connection_is_closed_without_a_word(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_text(tree, "a.txt", "a");
	s = serve("--idle-timeout", "1s", tree->path);
	client_open(&c, s);
	client_get(&c, "/a.txt", &a);
	answer_is(&a, 200);
	client_is_closed(&c);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void a_client_that_never_reads_is_given_up(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s;
	struct client c;

	(void)state;
	tree_sparse(tree, "large.bin", (off_t)1 << 30);
	s = serve("--send-timeout", "1s", tree->path);
	client_open(&c, s);
	client_ask(&c, "GET", "/large.bin", "");
	/* The access line is written when it is over. */
	AWAIT(text_has(&s->out, "/large.bin"));
	client_close(&c);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(each_refusal_has_its_status_and_its_page),
		e2e_test(a_page_repeats_nothing_of_the_request),
		e2e_test(an_error_may_have_a_page_of_the_sites),
		e2e_test(the_page_of_an_error_is_kept_by_nobody),
		e2e_test(the_methods_that_there_are_are_told),
		e2e_test(what_is_too_long_is_named),
		e2e_test(limits_may_be_stricter),
		e2e_test(the_answer_to_a_long_body_can_be_read),
		e2e_test(a_body_is_passed_over),
		e2e_test(half_a_request_ends_with_408),
		e2e_test(an_idle_connection_is_closed_without_a_word),
		e2e_test(a_client_that_never_reads_is_given_up),
	};

	return cmocka_run_group_tests_name("e2e/errors", tests, NULL, NULL);
}
