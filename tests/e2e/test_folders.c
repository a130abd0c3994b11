/* test_folders.c - many busy names in one directory, which is not what it
 * was. */
#include "support/e2e.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files/folder.h"

enum { FILES = 1000, FRESH = 2000 };

/* Every name is looked up itself one day: that must not help it out here. */
_Static_assert(FOLDER_TRUST *FRESH >= 2 * AWAIT_LIMIT, "names help themselves");

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

/* Whether nothing was changed in any folder for so many milliseconds. */
static bool are_left_alone(const struct tree *tree, int64_t milliseconds)
{
	struct timespec now;
	struct stat st;

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		assert_int_equal(stat(tree_path(tree, folders[i]), &st), 0);
		assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);
		if ((now.tv_sec - st.st_ctim.tv_sec) * 1000 +
				(now.tv_nsec - st.st_ctim.tv_nsec) / 1000000 <
			milliseconds)
			return false;
	}
	return true;
}

/* Keeps them all busy until they vouch for each other: each was looked up again
 * after its folder had settled. */
static void warm_up(const struct tree *tree, struct client *c, struct answer *a)
{
	AWAIT((assert_int_equal(count_text(c, a, "old"), 3 * FILES),
		are_left_alone(tree, FOLDER_YOUNG + 2 * FRESH)));
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
	s = serve("--log", "off", "--fresh", "2s", tree->path);
	client_open(&c, s);
	warm_up(tree, &c, &a);
	replace(tree, "swapped", "old");
	replace(tree, "new", "swapped");
	replace(tree, "link", "linked");
	replace_files(tree);
	AWAIT(count_text(&c, &a, "new") == 3 * FILES);
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
