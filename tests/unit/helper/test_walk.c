/* test_walk.c - the walk by itself: its room, its stack, its errors. What it
 * finds is test_lookup.c's. */
#include "helper/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "below.h"

static enum site_links policy;
static struct walk w;
static const char *name;
static struct stat st;

static int make(void **state)
{
	(void)state;
	ground_make(&ground);
	ground_directory(&ground, "root/dir");
	ground_directory(&ground, "root/dir/sub");
	ground_file(&ground, "root/dir/file", "a file");
	ground_link(&ground, "root/up", "..");
	ground_link(&ground, "root/absolute", "/");
	ground_link(&ground, "root/circle", "circle");
	ground_link(&ground, "root/self", ".");
	root = ground_open(&ground, "root");
	return 0;
}

static int walk(const char *path)
{
	walk_begin(&w, root, policy);
	assert_int_equal(walk_push(&w, slice_text(path), false), 0);
	return walk_on(&w, &name, &st);
}

static void the_longest_path_fits_with_a_slash_and_no_more(void **state)
{
	static char path[JOB_PATH_MAX + 1];

	(void)state;
	memset(path, '/', sizeof(path));
	walk_begin(&w, root, policy);
	assert_int_equal(walk_push(&w, slice_of(path, JOB_PATH_MAX), true), 0);
	assert_int_equal(w.at, 0);
	assert_int_equal(walk_push(&w, SLICE(""), false), 0);
	assert_int_equal(walk_push(&w, SLICE(""), true), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	assert_int_equal(walk_push(&w, SLICE("a"), false), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	/* What did not fit has changed nothing. */
	assert_int_equal(walk_on(&w, &name, &st), 0);
	assert_int_equal(walk_dir(&w), root);

	walk_begin(&w, root, policy);
	assert_int_equal(walk_push(&w, slice_of(path, sizeof(path)), true), -1);
}

static void what_is_pushed_goes_first(void **state)
{
	(void)state;
	walk_begin(&w, root, policy);
	assert_int_equal(walk_push(&w, SLICE("file"), false), 0);
	assert_int_equal(walk_push(&w, SLICE("dir"), true), 0);
	assert_int_equal(walk_on(&w, &name, &st), 1);
	assert_string_equal(name, "file");
	assert_int_equal(w.depth, 1);
	walk_end(&w);
}

static void the_last_name_can_be_looked_at_again(void **state)
{
	(void)state;
	assert_int_equal(walk("dir/file"), 1);
	walk_again(&w, name);
	assert_int_equal(walk_on(&w, &name, &st), 1);
	assert_string_equal(name, "file");
	assert_int_equal(st.st_size, 6);
	/* And the path is used up behind it. */
	assert_int_equal(walk_on(&w, &name, &st), 0);
	assert_int_equal(w.depth, 1);
	walk_end(&w);
}

static void the_stack_grows_and_shrinks(void **state)
{
	size_t before = descriptors_open();

	(void)state;
	assert_int_equal(walk("dir/sub/"), 0);
	assert_int_equal(w.depth, 2);
	assert_int_equal(descriptors_open(), before + 2);
	assert_int_equal(walk_push(&w, SLICE("../../dir"), true), 0);
	assert_int_equal(walk_on(&w, &name, &st), 0);
	assert_int_equal(w.depth, 1);
	assert_int_equal(descriptors_open(), before + 1);
	walk_end(&w);
	assert_int_equal(walk_dir(&w), root);
	assert_int_equal(descriptors_open(), before);
}

/* The last directories of a long way. */
static void go_deep(size_t depth)
{
	walk_begin(&w, root, policy);
	for (size_t i = 0; i < depth; i++) {
		assert_int_equal(walk_push(&w, SLICE("d"), true), 0);
		assert_int_equal(walk_on(&w, &name, &st), 0);
	}
	assert_int_equal(w.depth, depth);
}

static int climb_up(struct walk *walker, size_t steps)
{
	int result = 0;

	for (size_t i = 0; i < steps && result == 0; i++) {
		assert_int_equal(walk_push(walker, SLICE(".."), true), 0);
		result = walk_on(walker, &name, &st);
	}
	return result;
}

/* The way down has a number in each directory: the one that it stands in. */
static void stands_at(const struct walk *walker, ino_t number)
{
	assert_int_equal(fstat(walk_dir(walker), &st), 0);
	assert_true(st.st_ino == number);
}

static ino_t numbers[3 * WALK_DEPTH]; /* inodes, by depth */

static void make_deep(void)
{
	static char path[sizeof("root/") + 2 * 3 * WALK_DEPTH] = "root";

	for (size_t i = 0; i < 3 * WALK_DEPTH; i++) {
		assert_int_equal(fstatat(ground.dir, path, &st, 0), 0);
		numbers[i] = st.st_ino;
		strcat(path, "/d");
		ground_directory(&ground, path);
	}
}

static void the_stack_keeps_the_last_directories(void **state)
{
	size_t before = descriptors_open();
	size_t deep = WALK_DEPTH + 7;

	(void)state;
	make_deep();
	go_deep(deep);
	assert_int_equal(descriptors_open(), before + WALK_DEPTH);
	assert_int_equal(climb_up(&w, WALK_DEPTH - 1), 0);
	stands_at(&w, numbers[deep - WALK_DEPTH + 1]);
	assert_int_equal(descriptors_open(), before + 1);
	/* What is not kept is not gone back to, not even to the root. */
	assert_int_equal(climb_up(&w, 1), -1);
	assert_int_equal(errno, ELOOP);
	walk_end(&w);
	assert_int_equal(descriptors_open(), before);
	assert_int_equal(fstat(root, &st), 0);
}

static void a_stack_that_is_full_leads_to_the_root(void **state)
{
	size_t before = descriptors_open();

	(void)state;
	go_deep(WALK_DEPTH);
	assert_int_equal(climb_up(&w, WALK_DEPTH), 0);
	assert_int_equal(walk_dir(&w), root);
	assert_int_equal(climb_up(&w, 1), -1);
	assert_int_equal(errno, EACCES);
	walk_end(&w);
	assert_int_equal(descriptors_open(), before);
}

/* ---- branches ---- */

/* It forgets what it borrowed, and closes only what it opened. */
static void a_branch_goes_deeper_than_the_stack(void **state)
{
	size_t before = descriptors_open();
	size_t deep = WALK_DEPTH + 7;
	static struct walk branch;

	(void)state;
	go_deep(deep);
	for (size_t further = 1; further < WALK_DEPTH + 5; further++) {
		walk_branch(&branch, &w);
		for (size_t i = 0; i < further; i++) {
			assert_int_equal(
				walk_push(&branch, SLICE("d"), true), 0);
			assert_int_equal(walk_on(&branch, &name, &st), 0);
		}
		stands_at(&branch, numbers[deep + further]);
		assert_int_equal(climb_up(&branch, WALK_DEPTH - 1), 0);
		stands_at(&branch, numbers[deep + further - WALK_DEPTH + 1]);
		assert_int_equal(climb_up(&branch, 1), -1);
		walk_end(&branch);
		assert_int_equal(descriptors_open(), before + WALK_DEPTH);
		stands_at(&w, numbers[deep]);
	}
	assert_int_equal(climb_up(&w, WALK_DEPTH - 1), 0);
	stands_at(&w, numbers[deep - WALK_DEPTH + 1]);
	walk_end(&w);
	assert_int_equal(descriptors_open(), before);
}

static void a_branch_leaves_the_walk_where_it_stands(void **state)
{
	static const char *const paths[] = {"", ".", "..", "../..", "file",
		"../sub", "../../dir/sub/../file", "../../up", "missing"};
	size_t before = descriptors_open();
	struct stat there, still;

	(void)state;
	assert_int_equal(walk("dir/sub/"), 0);
	assert_int_equal(fstat(walk_dir(&w), &there), 0);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		static struct walk branch;

		walk_branch(&branch, &w);
		assert_int_equal(
			walk_push(&branch, slice_text(paths[i]), false), 0);
		walk_on(&branch, &name, &st);
		walk_end(&branch);
		assert_int_equal(descriptors_open(), before + 2);
		assert_int_equal(fstat(walk_dir(&w), &still), 0);
		assert_true(there.st_ino == still.st_ino);
	}
	walk_end(&w);
	assert_int_equal(descriptors_open(), before);
}

/* Borrowed directories above it are left, entered ones are its own. */
static void a_branch_goes_up_and_down(void **state)
{
	size_t before = descriptors_open();
	static struct walk branch;

	(void)state;
	assert_int_equal(walk("dir/sub/"), 0);
	walk_branch(&branch, &w);
	assert_int_equal(
		walk_push(&branch, SLICE("../../dir/sub/../file"), false), 0);
	assert_int_equal(walk_on(&branch, &name, &st), 1);
	assert_int_equal(st.st_size, 6);
	assert_int_equal(branch.depth, 1);
	assert_int_equal(branch.borrowed, 1);
	assert_int_equal(descriptors_open(), before + 3);
	walk_end(&branch);
	assert_int_equal(descriptors_open(), before + 2);
	walk_end(&w);
	assert_int_equal(descriptors_open(), before);
}

static void a_branch_counts_the_links_on_its_way(void **state)
{
	static struct walk branch;

	(void)state;
	assert_int_equal(walk("self/"), 0);
	assert_int_equal(w.links, 1);
	w.links = WALK_LINKS - 1;
	walk_branch(&branch, &w);
	assert_int_equal(walk_push(&branch, SLICE("self"), false), 0);
	assert_int_equal(walk_on(&branch, &name, &st), 0);
	assert_int_equal(walk_push(&branch, SLICE("self"), false), 0);
	assert_int_equal(walk_on(&branch, &name, &st), -1);
	assert_int_equal(errno, ELOOP);
	walk_end(&branch);
	walk_end(&w);
}

/* ---- the bottom ---- */

static void another_bottom_is_ours_and_the_root_is_not(void **state)
{
	size_t before = descriptors_open();
	struct stat slash;

	(void)state;
	policy = SITE_LINKS_ALL;
	assert_int_equal(stat("/", &slash), 0);
	assert_int_equal(walk("dir/sub/../../absolute/"), 0);
	assert_int_equal(w.depth, 0);
	assert_int_equal(fstat(walk_dir(&w), &st), 0);
	assert_true(st.st_dev == slash.st_dev && st.st_ino == slash.st_ino);
	assert_int_equal(descriptors_open(), before + 1);
	walk_end(&w);
	walk_end(&w);
	policy = SITE_LINKS_WITHIN_ROOT;
	assert_int_equal(descriptors_open(), before);
	assert_int_equal(fstat(root, &st), 0);
}

static void from_far_below_another_bottom_leaves_nothing_open(void **state)
{
	size_t before = descriptors_open();

	(void)state;
	policy = SITE_LINKS_ALL;
	go_deep(2 * WALK_DEPTH);
	assert_int_equal(symlinkat("/", walk_dir(&w), "top"), 0);
	assert_int_equal(walk_push(&w, SLICE("top"), true), 0);
	assert_int_equal(walk_on(&w, &name, &st), 0);
	assert_int_equal(w.depth, 0);
	assert_int_equal(descriptors_open(), before + 1);
	walk_end(&w);
	policy = SITE_LINKS_WITHIN_ROOT;
	assert_int_equal(descriptors_open(), before);
	assert_int_equal(fstat(root, &st), 0);
}

static void an_error_says_why(void **state)
{
	static const struct {
		const char *path;
		int error;
	} cases[] = {
		{"missing", ENOENT},
		{"missing/file", ENOENT},
		{"dir/file/", ENOTDIR},
		{"dir/file/..", ENOTDIR},
		{"..", EACCES},
		{"dir/../..", EACCES},
		{"up", EACCES},
		{"up/root/dir/file", EACCES},
		{"absolute", EACCES},
		{"absolute/etc", EACCES},
		{"circle", ELOOP},
		{"circle/file", ELOOP},
	};
	size_t before = descriptors_open();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int result = walk(cases[i].path);
		int error = errno;

		walk_end(&w);
		if (result != -1 || error != cases[i].error)
			fail_msg("%s: %d, %s", cases[i].path, result,
				strerror(error));
		assert_int_equal(descriptors_open(), before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_longest_path_fits_with_a_slash_and_no_more),
		cmocka_unit_test(what_is_pushed_goes_first),
		cmocka_unit_test(the_last_name_can_be_looked_at_again),
		cmocka_unit_test(the_stack_grows_and_shrinks),
		cmocka_unit_test(the_stack_keeps_the_last_directories),
		cmocka_unit_test(a_stack_that_is_full_leads_to_the_root),
		cmocka_unit_test(a_branch_goes_deeper_than_the_stack),
		cmocka_unit_test(a_branch_leaves_the_walk_where_it_stands),
		cmocka_unit_test(a_branch_goes_up_and_down),
		cmocka_unit_test(a_branch_counts_the_links_on_its_way),
		cmocka_unit_test(another_bottom_is_ours_and_the_root_is_not),
		cmocka_unit_test(
			from_far_below_another_bottom_leaves_nothing_open),
		cmocka_unit_test(an_error_says_why),
	};

	return cmocka_run_group_tests_name("helper/walk", tests, make, unmake);
}
