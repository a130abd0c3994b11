/* test_folders.c - many busy names in one directory, which is not what it
 * was. */
#include "support/e2e.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/folder.h"

enum { FILES = 1000, FRESH = 1000 };

static const char *const folders[] = {"swapped", "linked", "replaced"};

static void make_files(
	const struct tree *tree, const char *directory, const char *text)
{
	char name[64];

	tree_dir(tree, directory);
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof name, "%s/%d", directory, i);
		tree_text(tree, name, text);
	}
}

static void replace(const struct tree *tree, const char *from, const char *to)
{
	assert_int_equal(rename(tree_path(tree, from), tree_path(tree, to)), 0);
}

/* Asks for the files of all folders; in how many there is this text. */
static int count_text(struct client *c, struct answer *a, const char *text)
{
	char target[64];
	int count = 0;

	for (int i = 0; i < 3 * FILES; i++) {
		snprintf(
			target, sizeof target, "/%s/%d", folders[i % 3], i / 3);
		client_get(c, target, a);
		answer_is(a, 200);
		count += strcmp(a->body.at, text) == 0;
	}
	return count;
}

/* Keeps them all busy, until they vouch for each other. */
static void warm_up(struct client *c, struct answer *a)
{
	const int64_t until = await_now() + FOLDER_YOUNG + 2 * FRESH;

	do
		assert_int_equal(count_text(c, a, "old"), 3 * FILES);
	while (await_now() < until);
}

/* All are asked for without a pause. A second is enough, but for helpers that
 * are late. */
static void all_are_new_in_time(struct client *c, struct answer *a)
{
	const int64_t until = await_now() + 10 * FRESH;
	int count;

	do
		count = count_text(c, a, "new");
	while (count < 3 * FILES && await_now() < until);
	assert_int_equal(count, 3 * FILES);
}

/* The old files have other names as well. */
static void replace_files(const struct tree *tree)
{
	char from[64], to[64], kept[64];

	for (int i = 0; i < FILES; i++) {
		snprintf(from, sizeof from, "next/%d", i);
		snprintf(to, sizeof to, "replaced/%d", i);
		snprintf(kept, sizeof kept, "kept-%d", i);
		assert_int_equal(
			link(tree_path(tree, to), tree_path(tree, kept)), 0);
		replace(tree, from, to);
	}
}

static void what_has_changed_is_seen_for_all_files(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	make_files(tree, "swapped", "old");
	make_files(tree, "one", "old");
	make_files(tree, "replaced", "old");
	make_files(tree, "two", "new");
	make_files(tree, "new", "new");
	make_files(tree, "next", "new");
	tree_link(tree, "linked", "one");
	tree_link(tree, "link", "two");
	s = serve("--log", "off", tree->path);
	client_open(&c, s);
	warm_up(&c, &a);
	replace(tree, "swapped", "old");
	replace(tree, "new", "swapped");
	replace(tree, "link", "linked");
	replace_files(tree);
	all_are_new_in_time(&c, &a);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(what_has_changed_is_seen_for_all_files),
	};

	return cmocka_run_group_tests_name("e2e/folders", tests, NULL, NULL);
}
