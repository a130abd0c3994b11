/* test_serving.c - files arrive as they are; run once with each poller. */
#include "support/e2e.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MIB = 1024 * 1024 };

static const char *poller;

static void files_come_byte_for_byte(void **state)
{
	static const struct {
		const char *name;
		size_t len;
	} files[] = {{"empty", 0}, {"one", 1}, {"page", 4096}, {"odd", 65537},
		{"mebibyte", MIB}, {"more", 3 * MIB + 7}};
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		tree_file(tree, files[i].name, files[i].len);
	s = serve("--wait", poller, tree->path);
	assert_string_equal(s->root, tree->path);
	client_open(&c, s);
	/* Twice: the second time they may come from memory. */
	for (size_t i = 0; i < 2 * sizeof files / sizeof *files; i++) {
		size_t k = i % (sizeof files / sizeof *files);
		char target[32];

		snprintf(target, sizeof target, "/%s", files[k].name);
		client_ask(&c, "GET", target, "");
		client_head(&c, &a, "GET");
		answer_is(&a, 200);
		assert_int_equal(a.length, files[k].len);
		client_pattern(&c, &a, 0);
	}
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void a_hundred_mebibytes_come_byte_for_byte(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_file(tree, "large.bin", 100 * (size_t)MIB);
	s = serve("--wait", poller, tree->path);
	client_open(&c, s);
	client_ask(&c, "GET", "/large.bin", "");
	client_head(&c, &a, "GET");
	answer_is(&a, 200);
	assert_int_equal(a.length, 100 * (int64_t)MIB);
	client_pattern(&c, &a, 0);
	client_get(&c, "/large.bin.not", &a);
	answer_is(&a, 404);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void ranges_beyond_four_gibibytes_are_exact(void **state)
{
	static const struct {
		const char *range;
		const char *content_range;
		const char *body;
	} cases[] = {
		{"bytes=4294967299-4294967304",
			"bytes 4294967299-4294967304/5368709120", "beyond"},
		{"bytes=4294967300-4294967300",
			"bytes 4294967300-4294967300/5368709120", "e"},
		{"bytes=-4", "bytes 5368709116-5368709119/5368709120", "last"},
		{"bytes=5368709116-", "bytes 5368709116-5368709119/5368709120",
			"last"},
		{"bytes=5368709118-9999999999",
			"bytes 5368709118-5368709119/5368709120", "st"},
	};
	const off_t size = (off_t)5 * 1024 * MIB;
	const struct tree *tree = tree_make();
	struct answer a = {0};
	char fields[128];
	struct server *s;
	struct client c;

	(void)state;
	tree_sparse(tree, "huge.bin", size);
	tree_poke(tree, "huge.bin", (off_t)4 * 1024 * MIB + 3, "beyond");
	tree_poke(tree, "huge.bin", size - 4, "last");
	s = serve("--wait", poller, tree->path);
	client_open(&c, s);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(
			fields, sizeof fields, "Range: %s\r\n", cases[i].range);
		client_ask(&c, "GET", "/huge.bin", fields);
		client_answer(&c, &a);
		answer_is(&a, 206);
		answer_has(&a, "Content-Range", cases[i].content_range);
		answer_says(&a, cases[i].body);
	}
	client_ask(&c, "GET", "/huge.bin", "Range: bytes=5368709120-\r\n");
	client_answer(&c, &a);
	answer_is(&a, 416);
	answer_has(&a, "Content-Range", "bytes */5368709120");
	client_ask(&c, "HEAD", "/huge.bin", "");
	client_head(&c, &a, "HEAD");
	answer_has(&a, "Content-Length", "5368709120");
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void many_requests_share_a_connection(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_text(tree, "a.txt", "first");
	tree_text(tree, "b.txt", "second");
	s = serve("--wait", poller, "--log", "off", tree->path);
	client_open(&c, s);
	for (int i = 0; i < 1000; i++) {
		client_get(&c, i % 2 == 0 ? "/a.txt" : "/b.txt", &a);
		answer_is(&a, 200);
		answer_says(&a, i % 2 == 0 ? "first" : "second");
	}
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void the_client_decides_how_long_a_connection_lives(void **state)
{
	static const struct {
		const char *request;
		bool stays;
	} cases[] = {
		{"GET /a HTTP/1.1\r\nHost: t\r\n\r\n", true},
		{"GET /a HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n",
			false},
		{"GET /a HTTP/1.1\r\nHost: t\r\nConnection: x, CLOSE\r\n\r\n",
			false},
		{"GET /a HTTP/1.0\r\n\r\n", false},
		{"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
	};
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_text(tree, "a", "bytes");
	s = serve("--wait", poller, tree->path);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		client_open(&c, s);
		client_say(&c, cases[i].request);
		client_answer(&c, &a);
		answer_is(&a, 200);
		answer_says(&a, "bytes");
		if (cases[i].stays) {
			client_get(&c, "/a", &a);
			answer_is(&a, 200);
		} else {
			client_is_closed(&c);
		}
		client_close(&c);
	}
	answer_free(&a);
	server_stop(s);
}

static void head_has_the_fields_of_get_and_no_body(void **state)
{
	static const char *const targets[] = {"/a.html", "/none", "/sub"};
	static const char *const names[] = {"Content-Type", "Content-Length",
		"ETag", "Last-Modified", "Accept-Ranges", "Location",
		"Cache-Control"};
	const struct tree *tree = tree_make();
	struct answer got = {0};
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_file(tree, "a.html", 5000);
	tree_dir(tree, "sub");
	s = serve("--wait", poller, tree->path);
	client_open(&c, s);
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		client_get(&c, targets[i], &got);
		client_ask(&c, "HEAD", targets[i], "");
		client_head(&c, &a, "HEAD");
		answer_is(&a, got.status);
		for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
			const char *value = answer_field(&got, names[k]);

			if (value != NULL)
				answer_has(&a, names[k], value);
			else
				assert_null(answer_field(&a, names[k]));
		}
	}
	client_close(&c);
	answer_free(&got);
	answer_free(&a);
	server_stop(s);
}

static void a_directory_is_its_index(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;

	(void)state;
	tree_dir(tree, "sub");
	tree_dir(tree, "sub dir");
	tree_text(tree, "index.html", "<p>top");
	tree_text(tree, "sub/index.html", "<p>sub");
	s = serve("--wait", poller, tree->path);
	get(s, "/", &a);
	answer_is(&a, 200);
	answer_says(&a, "<p>top");
	answer_has(&a, "Content-Type", "text/html; charset=utf-8");
	get(s, "/sub/?x=1", &a);
	answer_is(&a, 200);
	answer_says(&a, "<p>sub");
	get(s, "/sub?x=1&y=/", &a);
	answer_is(&a, 301);
	answer_has(&a, "Location", "/sub/?x=1&y=/");
	get(s, "/sub%20dir", &a);
	answer_is(&a, 301);
	answer_has(&a, "Location", "/sub%20dir/");
	/* "//sub/" would name another host. */
	get(s, "//sub", &a);
	if (a.status == 301)
		answer_has(&a, "Location", "/sub/");
	answer_free(&a);
	server_stop(s);
}

static void types_follow_the_suffix(void **state)
{
	static const struct {
		const char *name;
		const char *type;
	} cases[] = {
		{"a.html", "text/html; charset=utf-8"},
		{"a.css", "text/css; charset=utf-8"},
		{"a.js", "text/javascript; charset=utf-8"},
		{"a.TXT", "text/plain; charset=utf-8"},
		{"a.svg", NULL},
		{"a.json", NULL},
		{"a.png", "image/png"},
		{"a.jpg", "image/jpeg"},
		{"a.wasm", "application/wasm"},
		{"a.pdf", "application/pdf"},
		{"plain", "application/octet-stream"},
		{"a.unknown", "application/octet-stream"},
	};
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	char target[32];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		tree_text(tree, cases[i].name, "x");
	s = serve("--wait", poller, tree->path);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(target, sizeof target, "/%s", cases[i].name);
		get(s, target, &a);
		answer_is(&a, 200);
		assert_non_null(answer_field(&a, "Content-Type"));
		if (cases[i].type != NULL)
			answer_has(&a, "Content-Type", cases[i].type);
	}
	answer_free(&a);
	server_stop(s);
}

