/* test_helpers_crowd.c - helpers that are late, slow, replaced, too few, too
 * many. */
#include "tasks.h"

#include <stdio.h>

/* An answer that took longer than 10 ms was slow. */
enum { SLOW = 11 };

static void open_helpers(int *helpers, int count)
{
	for (int i = 0; i < count; i++)
		helpers[i] = played_helper(pool, (uint32_t)i);
}

static void close_helpers(const int *helpers, int count)
{
	for (int i = 0; i < count; i++)
		close(helpers[i]);
}

/* How many of them have a job now; it is taken. */
static int count_jobs(const int *helpers, int count)
{
	struct job job;
	int jobs = 0;

	for (int i = 0; i < count; i++)
		jobs += played_job(helpers[i], &job);
	return jobs;
}

/* One of those that have a job. */
static int first_with_job(const int *helpers, int count)
{
	for (int i = 0; i < count; i++) {
		struct pollfd row = {.fd = helpers[i], .events = POLLIN};

		if (poll(&row, 1, 0) == 1)
			return helpers[i];
	}
	fail_msg("nobody has a job");
	return -1;
}

/* ---- late ---- */

static void a_helper_that_does_not_answer_is_given_up(void **state)
{
	int helper = played_helper(pool, 7);
	struct asker asker;

	(void)state;
	ask(&asker, "name");
	take_turn_after(TURNS_HELPER - 1);
	assert_int_equal(asker.resumed, 0);
	take_turn_after(1);
	was_told(&asker, 1, HELPERS_LATE);
	assert_int_equal(asker.fd, -1);
	assert_int_equal(helpers_count(pool), 0);
	master_hears(CONTROL_STUCK, 7);
	master_hears_nothing();
	assert_true(played_is_alone(helper));
	close(helper);
}

static void those_in_line_go_to_the_others(void **state)
{
	struct asker askers[3];
	int helpers[2];
	int other;

	(void)state;
	open_helpers(helpers, 2);
	ask(&askers[0], "hung/0");
	taker(helpers, 2, "hung/0", false);
	ask(&askers[1], "one/1");
	other = taker(helpers, 2, "one/1", false);
	ask(&askers[2], "two/2");
	take_turn_after(TURNS_HELPER - 1);
	played_says(other, FOUND_NOTHING);
	take_turn();
	played_expects(other, "two/2", false);
	take_turn_after(1);
	was_told(&askers[0], 1, HELPERS_LATE);
	assert_int_equal(askers[2].resumed, 0);
	played_says(other, FOUND_NOTHING);
	take_turn();
	was_told(&askers[2], 1, HELPERS_ANSWERED);
	assert_int_equal(helpers_count(pool), 1);
	close_helpers(helpers, 2);
}

/* ---- replaced: the new channel may come before the death of the old ---- */

static void the_old_one_keeps_its_task_until_it_dies(void **state)
{
	int old = played_helper(pool, 3);
	struct asker asker;
	int new;

	(void)state;
	ask(&asker, "name");
	new = played_helper(pool, 3);
	assert_int_equal(helpers_count(pool), 2);
	hears_nothing(new);
	dies(old);
	was_told(&asker, 1, HELPERS_AGAIN);
	assert_int_equal(helpers_count(pool), 1);
	played_expects(new, "name", false);
	played_says(new, FOUND_NOTHING);
	take_turn();
	was_told(&asker, 2, HELPERS_ANSWERED);
	close(new);
}

static void the_old_one_may_still_answer(void **state)
{
	int old = played_helper(pool, 3);
	int new;
	struct asker asker;

	(void)state;
	ask(&asker, "name");
	played_expects(old, "name", false);
	new = played_helper(pool, 3);
	played_says(old, FOUND_DENIED);
	dies(old);
	was_told(&asker, 1, HELPERS_ANSWERED);
	assert_int_equal(asker.found.kind, FOUND_DENIED);
	take_turn();
	assert_int_equal(helpers_count(pool), 1);
	hears_nothing(new);
	close(new);
}

/* Its number is another's by now: that one must not be killed for it. */
static void the_master_is_not_told_of_a_replaced_one(void **state)
{
	int old = played_helper(pool, 3);
	int new;
	struct asker asker;

	(void)state;
	ask(&asker, "name");
	new = played_helper(pool, 3);
	take_turn_after(TURNS_HELPER);
	was_told(&asker, 1, HELPERS_LATE);
	master_hears_nothing();
	assert_true(played_is_alone(old));
	assert_false(played_is_alone(new));
	assert_int_equal(helpers_count(pool), 1);
	close(old);
	close(new);
}

static void there_is_an_end_to_replacing(void **state)
{
	enum { PLACES = 2 * HELPERS_MAX };
	int helpers[PLACES + 1];

	(void)state;
	open_helpers(helpers, PLACES + 1);
	take_turn();
	assert_int_equal(helpers_count(pool), PLACES);
	assert_true(played_is_alone(helpers[PLACES]));
	assert_false(played_is_alone(helpers[PLACES - 1]));
	close_helpers(helpers, PLACES + 1);
}

