/* test_attack_names.c - links that somebody swaps, names that somebody chose,
 * neighbours that are none: not a byte from outside, nothing that is too
 * old. */
#include "support/e2e.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AT_ONCE = 40 };

static const struct tree *outside;

static void swap(const struct tree *tree, const char *name, const char *to)
{
	char next[TREE_PATH + 64];
	char there[TREE_PATH + 64];

	snprintf(next, sizeof next, "%s/.next", tree->path);
	snprintf(there, sizeof there, "%s/%s", tree->path, name);
	unlink(next);
	if (symlink(to, next) != 0 || rename(next, there) != 0)
		_exit(1);
}

static void move(const struct tree *tree, const char *from, const char *to)
{
	char one[TREE_PATH + 64];
	char other[TREE_PATH + 64];

	snprintf(one, sizeof one, "%s/%s", tree->path, from);
	snprintf(other, sizeof other, "%s/%s", tree->path, to);
	(void)rename(one, other);
}

/* Swaps for ever: links to directories and to files, inside and outside; and
 * directories for links. */
static pid_t start_swapping(const struct tree *tree)
{
	const char *name = strrchr(outside->path, '/') + 1;
	char out[TREE_PATH];
	char up[TREE_PATH];
	char file[TREE_PATH + 8];
	pid_t pid;

	snprintf(out, sizeof out, "%s", outside->path);
	snprintf(up, sizeof up, "../%s", name);
	snprintf(file, sizeof file, "%s/f", outside->path);
	fflush(NULL);
	pid = fork();
	if (pid != 0) {
		await_born(pid);
		return pid;
	}
	for (;;) {
		swap(tree, "dir", "in");
		swap(tree, "file", "in/f");
		swap(tree, "dir", out);
		swap(tree, "in/back", up);
		swap(tree, "file", file);
		swap(tree, "dir", up);
		swap(tree, "in/back", "../../../../../../tmp");
		move(tree, "real", "aside");
		swap(tree, "real", out);
		move(tree, "real", "link");
		move(tree, "aside", "real");
		swap(tree, "dir", "in/../in/./deep/..");
		swap(tree, "in/back", "..");
	}
}

