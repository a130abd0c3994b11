/* test_tardy.c - which directories are remembered as slow, and how long. */
#include "files/tardy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/turns.h"

enum { MINUTE = 60000, DIRECTORY = 7, NEIGHBOUR = DIRECTORY + TARDY_PLACES };

static void nobody_is_slow_at_first(void **state)
{
	struct tardy tardy = {0};

	(void)state;
	for (uint32_t directory = 0; directory < 2 * TARDY_PLACES;
		directory++) {
		assert_false(tardy_is(&tardy, directory));
		assert_false(tardy_hangs(&tardy, directory));
	}
}

static void who_was_slow_is_so_for_a_minute(void **state)
{
	struct tardy tardy = {0};

	(void)state;
	tardy_note(&tardy, DIRECTORY, false);
	assert_true(tardy_is(&tardy, DIRECTORY));
	take_turn_after(MINUTE - 1);
	assert_true(tardy_is(&tardy, DIRECTORY));
	take_turn_after(1);
	assert_false(tardy_is(&tardy, DIRECTORY));
}

static void who_hangs_is_forgotten_as_well(void **state)
{
	struct tardy tardy = {0};

	(void)state;
	tardy_note(&tardy, DIRECTORY, true);
	take_turn_after(MINUTE - 1);
	assert_true(tardy_hangs(&tardy, DIRECTORY));
	take_turn_after(1);
	assert_false(tardy_hangs(&tardy, DIRECTORY));
	assert_false(tardy_is(&tardy, DIRECTORY));
}

static void each_word_begins_the_minute_anew(void **state)
{
	struct tardy tardy = {0};

	(void)state;
	tardy_note(&tardy, DIRECTORY, false);
	take_turn_after(MINUTE - 1);
	tardy_note(&tardy, DIRECTORY, false);
	take_turn_after(MINUTE - 1);
	assert_true(tardy_is(&tardy, DIRECTORY));
}

static void the_last_word_says_whether_it_hangs(void **state)
{
	struct tardy tardy = {0};

	(void)state;
	tardy_note(&tardy, DIRECTORY, false);
	assert_false(tardy_hangs(&tardy, DIRECTORY));
	tardy_note(&tardy, DIRECTORY, true);
	assert_true(tardy_hangs(&tardy, DIRECTORY));
	tardy_note(&tardy, DIRECTORY, false);
	assert_true(tardy_is(&tardy, DIRECTORY));
	assert_false(tardy_hangs(&tardy, DIRECTORY));
}

static void others_are_not_slow_with_it(void **state)
{
	struct tardy tardy = {0};

	(void)state;
	tardy_note(&tardy, DIRECTORY, true);
	assert_false(tardy_is(&tardy, DIRECTORY + 1));
	assert_false(tardy_is(&tardy, NEIGHBOUR));
	assert_false(tardy_hangs(&tardy, NEIGHBOUR));
}

static void of_two_in_one_place_the_later_is_known(void **state)
{
	struct tardy tardy = {0};

	(void)state;
	tardy_note(&tardy, DIRECTORY, true);
	tardy_note(&tardy, NEIGHBOUR, false);
	assert_false(tardy_is(&tardy, DIRECTORY));
	assert_false(tardy_hangs(&tardy, DIRECTORY));
	assert_true(tardy_is(&tardy, NEIGHBOUR));
	assert_false(tardy_hangs(&tardy, NEIGHBOUR));
}

static void as_many_as_there_are_places_are_known(void **state)
{
	struct tardy tardy = {0};

	(void)state;
	for (uint32_t directory = 0; directory < TARDY_PLACES; directory++)
		tardy_note(&tardy, directory, directory % 2 == 0);
	for (uint32_t directory = 0; directory < TARDY_PLACES; directory++) {
		assert_true(tardy_is(&tardy, directory));
		assert_int_equal(
			tardy_hangs(&tardy, directory), directory % 2 == 0);
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

	return cmocka_run_group_tests_name("files/tardy", tests, NULL, NULL);
}