/* ---- slow directories hold half of the helpers ---- */

enum { CROWD = 4, NAMES = 6 };

static struct asker slow[NAMES];

static void ask_for_slow_names(void)
{
	static char names[NAMES][16];

	for (int i = 0; i < NAMES; i++) {
		snprintf(names[i], sizeof names[i], "slow/%d", i);
		ask(&slow[i], names[i]);
	}
}

/* The answer for a name in slow/ takes its time. */
static void show_that_it_is_slow(
	const int *helpers, int count, const char *path, bool slash)
{
	struct asker asker;
	int helper;

	assert_int_equal(ask_for(&asker, path, slash), 0);
	helper = taker(helpers, count, path, slash);
	take_turn_after(SLOW);
	played_says(helper, FOUND_NOTHING);
	take_turn();
	was_told(&asker, 1, HELPERS_ANSWERED);
}

static void a_slow_directory_holds_half_of_them(void **state)
{
	struct asker fast;
	int helpers[CROWD];
	int helper;

	(void)state;
	open_helpers(helpers, CROWD);
	show_that_it_is_slow(helpers, CROWD, "slow/first", false);
	ask_for_slow_names();
	assert_int_equal(helpers_line(pool), NAMES - CROWD / 2);
	helper = first_with_job(helpers, CROWD);
	assert_int_equal(count_jobs(helpers, CROWD), CROWD / 2);
	ask(&fast, "fast/name");
	played_says(taker(helpers, CROWD, "fast/name", false), FOUND_NOTHING);
	take_turn();
	was_told(&fast, 1, HELPERS_ANSWERED);
	assert_int_equal(count_jobs(helpers, CROWD), 0);

	/* One of theirs is free: the next of them. */
	played_says(helper, FOUND_NOTHING);
	take_turn();
	played_expects(helper, "slow/2", false);
	assert_int_equal(count_jobs(helpers, CROWD), 0);
	close_helpers(helpers, CROWD);
}

static void the_index_of_a_slow_directory_is_in_it(void **state)
{
	int helpers[CROWD];

	(void)state;
	open_helpers(helpers, CROWD);
	show_that_it_is_slow(helpers, CROWD, "slow", true);
	ask_for_slow_names();
	assert_int_equal(count_jobs(helpers, CROWD), CROWD / 2);
	close_helpers(helpers, CROWD);
}

static void a_directory_is_not_slow_for_ever(void **state)
{
	int helpers[CROWD];

	(void)state;
	open_helpers(helpers, CROWD);
	show_that_it_is_slow(helpers, CROWD, "slow/first", false);
	take_turn_after(60000);
	ask_for_slow_names();
	assert_int_equal(count_jobs(helpers, CROWD), CROWD);
	close_helpers(helpers, CROWD);
}

static void ten_milliseconds_are_not_slow(void **state)
{
	struct asker asker;
	int helpers[CROWD];
	int helper;

	(void)state;
	open_helpers(helpers, CROWD);
	ask(&asker, "slow/first");
	helper = taker(helpers, CROWD, "slow/first", false);
	take_turn_after(SLOW - 1);
	played_says(helper, FOUND_NOTHING);
	take_turn();
	ask_for_slow_names();
	assert_int_equal(count_jobs(helpers, CROWD), CROWD);
	close_helpers(helpers, CROWD);
}

static void a_late_answer_makes_a_directory_slow(void **state)
{
	struct asker asker;
	int helpers[CROWD + 1];

	(void)state;
	open_helpers(helpers, CROWD + 1);
	ask(&asker, "slow/first");
	taker(helpers, CROWD + 1, "slow/first", false);
	take_turn_after(TURNS_HELPER);
	was_told(&asker, 1, HELPERS_LATE);
	ask_for_slow_names();
	assert_int_equal(helpers_line(pool), NAMES - CROWD / 2);
	close_helpers(helpers, CROWD + 1);
}

/* Nobody has been told yet that it is late; but we see it. */
static void one_that_hangs_now_is_slow_already(void **state)
{
	struct asker asker;
	int helpers[CROWD];

	(void)state;
	open_helpers(helpers, CROWD);
	ask(&asker, "slow/first");
	take_turn_after(SLOW);
	ask_for_slow_names();
	assert_int_equal(count_jobs(helpers, CROWD), CROWD / 2);
	close_helpers(helpers, CROWD);
}

static void a_slow_directory_may_have_the_only_helper(void **state)
{
	int helper = played_helper(pool, 0);

	(void)state;
	show_that_it_is_slow(&helper, 1, "slow/first", false);
	ask_for_slow_names();
	played_expects(helper, "slow/0", false);
	close(helper);
}

/* ---- too few ---- */

static void who_waits_longer_than_a_breath_makes_us_ask_for_more(void **state)
{
	struct asker asker;
	int helper;

	(void)state;
	ask(&asker, "name");
	take_turn_after(TURNS_RETRY - 1);
	master_hears_nothing();
	take_turn_after(1);
	master_hears(CONTROL_MORE, 0);

	/* Once is enough. */
	take_turn_after(TURNS_RETRY);
	take_turn_after(TURNS_RETRY);
	master_hears_nothing();
	helper = played_helper(pool, 0);
	played_expects(helper, "name", false);
	close(helper);
}

