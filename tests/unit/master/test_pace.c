/*
 * test_pace.c - who dies young is given a breath.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "master/pace.h"

static void the_first_start_is_due_at_once(void **state)
{
	struct pace pace = {0};

	(void)state;
	assert_true(pace_is_due(&pace, 0));
	assert_true(pace_is_due(&pace, 123456));
}

static void three_young_deaths_are_forgiven_the_fourth_is_not(void **state)
{
	struct pace pace = {0};
	int64_t now = 5000;

	(void)state;
	for (int i = 0; i < PACE_TRIES; i++) {
		pace_started(&pace, now);
		now += PACE_YOUNG - 1;
		pace_died(&pace, now);
		assert_true(pace_is_due(&pace, now));
	}
	pace_started(&pace, now);
	pace_died(&pace, now);
	assert_false(pace_is_due(&pace, now));
	assert_false(pace_is_due(&pace, now + PACE_BREATH - 1));
	assert_true(pace_is_due(&pace, now + PACE_BREATH));
}

static void growing_old_clears_the_record(void **state)
{
	struct pace pace = {0};

	(void)state;
	for (int i = 0; i < 2 * PACE_TRIES; i++) {
		pace_started(&pace, 0);
		pace_died(&pace, 1);
	}
	assert_false(pace_is_due(&pace, 1));
	pace_started(&pace, 10000);
	pace_died(&pace, 10000 + PACE_YOUNG);
	assert_true(pace_is_due(&pace, 10000 + PACE_YOUNG));
	pace_started(&pace, 20000);
	pace_died(&pace, 20001);
	assert_true(pace_is_due(&pace, 20001));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_start_is_due_at_once),
		cmocka_unit_test(
			three_young_deaths_are_forgiven_the_fourth_is_not),
		cmocka_unit_test(growing_old_clears_the_record),
	};

	return cmocka_run_group_tests_name("master/pace", tests, NULL, NULL);
}
