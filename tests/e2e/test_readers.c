/* test_readers.c - who reads slowly, or asks for all kinds of things at once. */
#include "support/e2e.h"

#include <stdio.h>
#include <string.h>

enum {
	LARGE = 8 * 1024 * 1024, /* more than sockets hold */
	FIRST = 80,              /* readers, until what all share is there */
	MORE = 200,
	EACH = 8 /* kibibytes that a reader may cost, as coarse as pages are */
};

static void ask_and_wait(struct client *c, const struct server *s)
{
	struct answer a = {0};

	client_open(c, s);
	client_ask(c, "GET", "/large", "User-Agent: slow\r\n");
	client_head(c, &a, "GET");
	answer_is(&a, 200);
	answer_free(&a);
}

static void a_slow_reader_costs_little(void **state)
{
	const struct tree *tree = tree_make();
	static struct client first[FIRST], more[MORE];
	struct server *s;
	pid_t worker;
	long before, after;

	(void)state;
	if (server_is_sanitized())
		e2e_skip("a sanitizer's memory is not ours");
	tree_file(tree, "large", LARGE);
	s = serve("--log", "off", tree->path);
	worker = procs_one(s->pid, "@worker");
	assert_int_not_equal(worker, 0);
	for (int i = 0; i < FIRST; i++)
		ask_and_wait(&first[i], s);
	before = procs_rss(worker);
	for (int i = 0; i < MORE; i++)
		ask_and_wait(&more[i], s);
	after = procs_rss(worker);
	print_message("%ld KiB for %d more readers\n", after - before, MORE);
	if (after - before > (long)MORE * EACH)
		fail_msg("%ld KiB are too many", after - before);
	for (int i = 0; i < FIRST; i++)
		client_close(&first[i]);
	for (int i = 0; i < MORE; i++)
		client_close(&more[i]);
	server_stop(s);
}

#define ON " HTTP/1.1\r\nHost: t\r\n"

static const struct {
	const char *request, *method;
	int status;
	const char *body; /* NULL: a page of ours */
} mixture[] = {
	{"GET /small" ON "\r\n", "GET", 200, "small text"},
	{"GET /none" ON "\r\n", "GET", 404, NULL},
	{"GET /small" ON "If-None-Match: *\r\n\r\n", "GET", 304, ""},
	{"HEAD /small" ON "\r\n", "HEAD", 200, ""},
	{"GET /small" ON "Range: bytes=2-4\r\n\r\n", "GET", 206, "all"},
	{"GET /small" ON "Range: bytes=99-\r\n\r\n", "GET", 416, NULL},
	{"GET /other" ON "\r\n", "GET", 200, "other text"},
	{"GET /old" ON "\r\n", "GET", 301, NULL},
	{"HEAD /none" ON "\r\n", "HEAD", 404, ""},
	{"POST /small" ON "Content-Length: 3\r\n\r\nabc", "POST", 405, NULL},
	{"GET /small HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET", 200,
		"small text"},
};

enum { KINDS = sizeof mixture / sizeof *mixture, ROUNDS = 12 };

static void hears_all(struct client *c)
{
	struct answer a = {0};

	for (size_t i = 0; i < (size_t)KINDS * ROUNDS; i++) {
		client_head(c, &a, mixture[i % KINDS].method);
		client_body(c, &a);
		answer_is(&a, mixture[i % KINDS].status);
		if (mixture[i % KINDS].body)
			answer_says(&a, mixture[i % KINDS].body);
	}
	client_head(c, &a, "GET");
	client_body(c, &a);
	answer_has(&a, "Connection", "close");
	answer_says(&a, "small text");
	client_is_closed(c);
	answer_free(&a);
}

/* Some answers are at hand and leave together, others need an exchange: in
 * each round more is known than in the one before. */
static void a_mixture_keeps_its_order_however_it_is_cut(void **state)
{
	static const size_t cuts[] = {1, 7, 61, 333, 1024, 1000000};
	const struct tree *tree = tree_make();
	struct text all = {0};
	struct client c;

	(void)state;
	tree_text(tree, "small", "small text");
	tree_text(tree, "other", "other text");
	for (size_t i = 0; i < (size_t)KINDS * ROUNDS; i++)
		text_add(&all, mixture[i % KINDS].request,
			strlen(mixture[i % KINDS].request));
	text_add(&all, "GET /small" ON "Connection: close\r\n\r\n",
		strlen("GET /small" ON "Connection: close\r\n\r\n"));
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		struct server *s = serve(
			"--log", "off", "--redirect", "/old /new", tree->path);

		client_open(&c, s);
		for (size_t at = 0; at < all.len; at += cuts[i])
			client_send(&c, all.at + at,
				all.len - at < cuts[i] ? all.len - at
						       : cuts[i]);
		hears_all(&c);
		client_close(&c);
		server_stop(s);
	}
	text_free(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(a_slow_reader_costs_little),
		e2e_test(a_mixture_keeps_its_order_however_it_is_cut),
	};

	return cmocka_run_group_tests_name("e2e/readers", tests, NULL, NULL);
}
