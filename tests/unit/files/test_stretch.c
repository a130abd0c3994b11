/* test_stretch.c - bytes over time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files/stretch.h"
#include "loop/loop.h"
#include "support/turns.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { TIME = 4000 };

struct pace {
	int64_t time, passed;
	uint64_t sent;
	bool is_over, is_missed;
};

static const struct pace paces[] = {
	/* not over yet: whatever came is enough */
	{TIME, 0, 0, false, false},
	{TIME, TIME - 1, 0, false, false},
	/* 1024 bytes a second */
	{TIME, TIME, 0, true, true},
	{TIME, TIME, 4 * STRETCH_RATE - 1, true, true},
	{TIME, TIME, 4 * STRETCH_RATE, true, false},
	{TIME, TIME + 1, 4 * STRETCH_RATE, true, true},
	{TIME, TIME + 1, 4 * STRETCH_RATE + 2, true, false},
	{TIME, 10 * TIME, 4 * STRETCH_RATE, true, true},
	{TIME, 10 * TIME, UINT64_MAX, true, false},
	{1, 1, 0, true, true},
	{1, 1, 1, true, false},
	/* no limit */
	{0, 0, 0, false, false},
	{0, INT64_C(1) << 40, 0, false, false},
};

static void a_client_must_take_its_share(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(paces); i++) {
		const struct pace *pace = &paces[i];
		struct stretch stretch;

		stretch_begin(&stretch, pace->time);
		stretch.sent = pace->sent;
		take_turn_after(pace->passed);
		if (stretch_is_over(&stretch) != pace->is_over ||
			stretch_is_missed(&stretch) != pace->is_missed)
			fail_msg("case %zu", i);
	}
}

static void time_that_is_excused_does_not_count(void **state)
{
	struct stretch stretch;

	(void)state;
	stretch_begin(&stretch, TIME);
	take_turn_after(TIME - 1);
	take_turn_after(10 * TIME);
	stretch_excuse(&stretch, loop_now() - 10 * TIME);
	assert_false(stretch_is_over(&stretch));
	take_turn_after(1);
	assert_true(stretch_is_missed(&stretch));
}

static void what_was_taken_before_does_not_count(void **state)
{
	struct stretch stretch;

	(void)state;
	stretch_begin(&stretch, TIME);
	stretch.sent = UINT64_MAX;
	take_turn_after(TIME);
	assert_false(stretch_is_missed(&stretch));
	assert_int_equal(stretch.sent, 0);
	assert_int_equal(stretch.time, TIME);
	assert_false(stretch_is_over(&stretch));
	take_turn_after(TIME - 1);
	assert_false(stretch_is_missed(&stretch));
	take_turn_after(1);
	assert_true(stretch_is_missed(&stretch));
}

static void a_question_too_early_changes_nothing(void **state)
{
	struct stretch stretch;

	(void)state;
	stretch_begin(&stretch, TIME);
	for (int i = 0; i < 3; i++) {
		take_turn_after(TIME / 4);
		assert_false(stretch_is_missed(&stretch));
	}
	take_turn_after(TIME / 4);
	assert_true(stretch_is_missed(&stretch));
	assert_true(stretch_is_missed(&stretch));
}

/* The rate is for all, and without one any byte is enough. */
static void the_rate_can_be_another(void **state)
{
	static const struct {
		uint64_t rate, sent;
		bool is_missed;
	} cases[] = {
		{0, 0, true},
		{0, 1, false},
		{1, 0, true},
		{1, TIME / 1000 - 1, true},
		{1, TIME / 1000, false},
		{1000, TIME - 1, true},
		{1000, TIME, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct stretch stretch;

		stretch_rate(cases[i].rate);
		stretch_begin(&stretch, TIME);
		stretch.sent = cases[i].sent;
		take_turn_after(TIME);
		if (stretch_is_missed(&stretch) != cases[i].is_missed)
			fail_msg("case %zu", i);
	}
	stretch_rate(STRETCH_RATE);
}

/* As with --send-rate 1T and a --send-timeout of hours: the share of this time
 * is 2^64 and a thousandth of that, which no number here can hold. */
static void a_share_beyond_all_numbers_is_not_taken_by_a_byte(void **state)
{
	const int64_t time = 1 << 24;
	struct stretch stretch;

	(void)state;
	stretch_rate(UINT64_C(1) << 40);
	stretch_begin(&stretch, time);
	stretch.sent = 1;
	take_turn_after(time);
	assert_true(stretch_is_missed(&stretch));
	stretch_rate(STRETCH_RATE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, turns_open, turns_shut)
	const struct CMUnitTest tests[] = {
		TEST(a_client_must_take_its_share),
		TEST(time_that_is_excused_does_not_count),
		TEST(what_was_taken_before_does_not_count),
		TEST(a_question_too_early_changes_nothing),
		TEST(the_rate_can_be_another),
		TEST(a_share_beyond_all_numbers_is_not_taken_by_a_byte),
	};

	return cmocka_run_group_tests_name("files/stretch", tests, NULL, NULL);
}