static void an_unchanged_file_is_not_sent_again(void **state)
{
	const struct tree *tree = tree_make();
	char fields[256];
	struct answer a = {0};
	struct answer b = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_file(tree, "a.txt", 1000);
	s = serve("--wait", poller, tree->path);
	client_open(&c, s);
	client_get(&c, "/a.txt", &a);
	answer_is(&a, 200);
	answer_has(&a, "Accept-Ranges", "bytes");
	assert_non_null(answer_field(&a, "ETag"));
	assert_non_null(answer_field(&a, "Last-Modified"));
	assert_non_null(answer_field(&a, "Date"));
	assert_int_equal(strlen(answer_field(&a, "Date")), 29);
	assert_int_equal(answer_field(&a, "ETag")[0], '"');

	snprintf(fields, sizeof fields, "If-None-Match: \"x\", %s\r\n",
		answer_field(&a, "ETag"));
	client_ask(&c, "GET", "/a.txt", fields);
	client_answer(&c, &b);
	answer_is(&b, 304);
	answer_has(&b, "ETag", answer_field(&a, "ETag"));
	snprintf(fields, sizeof fields, "If-Modified-Since: %s\r\n",
		answer_field(&a, "Last-Modified"));
	client_ask(&c, "GET", "/a.txt", fields);
	client_answer(&c, &b);
	answer_is(&b, 304);
	client_ask(&c, "GET", "/a.txt", "If-None-Match: \"other\"\r\n");
	client_head(&c, &b, "GET");
	answer_is(&b, 200);
	client_pattern(&c, &b, 0);
	client_ask(&c, "GET", "/a.txt", "If-Match: \"other\"\r\n");
	client_answer(&c, &b);
	answer_is(&b, 412);
	client_close(&c);
	answer_free(&a);
	answer_free(&b);
	server_stop(s);
}

