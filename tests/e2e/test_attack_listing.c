/* test_attack_listing.c - directories that are huge, that change while they are
 * read, and that are asked for with everything that HTTP has. */
#include "support/e2e.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void touch(const struct tree *tree, const char *name)
{
	int fd = open(tree_path(tree, name), O_WRONLY | O_CREAT, 0644);

	assert_true(fd >= 0);
	close(fd);
}

static size_t count_of(const char *text, const char *words)
{
	size_t count = 0;

	while ((text = strstr(text, words)) != NULL) {
		text += strlen(words);
		count++;
	}
	return count;
}

/* ---- a hundred thousand ---- */

static void small_requests_overtake_a_huge_listing(void **state)
{
	enum { SMALL = 200 };
	const int entries = getenv("CONTD_LONG") ? 100000 : 30000;
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client big;
	struct client c;
	char name[64];
	int64_t len;

	(void)state;
	tree_text(tree, "small", "small");
	tree_dir(tree, "d");
	for (int i = 0; i < entries; i++) {
		snprintf(name, sizeof name, "d/a-rather-long-name-%06d.txt", i);
		touch(tree, name);
	}
	/* A test under a sanitizer may be silent for long. */
	s = serve("--log", "off", "--listing", "on", "--idle-timeout", "0",
		tree->path);
	client_open(&c, s);
	client_open(&big, s);
	client_ask(&big, "GET", "/d/", "");
	for (int i = 0; i < SMALL; i++) {
		client_get(&c, i % 2 ? "/small" : "/none", &a);
		answer_is(&a, i % 2 ? 200 : 404);
	}
	/* Most of it can not even be in the buffers: it was not rendered. */
	assert_false(client_has_heard(&big));
	client_answer(&big, &a);
	answer_is(&a, 200);
	assert_int_equal(
		count_of(a.body.at, "<tr><td><a href=\"a-rather"), entries);
	assert_string_equal(a.body.at + a.body.len - 8, "</html>\n");
	len = a.length;
	client_ask(&big, "HEAD", "/d/", "");
	client_head(&big, &a, "HEAD");
	answer_is(&a, 200);
	assert_int_equal(atol(answer_field(&a, "Content-Length")), len);
	client_close(&big);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

/* ---- one that changes ---- */

static pid_t start_changing(const struct tree *tree)
{
	char one[TREE_PATH + 64];
	char other[TREE_PATH + 64];
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid != 0) {
		await_born(pid);
		return pid;
	}
	for (unsigned i = 0;; i++) {
		snprintf(one, sizeof one, "%s/d/new%u", tree->path, i % 50);
		snprintf(other, sizeof other, "%s/d/other%u", tree->path,
			i * 7 % 50);
		close(open(one, O_WRONLY | O_CREAT, 0644));
		(void)rename(one, other);
		(void)unlink(one);
		(void)!symlink("stays000", one);
		(void)mkdir(other, 0755);
		(void)rmdir(other);
		if (i % 1000 == 0) {
			snprintf(one, sizeof one, "%s/d", tree->path);
			snprintf(other, sizeof other, "%s/aside", tree->path);
			(void)rename(one, other);
			(void)rename(other, one);
		}
	}
}

static void a_directory_that_changes_is_listed_in_one_piece(void **state)
{
	enum { STAYS = 300 };
	const int rounds = getenv("CONTD_LONG") ? 3000 : 300;
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;
	char name[64];
	pid_t changer;
	int whole = 0;

	(void)state;
	tree_dir(tree, "d");
	for (int i = 0; i < STAYS; i++) {
		snprintf(name, sizeof name, "d/stays%03d", i);
		touch(tree, name);
	}
	changer = start_changing(tree);
	s = serve("--log", "off", "--listing", "on", tree->path);
	client_open(&c, s);
	for (int i = 0; i < rounds; i++) {
		bool json = i % 2;

		client_get(&c, json ? "/d/?format=json" : "/d/?sort=time", &a);
		/* It was set aside for a moment. */
		if (a.status == 404)
			continue;
		answer_is(&a, 200);
		whole++;
		assert_int_equal(count_of(a.body.at, json ? "\"name\":\"stays"
							  : "href=\"stays"),
			STAYS);
		assert_string_equal(a.body.at + a.body.len - (json ? 2 : 8),
			json ? "]\n" : "</html>\n");
	}
	assert_true(whole > 0);
	kill(changer, SIGKILL);
	await_exit(changer);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void a_change_is_in_the_next_listing(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	char name[64];
	char href[64];

	(void)state;
	s = serve("--log", "off", "--listing", "on", tree->path);
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "n%d", i);
		snprintf(href, sizeof href, "href=\"n%d\"", i);
		touch(tree, name);
		get(s, "/", &a);
		assert_non_null(strstr(a.body.at, href));
		unlink(tree_path(tree, name));
		get(s, "/", &a);
		assert_null(strstr(a.body.at, href));
	}
	/* And an index takes its place at once. */
	tree_text(tree, "index.html", "index");
	AWAIT((get(s, "/", &a), strcmp(a.body.at, "index") == 0));
	answer_free(&a);
	server_stop(s);
}