static void not_a_byte_from_outside(void **state)
{
	static const char *const targets[] = {"/dir/f", "/file", "/real/f",
		"/dir/deep/g", "/in/back/in/f", "/dir/", "/real/",
		"/dir/back/dir/f", "/dir/f?x", "/real/deep/../f"};
	const size_t count = sizeof targets / sizeof *targets;
	const struct tree *tree = tree_make();
	int rounds = getenv("CONTD_LONG") ? 2500 : 500;
	long seen[6] = {0};
	struct answer a = {0};
	struct server *s;
	struct client c;
	pid_t swapper;

	(void)state;
	outside = tree_make();
	tree_text(outside, "f", "secret");
	tree_dir(outside, "deep");
	tree_text(outside, "deep/g", "secret");
	tree_text(outside, "secret", "secret");
	tree_dir(tree, "in");
	tree_text(tree, "in/f", "public");
	tree_dir(tree, "in/deep");
	tree_text(tree, "in/deep/g", "public");
	tree_dir(tree, "real");
	tree_text(tree, "real/f", "public");
	swapper = start_swapping(tree);
	s = serve("--log", "off", "--listing", "on", tree->path);
	client_open(&c, s);
	for (int i = 0; i < rounds; i++) {
		for (int k = 0; k < AT_ONCE; k++)
			client_ask(&c, "GET", targets[(size_t)(i + k) % count],
				k % 3 ? "" : "Accept: application/json\r\n");
		for (int k = 0; k < AT_ONCE; k++) {
			client_answer(&c, &a);
			seen[a.status / 100]++;
			if (a.status == 500)
				fail_msg("500 for %s",
					targets[(size_t)(i + k) % count]);
			if (strstr(a.body.at, "secret"))
				fail_msg("%s is from outside: %.200s",
					targets[(size_t)(i + k) % count],
					a.body.at);
			if (a.status == 200 && a.length == 6)
				answer_says(&a, "public");
		}
	}
	print_message("2xx %ld, 3xx %ld, 4xx %ld, 5xx %ld\n", seen[2], seen[3],
		seen[4], seen[5]);
	assert_true(seen[2] > 0 && seen[4] > 0);
	kill(swapper, SIGKILL);
	await_exit(swapper);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

/* ---- neighbours ---- */

static void is_packed(const struct server *s, const char *body)
{
	struct answer a = {0};

	get_with(s, "/a.css", "Accept-Encoding: gzip\r\n", &a);
	answer_is(&a, 200);
	if (body) {
		answer_has(&a, "Content-Encoding", "gzip");
		answer_says(&a, body);
		answer_has(&a, "Content-Type", "text/css; charset=utf-8");
	} else {
		assert_null(answer_field(&a, "Content-Encoding"));
		assert_int_equal(a.body.len, 500);
	}
	answer_free(&a);
}

/* A new server each: what it knew of another neighbour does not count. */
static void with_neighbour(
	const struct tree *tree, const char *name, const char *body)
{
	struct server *s = serve("--log", "off", tree->path);

	if (name)
		assert_int_equal(rename(tree_path(tree, name),
					 tree_path(tree, "a.css.gz")),
			0);
	is_packed(s, body);
	is_packed(s, body);
	server_stop(s);
}

static void a_neighbour_must_be_a_file_and_not_older(void **state)
{
	const struct tree *tree = tree_make();

	(void)state;
	outside = tree_make();
	tree_text(outside, "f", "secret");
	tree_file(tree, "a.css", 500);
	tree_age(tree, "a.css", 1000);
	tree_text(tree, "older", "older");
	tree_age(tree, "older", 1001);
	with_neighbour(tree, "older", NULL);
	tree_text(tree, "equal", "equal");
	tree_age(tree, "equal", 1000);
	tree_age(tree, "a.css", 1000);
	with_neighbour(tree, "equal", "equal");
	tree_link(tree, "inside", "a.css");
	tree_link(tree, "out", tree_path(outside, "f"));
	with_neighbour(tree, "out", NULL);
	tree_link(tree, "nowhere", "nowhere");
	with_neighbour(tree, "nowhere", NULL);
	assert_int_equal(mkfifo(tree_path(tree, "fifo"), 0666), 0);
	with_neighbour(tree, "fifo", NULL);
	unlink(tree_path(tree, "a.css.gz"));
	tree_dir(tree, "a.css.gz");
	with_neighbour(tree, NULL, NULL);
	rmdir(tree_path(tree, "a.css.gz"));
	tree_text(tree, "new", "new");
	with_neighbour(tree, "new", "new");
}

static void a_neighbour_that_grows_old_is_not_sent_again(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s;

	(void)state;
	tree_file(tree, "a.css", 500);
	tree_text(tree, "a.css.gz", "first");
	s = serve("--log", "off", tree->path);
	for (int i = 0; i < 50; i++) {
		is_packed(s, i % 2 ? "other" : "first");
		/* The source is newer, by any clock. */
		tree_age(tree, "a.css", -10);
		is_packed(s, NULL);
		/* Rewritten, and replaced, by a newer one. */
		tree_text(tree, i % 4 < 2 ? "a.css.gz" : "next",
			i % 2 ? "first" : "other");
		if (i % 4 >= 2)
			assert_int_equal(rename(tree_path(tree, "next"),
						 tree_path(tree, "a.css.gz")),
				0);
		tree_age(tree, "a.css", 3600);
	}
	server_stop(s);
}

/* ---- names ---- */

static void odd_names_are_listed_and_found(void **state)
{
	static const char *const names[] = {"a b", "a&b<c>\"'", "a%20b", "?q",
		"#h", "a:b", "\xff\xfe", "\n", "\t", "~", "-", "con..", "a\\b",
		"\xf0\x9f\x98\x80", "a\x7f", "javascript:alert(1)", "..a",
		"%2e%2e", "a;b=c", "+", "\x01"};
	const size_t count = sizeof names / sizeof *names;
	const struct tree *tree = tree_make();
	struct answer page = {0};
	struct answer a = {0};
	const char *at;
	struct server *s;
	size_t found = 0;

	(void)state;
	tree_dir(tree, "d");
	for (size_t i = 0; i < count; i++) {
		char name[64];

		snprintf(name, sizeof name, "d/%s", names[i]);
		tree_text(tree, name, names[i]);
	}
	s = serve("--listing", "on", tree->path);
	get(s, "/d/", &page);
	answer_is(&page, 200);
	for (at = page.body.at; (at = strstr(at, "<tr><td><a href=\"")); at++) {
		char target[256] = "/d/";

		at += 17;
		snprintf(target + 3, sizeof target - 3, "%.*s",
			(int)strcspn(at, "\""), at);
		if (strcmp(target, "/d/../") == 0)
			continue;
		get(s, target, &a);
		answer_is(&a, 200);
		for (size_t i = 0; i < count; i++)
			found += strcmp(a.body.at, names[i]) == 0;
	}
	/* "..a" begins with a dot. */
	assert_int_equal(found, count - 1);
	assert_null(strstr(page.body.at, "<c>"));
	answer_free(&page);
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(not_a_byte_from_outside),
		e2e_test(a_neighbour_must_be_a_file_and_not_older),
		e2e_test(a_neighbour_that_grows_old_is_not_sent_again),
		e2e_test(odd_names_are_listed_and_found),
	};

	return cmocka_run_group_tests_name(
		"e2e/attack-names", tests, NULL, NULL);
}
