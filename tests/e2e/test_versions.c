/* test_versions.c - a complete body is one version of the file; where that
 * cannot be, the connection is reset. */
#include "support/e2e.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LARGE = 50 * 1000 * 1000 };

/* A client in the middle of a download that does not read on: most of the file
 * was not sent yet, whatever the sockets hold. */
static struct server *half_way(
	const struct tree *tree, struct client *c, struct answer *a)
{
	struct server *s;

	tree_file(tree, "large.bin", LARGE);
	s = serve(tree->path);
	client_open(c, s);
	client_ask(c, "GET", "/large.bin", "");
	client_head(c, a, "GET");
	answer_is(a, 200);
	assert_int_equal(a->length, LARGE);
	return s;
}

/* Reads to the end, which comes too early and not gently. */
static void is_broken_off(struct client *c)
{
	int64_t got = (int64_t)(c->in.len - c->taken);

	while (!c->ended) {
		await(c->fd, POLLIN, "the end of a broken answer");
		c->taken = c->in.len;
		client_has_heard(c);
		got += (int64_t)(c->in.len - c->taken);
	}
	assert_true(c->reset);
	assert_true(got < LARGE);
}

static void the_next_one_is_whole(const struct server *s, int64_t length)
{
	struct answer a = {0};

	get(s, "/large.bin", &a);
	answer_is(&a, 200);
	assert_int_equal(a.length, length);
	answer_free(&a);
}

static void a_file_cut_short_is_never_padded(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct client c;
	struct server *s = half_way(tree, &c, &a);

	(void)state;
	assert_int_equal(truncate(tree_path(tree, "large.bin"), LARGE / 2), 0);
	is_broken_off(&c);
	the_next_one_is_whole(s, LARGE / 2);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void a_file_written_to_is_never_mixed(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct client c;
	struct server *s = half_way(tree, &c, &a);

	(void)state;
	tree_poke(tree, "large.bin", LARGE - 100, "another version");
	is_broken_off(&c);
	the_next_one_is_whole(s, LARGE);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void a_file_that_grows_is_never_mixed(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct client c;
	struct server *s = half_way(tree, &c, &a);

	(void)state;
	tree_poke(tree, "large.bin", LARGE, "and more");
	is_broken_off(&c);
	the_next_one_is_whole(s, LARGE + 8);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void a_file_replaced_is_finished_as_it_was(void **state)
{
	const struct tree *tree = tree_make();
	struct answer other = {0};
	struct answer a = {0};
	struct client c;
	struct server *s = half_way(tree, &c, &a);

	(void)state;
	tree_text(tree, "new.bin", "new");
	assert_int_equal(rename(tree_path(tree, "new.bin"),
				 tree_path(tree, "large.bin")),
		0);
	get(s, "/large.bin", &other);
	answer_says(&other, "new");
	client_pattern(&c, &a, 0);
	client_get(&c, "/large.bin", &a);
	answer_says(&a, "new");
	client_close(&c);
	answer_free(&a);
	answer_free(&other);
	server_stop(s);
}

static void a_file_removed_is_finished_as_it_was(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct client c;
	struct server *s = half_way(tree, &c, &a);

	(void)state;
	assert_int_equal(unlink(tree_path(tree, "large.bin")), 0);
	client_pattern(&c, &a, 0);
	client_get(&c, "/large.bin", &a);
	answer_is(&a, 404);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

/* A writer replaces the file all the time: each answer is one of the versions
 * from its first byte to its last. */
static void each_answer_is_one_version(void **state)
{
	enum { VERSIONS = 300, LEN = 200000 };
	static char bytes[LEN + 1];
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	s = serve(tree->path);
	client_open(&c, s);
	for (int i = 0; i < VERSIONS; i++) {
		memset(bytes, 'a' + i % 26, LEN);
		tree_text(tree, "next", bytes);
		assert_int_equal(
			rename(tree_path(tree, "next"), tree_path(tree, "now")),
			0);
		client_ask(&c, "GET", "/now", "");
		/* The next version is there before this one is read. */
		memset(bytes, 'a' + (i + 1) % 26, LEN);
		tree_text(tree, "next", bytes);
		assert_int_equal(
			rename(tree_path(tree, "next"), tree_path(tree, "now")),
			0);
		client_answer(&c, &a);
		answer_is(&a, 200);
		assert_int_equal(a.body.len, LEN);
		for (size_t k = 1; k < LEN; k++)
			if (a.body.at[k] != a.body.at[0])
				fail_msg("two versions meet at %zu", k);
		assert_true(a.body.at[0] == 'a' + i % 26 ||
			    a.body.at[0] == 'a' + (i + 1) % 26);
	}
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void a_root_swapped_by_a_link_is_seen(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;

	(void)state;
	tree_dir(tree, "one");
	tree_dir(tree, "two");
	tree_text(tree, "one/a.txt", "one");
	tree_text(tree, "two/a.txt", "two");
	tree_link(tree, "current", "one");
	s = serve(tree_path(tree, "current"));
	get(s, "/a.txt", &a);
	answer_says(&a, "one");
	tree_link(tree, "next", "two");
	assert_int_equal(
		rename(tree_path(tree, "next"), tree_path(tree, "current")), 0);
	/* A second later, at most. */
	AWAIT((get(s, "/a.txt", &a), strcmp(a.body.at, "two") == 0));
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(a_file_cut_short_is_never_padded),
		e2e_test(a_file_written_to_is_never_mixed),
		e2e_test(a_file_that_grows_is_never_mixed),
		e2e_test(a_file_replaced_is_finished_as_it_was),
		e2e_test(a_file_removed_is_finished_as_it_was),
		e2e_test(each_answer_is_one_version),
		e2e_test(a_root_swapped_by_a_link_is_seen),
	};

	return cmocka_run_group_tests_name("e2e/versions", tests, NULL, NULL);
}