static void every_new_one_may_be_too_few_again(void **state)
{
	struct asker askers[3];
	int helpers[2];

	(void)state;
	for (int i = 0; i < 3; i++)
		ask(&askers[i], "name");
	for (int i = 0; i < 2; i++) {
		take_turn_after(TURNS_RETRY);
		master_hears(CONTROL_MORE, 0);
		helpers[i] = played_helper(pool, (uint32_t)i);
	}
	take_turn_after(TURNS_RETRY);
	master_hears(CONTROL_MORE, 0);
	close_helpers(helpers, 2);
}

static void there_are_never_more_than_the_most(void **state)
{
	static struct asker askers[HELPERS_MAX + 1];
	int helpers[HELPERS_MAX];

	(void)state;
	open_helpers(helpers, HELPERS_MAX);
	for (int i = 0; i <= HELPERS_MAX; i++)
		ask(&askers[i], "name");
	assert_int_equal(helpers_line(pool), 1);
	take_turn_after(TURNS_RETRY);
	take_turn_after(TURNS_RETRY);
	master_hears_nothing();
	close_helpers(helpers, HELPERS_MAX);
}

static void nobody_waits_nobody_asks(void **state)
{
	struct asker asker;
	int helper;

	(void)state;
	ask(&asker, "name");
	helper = played_helper(pool, 0);
	played_says(helper, FOUND_NOTHING);
	take_turn_after(TURNS_RETRY);
	take_turn_after(TURNS_RETRY);
	master_hears_nothing();
	close(helper);
}

/* ---- too many ---- */

enum { MANY = HELPERS_MIN + 3 };

static int count_alone(const int *helpers, int count)
{
	int alone = 0;

	for (int i = 0; i < count; i++)
		alone += played_is_alone(helpers[i]);
	return alone;
}

static void spare_helpers_go_after_a_while(void **state)
{
	int helpers[MANY];

	(void)state;
	open_helpers(helpers, MANY);
	take_turn_after(TURNS_SPARE - 1);
	assert_int_equal(helpers_count(pool), MANY);
	take_turn_after(1);
	assert_int_equal(helpers_count(pool), HELPERS_MIN);
	assert_int_equal(count_alone(helpers, MANY), MANY - HELPERS_MIN);
	close_helpers(helpers, MANY);
}

/* All of them rested last while there were many. */
static void the_first_few_stay_even_if_all_were_busy(void **state)
{
	struct asker askers[MANY];
	int helpers[MANY];

	(void)state;
	open_helpers(helpers, MANY);
	for (int i = 0; i < MANY; i++)
		ask(&askers[i], "name");
	for (int i = 0; i < MANY; i++)
		played_says(helpers[i], FOUND_NOTHING);
	take_turn();
	take_turn_after(TURNS_SPARE);
	assert_int_equal(helpers_count(pool), HELPERS_MIN);
	assert_int_equal(count_alone(helpers, MANY), MANY - HELPERS_MIN);
	take_turn_after(TURNS_SPARE);
	assert_int_equal(helpers_count(pool), HELPERS_MIN);
	master_hears_nothing();
	close_helpers(helpers, MANY);
}

static void who_has_work_is_not_spare(void **state)
{
	struct asker askers[MANY];
	int helpers[MANY];

	(void)state;
	open_helpers(helpers, MANY);
	take_turn_after(TURNS_SPARE - 1);
	for (int i = 0; i < MANY; i++)
		ask(&askers[i], "name");
	take_turn_after(1);
	assert_int_equal(helpers_count(pool), MANY);
	close_helpers(helpers, MANY);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pool, shut_pool)
	const struct CMUnitTest tests[] = {
		TEST(a_helper_that_does_not_answer_is_given_up),
		TEST(those_in_line_go_to_the_others),
		TEST(the_old_one_keeps_its_task_until_it_dies),
		TEST(the_old_one_may_still_answer),
		TEST(the_master_is_not_told_of_a_replaced_one),
		TEST(there_is_an_end_to_replacing),
		TEST(a_slow_directory_holds_half_of_them),
		TEST(the_index_of_a_slow_directory_is_in_it),
		TEST(a_directory_is_not_slow_for_ever),
		TEST(ten_milliseconds_are_not_slow),
		TEST(a_late_answer_makes_a_directory_slow),
		TEST(one_that_hangs_now_is_slow_already),
		TEST(a_slow_directory_may_have_the_only_helper),
		TEST(who_waits_longer_than_a_breath_makes_us_ask_for_more),
		TEST(every_new_one_may_be_too_few_again),
		TEST(there_are_never_more_than_the_most),
		TEST(nobody_waits_nobody_asks),
		TEST(spare_helpers_go_after_a_while),
		TEST(the_first_few_stay_even_if_all_were_busy),
		TEST(who_has_work_is_not_spare),
	};

	return cmocka_run_group_tests_name(
		"files/helpers_crowd", tests, NULL, NULL);
}