static void the_next_request_sees_a_change(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_text(tree, "a.txt", "one");
	s = serve("--wait", poller, tree->path);
	client_open(&c, s);
	client_get(&c, "/a.txt", &a);
	answer_says(&a, "one");
	tree_text(tree, "a.txt", "edited");
	client_get(&c, "/a.txt", &a);
	answer_says(&a, "edited");
	tree_text(tree, "b.txt", "replaced");
	assert_int_equal(
		rename(tree_path(tree, "b.txt"), tree_path(tree, "a.txt")), 0);
	client_get(&c, "/a.txt", &a);
	answer_says(&a, "replaced");
	assert_int_equal(unlink(tree_path(tree, "a.txt")), 0);
	client_get(&c, "/a.txt", &a);
	answer_is(&a, 404);
	tree_text(tree, "a.txt", "new");
	client_get(&c, "/a.txt", &a);
	answer_is(&a, 200);
	answer_says(&a, "new");
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(files_come_byte_for_byte),
		e2e_test(a_hundred_mebibytes_come_byte_for_byte),
		e2e_test(ranges_beyond_four_gibibytes_are_exact),
		e2e_test(many_requests_share_a_connection),
		e2e_test(the_client_decides_how_long_a_connection_lives),
		e2e_test(head_has_the_fields_of_get_and_no_body),
		e2e_test(a_directory_is_its_index),
		e2e_test(types_follow_the_suffix),
		e2e_test(an_unchanged_file_is_not_sent_again),
		e2e_test(the_next_request_sees_a_change),
	};
	static const char *const pollers[] = {"poll", "select", "epoll"};
	char name[32];
	int failed = 0;

	for (size_t i = 0; i < sizeof pollers / sizeof *pollers; i++) {
		poller = pollers[i];
		snprintf(name, sizeof name, "e2e/serving with %s", poller);
		if (server_waits_with(poller))
			failed += cmocka_run_group_tests_name(
				name, tests, NULL, NULL);
	}
	return failed;
}
