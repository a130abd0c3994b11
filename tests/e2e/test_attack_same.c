/*
 * test_attack_same.c - an answer that is at hand is the one that would be made:
 * every request is sent twice, the second time with an empty content, which
 * such answers are not for.
 */
#include "support/e2e.h"

#include <stdio.h>
#include <string.h>

#define LENGTH(table) (sizeof(table) / sizeof *(table))

static const char *const targets[] = {"/f.txt", "/empty.txt", "/", "/dir/",
	"/dir", "/large.bin", "/v.css", "/app.3f9a2c1b.js", "/page",
	"/page.html", "/none", "/none/", "/f.txt/", "/bare/", "/.hidden",
	"/old/x?y", "/%66.txt?q", "/dir/../f.txt", "/%zz",
	"http://other/f.txt"};

/* Of these %s is the file's tag, or its time. */
static const char *const by_tag[] = {"", "If-None-Match: %s\r\n",
	"If-None-Match: W/%s\r\n", "If-None-Match: \"x\", %s\r\n",
	"If-None-Match: \"x\"\r\nIf-None-Match: %s\r\n", "If-None-Match: *\r\n",
	"If-None-Match: \"x\"\r\n", "If-Match: %s\r\n", "If-Match: W/%s\r\n",
	"If-Match: *\r\n", "If-Match: \"x\"\r\n", "Range: bytes=0-9\r\n",
	"Range: bytes=-5\r\n", "Range: bytes=7-\r\n",
	"Range: bytes=999999-\r\n", "Range: lines=1\r\n",
	"Range: bytes=0-1\r\nRange: bytes=3-4\r\n", "Range: bytes=0-999999\r\n",
	"If-Range: %s\r\nRange: bytes=0-3\r\n",
	"If-Range: W/%s\r\nRange: bytes=0-3\r\n",
	"If-Range: \"x\"\r\nRange: bytes=0-3\r\n",
	"If-None-Match: %s\r\nRange: bytes=0-3\r\n",
	"Accept-Encoding: gzip\r\n", "Accept-Encoding: gzip;q=0, *\r\n",
	"Accept-Encoding: identity;q=0\r\n",
	"Accept-Encoding: gzip\r\nRange: bytes=0-1\r\n",
	"Accept: text/html\r\n", "Accept: application/json\r\n",
	"Connection: close\r\n", "Connection: close\r\nIf-None-Match: %s\r\n",
	"Connection: close\r\nRange: bytes=2-3\r\n",
	"Connection: keep-alive\r\n", "Origin: http://other\r\n"};

static const char *const by_time[] = {"If-Modified-Since: %s\r\n",
	"If-Modified-Since: soon\r\n", "If-Unmodified-Since: %s\r\n",
	"If-Unmodified-Since: Thu, 01 Jan 2015 00:00:00 GMT\r\n",
	"If-Modified-Since: Thu, 01 Jan 2015 00:00:00 GMT\r\n",
	"If-Range: %s\r\nRange: bytes=0-3\r\n",
	"If-Modified-Since: %s\r\nIf-None-Match: \"x\"\r\n"};

struct asked {
	const char *method, *target;
	int minor;
	char fields[256];
};

static struct server *s;
static struct client c;

/* One after the other on a connection, as long as it stays open. */
static void ask(const struct asked *asked, const char *more, struct answer *a)
{
	char head[512];
	const char *connection;

	snprintf(head, sizeof head, "%s %s HTTP/1.%d\r\nHost: t\r\n%s%s\r\n",
		asked->method, asked->target, asked->minor, asked->fields,
		more);
	client_say(&c, head);
	client_head(&c, a, asked->method);
	client_body(&c, a);
	connection = answer_field(a, "Connection");
	if (connection && strcmp(connection, "close") == 0) {
		client_is_closed(&c);
		client_close(&c);
		client_open(&c, s);
	}
}

