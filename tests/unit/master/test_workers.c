/*
 * test_workers.c - the workers' bookkeeping, without any process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "loop/cont.h"
#include "loop/cont_turn.h"
#include "loop/loop.h"
#include "master/supervise.h"
#include "master/workers.h"

enum { WORKERS = 3, ROWS = 64, KILLED = SIGKILL };

static struct options options;
static struct master master;

/* Workers 100, 101 and 102; their helpers are 1000 to 1003, 2000 to 2003,
 * .... */
static int set_up(void **state)
{
	(void)state;
	options.workers = WORKERS;
	memset(&master, 0, sizeof master);
	master.options = &options;
	master.stage = STAGE_SERVING;
	workers_init(&master);
	for (size_t i = 0; i < WORKERS; i++) {
		struct worker *w = &master.workers[i];
		int number;

		w->pid = (pid_t)(100 + i);
		w->hears = true;
		roster_begin(&w->roster);
		while ((number = roster_due(&w->roster, 0)) >= 0)
			roster_started(&w->roster, number,
				(pid_t)(1000 * (i + 1)) + number, 0);
	}
	return loop_open(POLLER_POLL, ROWS);
}

static int tear_down(void **state)
{
	(void)state;
	loop_shut();
	return 0;
}

static void there_are_as_many_as_asked_for(void **state)
{
	(void)state;
	workers_init(&master);
	assert_int_equal(master.workers_count, WORKERS);
	for (size_t i = 0; i < WORKERS; i++) {
		assert_ptr_equal(master.workers[i].master, &master);
		assert_int_equal(master.workers[i].number, i);
		assert_int_equal(master.workers[i].pid, 0);
		assert_int_equal(master.workers[i].control, -1);
	}
	assert_true(workers_are_gone(&master));
	assert_true(workers_wait(&master));
}

static void they_serve_when_the_last_one_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < WORKERS; i++) {
		assert_false(workers_serve(&master));
		master.workers[i].serves = true;
	}
	assert_true(workers_serve(&master));
}

static void they_are_gone_when_the_last_one_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < WORKERS; i++) {
		assert_false(workers_are_gone(&master));
		master.workers[i].pid = 0;
	}
	assert_true(workers_are_gone(&master));
}

static void one_is_found_by_its_process(void **state)
{
	(void)state;
	assert_ptr_equal(workers_find(&master, 101), &master.workers[1]);
	assert_null(workers_find(&master, 103));
	assert_null(workers_find(&master, 1000));
}

static void a_missing_one_is_waited_for_until_the_end_begins(void **state)
{
	(void)state;
	assert_false(workers_wait(&master));
	master.workers[2].pid = 0;
	master.workers[2].hears = false;
	assert_true(workers_wait(&master));
	master.stage = STAGE_DRAINING;
	assert_false(workers_wait(&master));
}

static void a_helper_is_missing_in_its_own_roster(void **state)
{
	(void)state;
	assert_int_equal(
		workers_helper_reaped(&master, 2001, KILLED), ROSTER_DIED);
	assert_int_equal(roster_due(&master.workers[0].roster, loop_now()), -1);
	assert_int_equal(roster_due(&master.workers[1].roster, loop_now()), 1);
	assert_int_equal(roster_due(&master.workers[2].roster, loop_now()), -1);
	assert_true(workers_wait(&master));
	assert_int_equal(
		workers_helper_reaped(&master, 2001, KILLED), ROSTER_NOT_OURS);
	/* Nobody is there whom it could help. */
	master.workers[1].hears = false;
	assert_false(workers_wait(&master));
}

static void nothing(int fd, short revents, void *state)
{
	(void)fd, (void)revents, (void)state;
}

static void a_dead_one_leaves_no_channel(void **state)
{
	struct worker *w = &master.workers[1];
	int fd = open("/dev/null", O_RDWR);

	(void)state;
	w->control = fd;
	w->serves = true;
	cont_save(fd, PARKED, WITHIN_FOREVER, then(nothing, w));
	workers_reaped(w);
	cont_close_gone();
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(w->control, -1);
	assert_int_equal(w->pid, 0);
	assert_false(w->hears);
	assert_false(w->serves);
	/* The others go on. */
	assert_int_equal(master.workers[0].pid, 100);
	assert_true(master.workers[0].hears);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(there_are_as_many_as_asked_for),
		TEST(they_serve_when_the_last_one_does),
		TEST(they_are_gone_when_the_last_one_is),
		TEST(one_is_found_by_its_process),
		TEST(a_missing_one_is_waited_for_until_the_end_begins),
		TEST(a_helper_is_missing_in_its_own_roster),
		TEST(a_dead_one_leaves_no_channel),
	};

	return cmocka_run_group_tests_name("master/workers", tests, NULL, NULL);
}
