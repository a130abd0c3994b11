/* test_slowdirs.c - which directories are remembered as slow, and how long. */
#include "files/slowdirs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/turns.h"

enum { MINUTE = 60000, DIRECTORY = 7, NEIGHBOUR = DIRECTORY + SLOWDIRS_PLACES };

static void nobody_is_slow_at_first(void **state)
{
	struct slowdirs slowdirs = {0};

	(void)state;
	for (uint32_t directory = 0; directory < 2 * SLOWDIRS_PLACES;
		directory++) {
		assert_false(slowdirs_is(&slowdirs, directory));
		assert_false(slowdirs_hangs(&slowdirs, directory));
	}
}

static void who_was_slow_is_so_for_a_minute(void **state)
{
	struct slowdirs slowdirs = {0};

	(void)state;
	slowdirs_note(&slowdirs, DIRECTORY, false);
	assert_true(slowdirs_is(&slowdirs, DIRECTORY));
	take_turn_after(MINUTE - 1);
	assert_true(slowdirs_is(&slowdirs, DIRECTORY));
	take_turn_after(1);
	assert_false(slowdirs_is(&slowdirs, DIRECTORY));
}

static void who_hangs_is_forgotten_as_well(void **state)
{
	struct slowdirs slowdirs = {0};

	(void)state;
	slowdirs_note(&slowdirs, DIRECTORY, true);
	take_turn_after(MINUTE - 1);
	assert_true(slowdirs_hangs(&slowdirs, DIRECTORY));
	take_turn_after(1);
	assert_false(slowdirs_hangs(&slowdirs, DIRECTORY));
	assert_false(slowdirs_is(&slowdirs, DIRECTORY));
}

static void each_word_begins_the_minute_anew(void **state)
{
	struct slowdirs slowdirs = {0};

	(void)state;
	slowdirs_note(&slowdirs, DIRECTORY, false);
	take_turn_after(MINUTE - 1);
	slowdirs_note(&slowdirs, DIRECTORY, false);
	take_turn_after(MINUTE - 1);
	assert_true(slowdirs_is(&slowdirs, DIRECTORY));
}

static void the_last_word_says_whether_it_hangs(void **state)
{
	struct slowdirs slowdirs = {0};

	(void)state;
	slowdirs_note(&slowdirs, DIRECTORY, false);
	assert_false(slowdirs_hangs(&slowdirs, DIRECTORY));
	slowdirs_note(&slowdirs, DIRECTORY, true);
	assert_true(slowdirs_hangs(&slowdirs, DIRECTORY));
	slowdirs_note(&slowdirs, DIRECTORY, false);
	assert_true(slowdirs_is(&slowdirs, DIRECTORY));
	assert_false(slowdirs_hangs(&slowdirs, DIRECTORY));
}

static void others_are_not_slow_with_it(void **state)
{
	struct slowdirs slowdirs = {0};

	(void)state;
	slowdirs_note(&slowdirs, DIRECTORY, true);
	assert_false(slowdirs_is(&slowdirs, DIRECTORY + 1));
	assert_false(slowdirs_is(&slowdirs, NEIGHBOUR));
	assert_false(slowdirs_hangs(&slowdirs, NEIGHBOUR));
}

static void of_two_in_one_place_the_later_is_known(void **state)
{
	struct slowdirs slowdirs = {0};

	(void)state;
	slowdirs_note(&slowdirs, DIRECTORY, true);
	slowdirs_note(&slowdirs, NEIGHBOUR, false);
	assert_false(slowdirs_is(&slowdirs, DIRECTORY));
	assert_false(slowdirs_hangs(&slowdirs, DIRECTORY));
	assert_true(slowdirs_is(&slowdirs, NEIGHBOUR));
	assert_false(slowdirs_hangs(&slowdirs, NEIGHBOUR));
}

static void as_many_as_there_are_places_are_known(void **state)
{
	struct slowdirs slowdirs = {0};

	(void)state;
	for (uint32_t directory = 0; directory < SLOWDIRS_PLACES; directory++)
		slowdirs_note(&slowdirs, directory, directory % 2 == 0);
	for (uint32_t directory = 0; directory < SLOWDIRS_PLACES; directory++) {
		assert_true(slowdirs_is(&slowdirs, directory));
		assert_int_equal(slowdirs_hangs(&slowdirs, directory),
			directory % 2 == 0);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, turns_open, turns_shut)
	const struct CMUnitTest tests[] = {
		TEST(nobody_is_slow_at_first),
		TEST(who_was_slow_is_so_for_a_minute),
		TEST(who_hangs_is_forgotten_as_well),
		TEST(each_word_begins_the_minute_anew),
		TEST(the_last_word_says_whether_it_hangs),
		TEST(others_are_not_slow_with_it),
		TEST(of_two_in_one_place_the_later_is_known),
		TEST(as_many_as_there_are_places_are_known),
	};

	return cmocka_run_group_tests_name("files/slowdirs", tests, NULL, NULL);
}
