/*
 * test_paths.c - names that hold wherever the process goes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "master/paths.h"

static void paths_are_below_the_current_directory(void **state)
{
	static const struct {
		const char *path;
		const char *want;
	} cases[] = {
		{".", "/usr"},
		{"./", "/usr"},
		{"lib", "/usr/lib"},
		{"lib//", "/usr/lib"},
		{"./lib/./x", "/usr/lib/x"},
		{"../srv", "/usr/../srv"}, /* /usr may be a link */
		{"/", "/"},
		{"//", "/"},
		{"/.", "/"},
		{"/srv/www/", "/srv/www"},
		{"...", "/usr/..."},
		{".x", "/usr/.x"},
	};

	(void)state;
	assert_int_equal(chdir("/usr"), 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *whole = paths_absolute(cases[i].path);

		assert_non_null(whole);
		assert_string_equal(whole, cases[i].want);
		free(whole);
	}
}

static void a_vanished_directory_is_an_error(void **state)
{
	char name[] = "/tmp/test_paths.XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(name));
	assert_int_equal(chdir(name), 0);
	assert_int_equal(rmdir(name), 0);
	assert_null(paths_absolute("x"));
	assert_int_equal(chdir("/usr"), 0);
}

static void the_words_of_the_command_line_follow(void **state)
{
	char log[] = "--log-file=l";
	char unix_option[] = "--listen=unix:s";
	char *argv[] = {log, "--pid-file", "p", unix_option, "--listen", ":80",
		"--", "site"};
	struct options o;
	char text[64];
	struct buf error = buf_on(text, sizeof text);

	(void)state;
	assert_int_equal(chdir("/usr"), 0);
	assert_int_equal(options_parse(8, argv, &o, &error), 0);
	assert_int_equal(paths_settle(8, argv, &o), 0);
	assert_string_equal(argv[0], "--log-file=/usr/l");
	assert_string_equal(argv[1], "--pid-file");
	assert_string_equal(argv[2], "/usr/p");
	assert_string_equal(argv[3], "--listen=unix:/usr/s");
	assert_string_equal(argv[5], ":80");
	assert_string_equal(argv[7], "/usr/site");
	assert_string_equal(o.log_file, "/usr/l");
	assert_string_equal(o.pid_file, "/usr/p");
	assert_string_equal(o.listen[0], "unix:/usr/s");
	assert_string_equal(o.listen[1], ":80");
	assert_string_equal(o.root, "/usr/site");
	/* The children read the very same. */
	assert_int_equal(options_parse(8, argv, &o, &error), 0);
	assert_string_equal(o.root, "/usr/site");
	assert_ptr_equal(o.root, argv[7]);
	free(argv[0]);
	free(argv[2]);
	free(argv[3]);
	free(argv[7]);
}

static void a_child_is_told_its_role_first(void **state)
{
	char *argv[] = {"--daemon", "site"};
	char **words = paths_arguments(2, argv, "@worker", "3");

	(void)state;
	assert_non_null(words);
	assert_string_equal(words[0], "contd");
	assert_string_equal(words[1], "@worker");
	assert_string_equal(words[2], "3");
	assert_string_equal(words[3], "--daemon");
	assert_string_equal(words[4], "site");
	assert_null(words[5]);
	for (int i = 0; i < 3; i++)
		free(words[i]);
	free(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_below_the_current_directory),
		cmocka_unit_test(a_vanished_directory_is_an_error),
		cmocka_unit_test(the_words_of_the_command_line_follow),
		cmocka_unit_test(a_child_is_told_its_role_first),
	};

	return cmocka_run_group_tests_name("master/paths", tests, NULL, NULL);
}
