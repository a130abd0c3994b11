/* test_reasons.c - every end that a client can bring about has its name in the
 * log. Those of a shortage: test_flood.c, and unit.serve. */
#include "support/e2e.h"

#include <signal.h>

#define ASK(target) "GET " target " HTTP/1.1\r\nHost: t\r\n"

/* What is said, and then nothing until the server ends it. */
static const char *const endings[] = {
	ASK("/a.txt") "Connection: close\r\n\r\n",           /* answered */
	ASK("/a.txt") "\r\n",                                /* idle */
	"nonsense\r\n\r\n",                                  /* protocol */
	"GET /",                                             /* header */
	ASK("/a.txt") "Content-Length: 9\r\n\r\n",           /* content */
	ASK("/a.txt") "Transfer-Encoding: chunked\r\n\r\nx", /* refused */
};

static void the_server_ends(const struct server *s)
{
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		struct answer a = {0};
		struct client c;

		client_open(&c, s);
		client_say(&c, endings[i]);
		client_answer(&c, &a);
		client_is_closed(&c);
		client_close(&c);
		answer_free(&a);
	}
}

static void the_client_ends(struct server *s)
{
	struct answer a = {0};
	struct client c;

	client_open(&c, s);
	client_get(&c, "/a.txt", &a);
	client_close(&c);
	client_open(&c, s);
	client_ask(&c, "GET", "/large", "");
	client_head(&c, &a, "GET");
	client_vanish(&c);
	client_open(&c, s);
	client_ask(&c, "GET", "/large", "");
	AWAIT(text_has(&s->err, "send-timeout: closed 127.0.0.1"));
	client_close(&c);
	answer_free(&a);
}

static void each_end_has_its_name_in_the_log(void **state)
{
	const struct tree *tree = tree_make();
	struct client idle;
	struct answer a = {0};
	struct server *s;

	(void)state;
	tree_text(tree, "a.txt", "a");
	tree_sparse(tree, "large", 100000000);
	s = serve("--log", "off", "--header-timeout", "300ms",
		"--content-timeout", "300ms", "--idle-timeout", "1s",
		"--send-timeout", "300ms", "--linger-timeout", "300ms",
		tree->path);
	the_server_ends(s);
	the_client_ends(s);
	client_open(&idle, s);
	client_get(&idle, "/a.txt", &a);
	assert_int_equal(kill(s->pid, SIGTERM), 0);
	client_is_closed(&idle);
	AWAIT(text_has(&s->err,
		"connections that ended: 10 (answered 1, client-closed 1, "
		"client-reset 1, idle-timeout 1, drain 1, protocol-error 1, "
		"header-timeout 1, content-timeout 1, content-refused 1, "
		"send-timeout 1)"));
	assert_int_equal(server_exit(s), 0);
	client_close(&idle);
	answer_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(each_end_has_its_name_in_the_log),
	};

	return cmocka_run_group_tests_name("e2e/reasons", tests, NULL, NULL);
}
