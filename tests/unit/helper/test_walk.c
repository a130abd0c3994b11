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

#include "ground.h"

static struct ground ground;
static int root;
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
	root = ground_open(&ground, "root");
	return 0;
}

static int unmake(void **state)
{
	(void)state;
	close(root);
	ground_remove(&ground);
	return 0;
}

static int walk(const char *path)
{
	walk_begin(&w, root);
	assert_int_equal(walk_push(&w, slice_text(path), false), 0);
	return walk_on(&w, &name, &st);
}

static void the_longest_path_fits_with_a_slash_and_no_more(void **state)
{
	static char path[JOB_PATH_MAX + 1];

	(void)state;
	memset(path, '/', sizeof(path));
	walk_begin(&w, root);
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

	walk_begin(&w, root);
	assert_int_equal(walk_push(&w, slice_of(path, sizeof(path)), true), -1);
}

static void what_is_pushed_goes_first(void **state)
{
	(void)state;
	walk_begin(&w, root);
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
		cmocka_unit_test(an_error_says_why),
	};

	return cmocka_run_group_tests_name("helper/walk", tests, make, unmake);
}
