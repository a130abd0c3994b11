/* test_folders.c - many busy names in one directory, which is not what it was. */
#include "support/e2e.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/folder.h"

enum { FILES = 1000, FRESH = 1000 };

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

/* Asks for all files; in how many there is this text. */
static int count_text(struct client *c, struct answer *a, const char *text)
{
	char target[64];
	int count = 0;

	for (int i = 0; i < FILES; i++) {
		snprintf(target, sizeof target, "/d/%d", i);
		client_get(c, target, a);
		answer_is(a, 200);
		count += strcmp(a->body.at, text) == 0;
	}
	return count;
}

/* Keeps them all busy, until they vouch for each other. */
static void warm_up(struct client *c, struct answer *a, const char *text)
{
	const int64_t until = await_now() + FOLDER_YOUNG + 2 * FRESH;

	do
		assert_int_equal(count_text(c, a, text), FILES);
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
	while (count < FILES && await_now() < until);
	assert_int_equal(count, FILES);
}

static void swap_directories(const struct tree *tree)
{
	assert_int_equal(
		rename(tree_path(tree, "d"), tree_path(tree, "old")), 0);
	assert_int_equal(
		rename(tree_path(tree, "new"), tree_path(tree, "d")), 0);
}

static void swap_links(const struct tree *tree)
{
	tree_link(tree, "next", "new");
	assert_int_equal(
		rename(tree_path(tree, "next"), tree_path(tree, "d")), 0);
}

/* The old files have other names as well. */
static void replace_files(const struct tree *tree)
{
	char from[64], to[64], kept[64];

	for (int i = 0; i < FILES; i++) {
		snprintf(from, sizeof from, "new/%d", i);
		snprintf(to, sizeof to, "d/%d", i);
		snprintf(kept, sizeof kept, "kept-%d", i);
		assert_int_equal(
			link(tree_path(tree, to), tree_path(tree, kept)), 0);
		assert_int_equal(
			rename(tree_path(tree, from), tree_path(tree, to)), 0);
	}
}

static void what_has_changed_is_seen(
	const char *old, void (*change)(const struct tree *tree))
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	make_files(tree, old, "old");
	make_files(tree, "new", "new");
	if (strcmp(old, "d") != 0)
		tree_link(tree, "d", old);
	s = serve("--log", "off", "--symlinks", "within-root", tree->path);
	client_open(&c, s);
	warm_up(&c, &a, "old");
	change(tree);
	all_are_new_in_time(&c, &a);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void a_directory_swapped_is_seen_for_all_files(void **state)
{
	(void)state;
	what_has_changed_is_seen("d", swap_directories);
}

static void so_is_a_link_to_one(void **state)
{
	(void)state;
	what_has_changed_is_seen("one", swap_links);
}

static void files_that_were_replaced_are_seen(void **state)
{
	(void)state;
	what_has_changed_is_seen("d", replace_files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(a_directory_swapped_is_seen_for_all_files),
		e2e_test(so_is_a_link_to_one),
		e2e_test(files_that_were_replaced_are_seen),
	};

	return cmocka_run_group_tests_name("e2e/folders", tests, NULL, NULL);
}