/* ---- how it is asked for ---- */

static const struct tree *three_files(void)
{
	const struct tree *tree = tree_make();

	tree_file(tree, "b", 10);
	tree_age(tree, "b", 300);
	tree_file(tree, "a", 30);
	tree_age(tree, "a", 200);
	tree_file(tree, "c", 20);
	tree_age(tree, "c", 100);
	tree_dir(tree, "z");
	return tree;
}

static void it_is_sorted_as_asked(void **state)
{
	static const struct {
		const char *query;
		const char *names; /* files, in this order */
	} cases[] = {
		{"", "abc"},
		{"?", "abc"},
		{"?sort=name", "abc"},
		{"?sort=name&order=desc", "cba"},
		{"?order=desc", "cba"},
		{"?sort=size", "bca"},
		{"?sort=size&order=asc", "bca"},
		{"?sort=size&order=desc", "acb"},
		{"?order=desc&sort=size", "acb"},
		{"?sort=time", "bac"},
		{"?sort=time&order=desc", "cab"},
		{"?sort=nothing", "abc"},
		{"?x=y&sort=time&z", "bac"},
		{"?sort=size&sort=time", "bca"},
		{"?sort=time&sort=size", "bac"},
		{"?sort=name&sort=size", "abc"},
		{"?&&&", "abc"},
		{"?sort=", "abc"},
	};
	const struct tree *tree = three_files();
	struct answer a = {0};
	struct server *s;

	(void)state;
	s = serve("--listing", "on", tree->path);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char target[128];
		const char *at[3];

		snprintf(target, sizeof target, "/%s", cases[i].query);
		get_with(s, target, "Accept: application/json\r\n", &a);
		answer_is(&a, 200);
		answer_has(&a, "Content-Type", "application/json");
		for (int k = 0; k < 3; k++) {
			char name[32];

			snprintf(name, sizeof name, "\"name\":\"%c\"",
				cases[i].names[k]);
			at[k] = strstr(a.body.at, name);
			assert_non_null(at[k]);
		}
		if (at[0] > at[1] || at[1] > at[2])
			fail_msg("%s is not %s", target, cases[i].names);
		/* Directories come first. */
		assert_true(strstr(a.body.at, "\"name\":\"z\"") < at[0]);
	}
	answer_free(&a);
	server_stop(s);
}

static void conditions_and_ranges_do_no_harm(void **state)
{
	static const struct {
		const char *fields;
		int status;
	} cases[] = {
		{"Range: bytes=0-9\r\n", 200},
		{"Range: bytes=0-9,20-29\r\n", 200},
		{"Range: bytes=99999999-\r\n", 200},
		{"If-Range: \"x\"\r\nRange: bytes=0-9\r\n", 200},
		{"If-None-Match: \"x\"\r\n", 200},
		{"If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 200},
		{"If-Match: *\r\n", 200},
		/* RFC 9110, 13.1.1: no etag matches. */
		{"If-Match: \"x\"\r\n", 412},
		/* 13.1.2: there is a representation. */
		{"If-None-Match: *\r\n", 304},
	};
	const struct tree *tree = three_files();
	struct answer a = {0};
	struct server *s;

	(void)state;
	s = serve("--listing", "on", tree->path);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		get_with(s, "/", cases[i].fields, &a);
		if (a.status != cases[i].status)
			fail_msg("%d and not %d for %s", a.status,
				cases[i].status, cases[i].fields);
		assert_null(answer_field(&a, "Content-Range"));
		if (a.status == 200)
			assert_string_equal(
				a.body.at + a.body.len - 8, "</html>\n");
	}
	answer_free(&a);
	server_stop(s);
}

static void head_and_get_agree(void **state)
{
	static const char *const targets[] = {"/", "/?format=json",
		"/z/?sort=size&order=desc", "/z", "/?format=json&sort=time"};
	const struct tree *tree = three_files();
	struct answer head = {0};
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	s = serve("--listing", "on", tree->path);
	client_open(&c, s);
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		client_ask(&c, "HEAD", targets[i], "");
		client_head(&c, &head, "HEAD");
		client_get(&c, targets[i], &a);
		answer_is(&head, a.status);
		assert_int_equal(head.field_count, a.field_count);
		for (size_t k = 0; k < a.field_count; k++)
			if (strcmp(a.fields[k].name, "Date") != 0)
				answer_has(&head, a.fields[k].name,
					a.fields[k].value);
	}
	client_close(&c);
	answer_free(&a);
	answer_free(&head);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(small_requests_overtake_a_huge_listing),
		e2e_test(a_directory_that_changes_is_listed_in_one_piece),
		e2e_test(a_change_is_in_the_next_listing),
		e2e_test(it_is_sorted_as_asked),
		e2e_test(conditions_and_ranges_do_no_harm),
		e2e_test(head_and_get_agree),
	};

	return cmocka_run_group_tests_name(
		"e2e/attack-listing", tests, NULL, NULL);
}
