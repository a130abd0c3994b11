/*
 * test_local.c - who can connect.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "master/local.h"

static void loopback_and_files_are_local(void **state)
{
	static const struct {
		const char *text;
		bool local;
	} cases[] = {
		{"127.0.0.1:80", true},
		{"127.1.2.3:80", true},
		{"localhost:80", true},
		{"[::1]:80", true},
		{"unix:/run/s", true},
		{":80", false},
		{"0.0.0.0:80", false},
		{"[::]:80", false},
		{"10.0.0.1:80", false},
		{"128.0.0.1:80", false},
		{"1.0.0.127:80", false},
		{"[fe80::1]:80", false},
		{"nonsense", false},
		{"unix:", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (local_only(&cases[i].text, 1) != cases[i].local)
			fail_msg("%s", cases[i].text);
}

static void one_that_is_not_makes_the_difference(void **state)
{
	static const char *const listens[] = {
		"127.0.0.1:80", "unix:/run/s", "[::1]:80", ":80"};

	(void)state;
	assert_true(local_only(listens, 0));
	assert_true(local_only(listens, 3));
	assert_false(local_only(listens, 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loopback_and_files_are_local),
		cmocka_unit_test(one_that_is_not_makes_the_difference),
	};

	return cmocka_run_group_tests_name("master/local", tests, NULL, NULL);
}
