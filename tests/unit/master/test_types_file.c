/*
 * test_types_file.c - the file of --mime-types.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "master/types_file.h"
#include "support/e2e.h"

enum { TEXT_MAX = 1024 };

static const struct tree *tree;

static int set_up(void **state)
{
	(void)state;
	tree = tree_make();
	return 0;
}

/* Opens the file of that name in the tree; what is said of it. */
static const char *says(const char *name, int status, int *fd)
{
	static char text[TEXT_MAX];
	struct buf error = buf_on(text, sizeof text - 1);

	assert_int_equal(
		types_file_open(tree_path(tree, name), fd, &error), status);
	assert_int_equal(*fd >= 0, status == 0);
	text[error.len] = '\0';
	return text;
}

static void check_refused(const char *name, int status, const char *words)
{
	int fd;
	const char *said = says(name, status, &fd);

	if (!strstr(said, words))
		fail_msg("%s", said);
}

static void a_good_file_is_read_again_by_each_worker(void **state)
{
	const struct site_types *types;
	int fd;

	(void)state;
	tree_text(tree, "types", "x/y y\nx/z z\n");
	assert_string_equal(says("types", 0, &fd), "");
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	for (int i = 0; i < 2; i++) {
		types = types_file_load(dup(fd));
		assert_non_null(types);
		assert_int_equal(types->count, 2);
		assert_true(slice_is(
			types_find(types, SLICE("a.y")), SLICE("x/y")));
	}
	/* Edited meanwhile, with a mistake: the rest counts. */
	tree_text(tree, "types", "x/y .y\nx/q q\n");
	types = types_file_load(fd);
	assert_non_null(types);
	assert_int_equal(types->count, 1);
	assert_true(slice_is(types_find(types, SLICE("a.q")), SLICE("x/q")));
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void the_first_bad_line_is_named(void **state)
{
	(void)state;
	tree_text(tree, "one", "x/y y\n\nhtml text/html\n");
	check_refused(
		"one", 65, "/one:3: 'html' is no media type; a line must");
	tree_text(tree, "two", "x/y .y\nx/z .z\nx/z .z\n");
	check_refused("two", 65, "/two:1: '.y' is no suffix; it must stand");
	check_refused("two", 65, " (and 2 more)");
}

static void a_long_word_is_cut(void **state)
{
	char text[TEXT_MAX];
	int fd;

	(void)state;
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	tree_text(tree, "long", text);
	assert_in_range(strlen(says("long", 65, &fd)), 100, 700);
}

static void what_is_no_file_is_refused(void **state)
{
	(void)state;
	check_refused("missing", 66, "missing: No such file");
	tree_dir(tree, "dir");
	check_refused("dir", 66, "it must be a regular one");
	/* Nobody writes into it: to wait would be for ever. */
	assert_int_equal(mkfifo(tree_path(tree, "fifo"), 0600), 0);
	check_refused("fifo", 66, "it must be a regular one");
}

static void a_file_without_permission_is_77(void **state)
{
	(void)state;
	if (geteuid() == 0)
		e2e_skip("root may read everything");
	tree_text(tree, "secret", "x/y y\n");
	assert_int_equal(chmod(tree_path(tree, "secret"), 0), 0);
	check_refused("secret", 77, "secret: Permission denied");
}

static void one_mebibyte_is_enough(void **state)
{
	char *text = malloc(TYPES_TEXT_MAX + 2);
	int fd;

	(void)state;
	assert_non_null(text);
	memset(text, '#', TYPES_TEXT_MAX + 1);
	text[TYPES_TEXT_MAX] = '\0';
	tree_text(tree, "types", text);
	assert_string_equal(says("types", 0, &fd), "");
	/* It grows while we serve. */
	text[TYPES_TEXT_MAX] = '#';
	text[TYPES_TEXT_MAX + 1] = '\0';
	tree_text(tree, "types", text);
	assert_null(types_file_load(fd));
	check_refused("types", 65, "it may have 1 MiB");
	free(text);
}

static void nothing_and_an_empty_file_are_no_types(void **state)
{
	int fd;

	(void)state;
	assert_null(types_file_load(open("/dev/null", O_RDWR)));
	tree_text(tree, "empty", "");
	assert_string_equal(says("empty", 0, &fd), "");
	assert_null(types_file_load(fd));
}

static void what_cannot_be_read_is_no_end_of_a_worker(void **state)
{
	(void)state;
	assert_null(types_file_load(-1));
	assert_null(types_file_load(open("/", O_RDONLY)));
}

#define types_test(f) cmocka_unit_test_setup_teardown(f, set_up, e2e_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		types_test(a_good_file_is_read_again_by_each_worker),
		types_test(the_first_bad_line_is_named),
		types_test(a_long_word_is_cut),
		types_test(what_is_no_file_is_refused),
		types_test(a_file_without_permission_is_77),
		types_test(one_mebibyte_is_enough),
		types_test(nothing_and_an_empty_file_are_no_types),
		types_test(what_cannot_be_read_is_no_end_of_a_worker),
	};

	return cmocka_run_group_tests_name(
		"master/types_file", tests, NULL, NULL);
}
