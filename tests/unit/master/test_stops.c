/*
 * test_stops.c - which stops are whose, and how often they are said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>

#include "master/stops.h"

static void a_terminal_has_signals_of_its_own(void **state)
{
	(void)state;
	assert_true(stops_is_terminals(SIGTSTP));
	assert_true(stops_is_terminals(SIGTTIN));
	assert_true(stops_is_terminals(SIGTTOU));
	assert_false(stops_is_terminals(SIGSTOP));
}

static void the_first_is_said_at_once(void **state)
{
	struct stops stops = {0};

	(void)state;
	assert_int_equal(stops_count(&stops, 5), 0);
}

static void others_are_counted_for_a_second(void **state)
{
	struct stops stops = {0};

	(void)state;
	assert_int_equal(stops_count(&stops, 5000), 0);
	for (int i = 0; i < 40; i++)
		assert_int_equal(stops_count(&stops, 5000 + 20 * i), -1);
	assert_int_equal(stops_count(&stops, 5999), -1);
	assert_int_equal(stops_count(&stops, 6000), 41);
	assert_int_equal(stops_count(&stops, 6001), -1);
	assert_int_equal(stops_count(&stops, 90000), 1);
	assert_int_equal(stops_count(&stops, 99000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_terminal_has_signals_of_its_own),
		cmocka_unit_test(the_first_is_said_at_once),
		cmocka_unit_test(others_are_counted_for_a_second),
	};

	return cmocka_run_group_tests_name("unit/stops", tests, NULL, NULL);
}
