/*
 * test_roster.c - the helpers' numbers and processes, without any process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>

#include "master/roster.h"

enum { KILLED = SIGKILL, ENDED = 0 }; /* as waitpid(2) tells on all systems */

/* Starts all that are due; the process of number n gets first + n. */
static int start_due(struct roster *roster, pid_t first, int64_t now)
{
	int number;
	int count = 0;

	while ((number = roster_due(roster, now)) >= 0) {
		roster_started(roster, number, first + number, now);
		count++;
	}
	return count;
}

static void a_new_worker_has_four_helpers(void **state)
{
	struct roster roster = {0};

	(void)state;
	assert_int_equal(roster_due(&roster, 0), -1);
	roster_begin(&roster);
	assert_true(roster_waits(&roster));
	assert_int_equal(roster_due(&roster, 0), 0);
	assert_int_equal(start_due(&roster, 100, 0), HELPERS_MIN);
	assert_false(roster_waits(&roster));
}

static void a_death_makes_the_same_number_due(void **state)
{
	struct roster roster = {0};

	(void)state;
	roster_begin(&roster);
	start_due(&roster, 100, 0);
	assert_int_equal(
		roster_reaped(&roster, 102, KILLED, 5000), ROSTER_DIED);
	assert_int_equal(roster_due(&roster, 5000), 2);
	roster_started(&roster, 2, 202, 5000);
	assert_int_equal(roster_due(&roster, 5000), -1);
	assert_int_equal(
		roster_reaped(&roster, 102, KILLED, 5000), ROSTER_NOT_OURS);
}

static void a_strange_process_is_not_ours(void **state)
{
	struct roster roster = {0};

	(void)state;
	roster_begin(&roster);
	start_due(&roster, 100, 0);
	assert_int_equal(
		roster_reaped(&roster, 99, KILLED, 0), ROSTER_NOT_OURS);
}

static void one_more_is_started_up_to_sixteen(void **state)
{
	struct roster roster = {0};

	(void)state;
	roster_begin(&roster);
	start_due(&roster, 100, 0);
	for (int n = HELPERS_MIN; n < HELPERS_MAX; n++) {
		roster_want_more(&roster);
		assert_int_equal(roster_due(&roster, 0), n);
		roster_started(&roster, n, 100 + n, 0);
	}
	roster_want_more(&roster);
	assert_int_equal(roster_due(&roster, 0), -1);
}

static void a_spare_that_was_sent_away_stays_away(void **state)
{
	struct roster roster = {0};

	(void)state;
	roster_begin(&roster);
	roster_want_more(&roster);
	start_due(&roster, 100, 0);
	assert_int_equal(roster_reaped(&roster, 101, ENDED, 5000), ROSTER_LEFT);
	assert_int_equal(roster_due(&roster, 5000), -1);
	/* Four are left: from now on each is needed. */
	assert_int_equal(roster_reaped(&roster, 103, ENDED, 5000), ROSTER_LEFT);
	assert_int_equal(roster_due(&roster, 5000), 3);
}

static void one_that_was_given_up_is_replaced_before_it_dies(void **state)
{
	struct roster roster = {0};

	(void)state;
	roster_begin(&roster);
	start_due(&roster, 100, 0);
	assert_int_equal(roster_give_up(&roster, 1, 5000), 101);
	assert_int_equal(roster_due(&roster, 5000), 1);
	roster_started(&roster, 1, 201, 5000);
	assert_int_equal(
		roster_reaped(&roster, 101, KILLED, 6000), ROSTER_LEFT);
	assert_int_equal(roster_due(&roster, 6000), -1);
	assert_int_equal(
		roster_reaped(&roster, 201, KILLED, 6000), ROSTER_DIED);
}

static void nobody_is_given_up_for_a_wrong_number(void **state)
{
	struct roster roster = {0};

	(void)state;
	roster_begin(&roster);
	start_due(&roster, 100, 0);
	assert_int_equal(roster_give_up(&roster, HELPERS_MIN, 0), 0);
	assert_int_equal(roster_give_up(&roster, HELPERS_MAX, 0), 0);
	assert_int_equal(roster_give_up(&roster, UINT32_MAX, 0), 0);
}

/* A hung mount: every helper is given up and none dies. */
static void processes_that_do_not_die_are_bounded(void **state)
{
	struct roster roster = {0};
	pid_t pids[ROSTER_PROCESSES_MAX];
	int64_t now = 0;
	pid_t first = 1000;

	(void)state;
	roster_begin(&roster);
	for (int turn = 0; turn < 100; turn++) {
		now += 10000;
		start_due(&roster, first, now);
		first += HELPERS_MAX;
		for (uint32_t n = 0; n < HELPERS_MIN; n++)
			if (turn < 99)
				(void)roster_give_up(&roster, n, now + 5000);
	}
	assert_int_equal(roster_processes(&roster, pids), ROSTER_PROCESSES_MAX);
	assert_int_equal(roster_due(&roster, now + 10000), -1);
	assert_true(roster_waits(&roster));
	assert_int_equal(roster_reaped(&roster, pids[7], KILLED, now + 10000),
		ROSTER_LEFT);
	assert_true(roster_due(&roster, now + 10000) >= 0);
}

static void helpers_of_a_dead_worker_leave_in_peace(void **state)
{
	struct roster roster = {0};

	(void)state;
	roster_begin(&roster);
	start_due(&roster, 100, 0);
	roster_begin(&roster);
	assert_int_equal(start_due(&roster, 200, 5000), HELPERS_MIN);
	for (pid_t pid = 100; pid < 100 + HELPERS_MIN; pid++)
		assert_int_equal(
			roster_reaped(&roster, pid, KILLED, 5000), ROSTER_LEFT);
	assert_int_equal(roster_due(&roster, 5000), -1);
}

static void what_cannot_be_started_is_given_a_breath(void **state)
{
	struct roster roster = {0};
	int tries = 0;
	int number;

	(void)state;
	roster_begin(&roster);
	while ((number = roster_due(&roster, 0)) >= 0) {
		roster_started(&roster, number, -1, 0);
		assert_true(++tries <= HELPERS_MIN * (PACE_TRIES + 1));
	}
	assert_true(roster_waits(&roster));
	assert_int_equal(roster_due(&roster, PACE_BREATH), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_worker_has_four_helpers),
		cmocka_unit_test(a_death_makes_the_same_number_due),
		cmocka_unit_test(a_strange_process_is_not_ours),
		cmocka_unit_test(one_more_is_started_up_to_sixteen),
		cmocka_unit_test(a_spare_that_was_sent_away_stays_away),
		cmocka_unit_test(
			one_that_was_given_up_is_replaced_before_it_dies),
		cmocka_unit_test(nobody_is_given_up_for_a_wrong_number),
		cmocka_unit_test(processes_that_do_not_die_are_bounded),
		cmocka_unit_test(helpers_of_a_dead_worker_leave_in_peace),
		cmocka_unit_test(what_cannot_be_started_is_given_a_breath),
	};

	return cmocka_run_group_tests_name("master/roster", tests, NULL, NULL);
}