static void is_the_same_field(
	const struct asked *asked, struct answer *a, struct answer *b, size_t i)
{
	if (strcmp(a->fields[i].name, b->fields[i].name) == 0 &&
		(strcmp(a->fields[i].name, "Date") == 0 ||
			strcmp(a->fields[i].value, b->fields[i].value) == 0))
		return;
	fail_msg("%s %s %s: '%s: %s', not '%s: %s'", asked->method,
		asked->target, asked->fields, a->fields[i].name,
		a->fields[i].value, b->fields[i].name, b->fields[i].value);
}

static void is_the_same(const struct asked *asked)
{
	struct answer a = {0}, b = {0};

	ask(asked, "", &a);
	ask(asked, "Content-Length: 0\r\n", &b);
	if (a.status != b.status || a.field_count != b.field_count ||
		a.body.len != b.body.len)
		fail_msg("%s %s %s: %d with %zu fields, not %d with %zu",
			asked->method, asked->target, asked->fields, a.status,
			a.field_count, b.status, b.field_count);
	for (size_t i = 0; i < a.field_count; i++)
		is_the_same_field(asked, &a, &b, i);
	if (a.body.len > 0)
		assert_memory_equal(a.body.at, b.body.at, a.body.len);
	answer_free(&a);
	answer_free(&b);
}

static void all_are_the_same(
	const char *const fields[], size_t count, const char *value)
{
	for (size_t i = 0; i < LENGTH(targets) * count * 4; i++) {
		struct asked asked = {.method = i % 2 ? "HEAD" : "GET",
			.minor = i % 4 < 2,
			.target = targets[i / 4 % LENGTH(targets)]};
		const char *format = fields[i / 4 / LENGTH(targets)];
		const char *mark = strstr(format, "%s");

		snprintf(asked.fields, sizeof asked.fields, "%.*s%s%s",
			mark ? (int)(mark - format) : (int)strlen(format),
			format, mark ? value : "", mark ? mark + 2 : "");
		is_the_same(&asked);
	}
}

static void make_tree(const struct tree *tree)
{
	static const char *const names[] = {"f.txt", "empty.txt", "index.html",
		"dir/index.html", "large.bin", "v.css", "v.css.gz",
		"app.3f9a2c1b.js", "page.html", "404.html"};

	tree_dir(tree, "dir");
	tree_dir(tree, "bare");
	for (size_t i = 0; i < LENGTH(names); i++) {
		if (i == 1)
			tree_text(tree, names[i], "");
		else
			tree_file(tree, names[i], i == 4 ? 300000 : 200);
		tree_age(tree, names[i], 1000);
	}
}

/* All are asked for until they are at hand, and what is not there is believed
 * not to be. */
static void serve_warm(const char *const args[])
{
	struct answer a = {0};

	s = server_serve(NULL, args);
	client_open(&c, s);
	for (int n = 0; n < 3; n++)
		for (size_t i = 0; i < LENGTH(targets); i++)
			client_get(&c, targets[i], &a);
	client_get(&c, "/f.txt", &a);
	all_are_the_same(by_tag, LENGTH(by_tag), answer_field(&a, "ETag"));
	all_are_the_same(
		by_time, LENGTH(by_time), answer_field(&a, "Last-Modified"));
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void what_is_at_hand_is_what_would_be_made(void **state)
{
	const struct tree *tree = tree_make();

	(void)state;
	make_tree(tree);
	serve_warm((const char *const[]){"--log", "off", tree->path, NULL});
}

static void under_the_sites_rules_too(void **state)
{
	const struct tree *tree = tree_make();

	(void)state;
	make_tree(tree);
	serve_warm((const char *const[]){"--log", "off", "--cors", "--spa",
		"--clean-urls", "--immutable", "--header", "X-A: b", "--header",
		"/dir/* X-B: c", "--cache", "*.txt 1h", "--redirect",
		"/old/* /new/:splat", tree->path, NULL});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(what_is_at_hand_is_what_would_be_made),
		e2e_test(under_the_sites_rules_too),
	};

	return cmocka_run_group_tests_name(
		"e2e/attack_same", tests, NULL, NULL);
}
