/*
 * test_cont.c - rules 1 to 4 and 6 of the table, and how it shows itself.
 * Rule 5 is in test_cont_time.c; rule 7 is one of the text and not of a run.
 */
#include <stdio.h>
#include <string.h>

#include "table.h"

#include "support/aborts.h"

/* What a handler does with the descriptor that resumed it. */
enum verdict { SAVES, DROPS, CLOSES, FORGETS };

struct step {
	int runs;
	int fd;
	short revents;
	enum verdict verdict;
};

static void on_step(int fd, short revents, void *state)
{
	struct step *step = state;

	step->runs++;
	step->fd = fd;
	step->revents = revents;
	switch (step->verdict) {
	case SAVES:
		cont_save(fd, POLLIN, WITHIN_FOREVER, then(on_step, step));
		break;
	case DROPS:
		cont_drop(fd);
		break;
	case CLOSES:
		cont_close(fd);
		break;
	case FORGETS:
		break;
	}
}

static void save(int fd, short events, struct step *step)
{
	cont_save(fd, events, WITHIN_FOREVER, then(on_step, step));
}

/* ---- rule 1 ---- */

static void a_continuation_is_used_once(void **state)
{
	struct step step = {.verdict = DROPS};
	int ends[2];

	(void)state;
	make_pair(ends);
	save(ends[0], POLLIN, &step);
	cont_resume(ends[0], POLLIN);
	cont_resume(ends[0], POLLIN);
	assert_int_equal(step.runs, 1);
	assert_int_equal(step.fd, ends[0]);
	assert_int_equal(step.revents, POLLIN);
	close(ends[0]);
	close(ends[1]);
}

static void while_its_handler_runs_a_row_is_not_saved(
	int fd, short revents, void *state)
{
	int *runs = state;

	(void)revents;
	++*runs;
	assert_false(cont_is_saved(fd));
	assert_int_equal(cont_count(), 0);
	cont_resume(fd, POLLIN); /* does nothing: there is nothing to run */
	cont_close(fd);
}

static void a_continuation_is_taken_out_before_it_runs(void **state)
{
	int ends[2], runs = 0;

	(void)state;
	make_pair(ends);
	cont_save(ends[0], POLLIN, WITHIN_FOREVER,
		then(while_its_handler_runs_a_row_is_not_saved, &runs));
	cont_resume(ends[0], POLLIN);
	assert_int_equal(runs, 1);
	close(ends[1]);
}

static void a_handler_may_save_drop_or_close(void **state)
{
	struct step step = {.verdict = SAVES};
	int ends[2];

	(void)state;
	make_pair(ends);
	save(ends[0], POLLIN, &step);
	cont_resume(ends[0], POLLIN);
	assert_true(cont_is_saved(ends[0]));
	step.verdict = DROPS;
	cont_resume(ends[0], POLLIN);
	assert_false(cont_is_saved(ends[0]));
	cont_close_gone();
	assert_true(is_open(ends[0]));
	step.verdict = CLOSES;
	save(ends[0], POLLIN, &step);
	cont_resume(ends[0], POLLIN);
	assert_false(cont_is_saved(ends[0]));
	cont_close_gone();
	assert_false(is_open(ends[0]));
	assert_int_equal(step.runs, 3);
	close(ends[1]);
}

static void resume(void *fd)
{
	cont_resume(*(int *)fd, POLLIN);
}

static void a_handler_that_decides_nothing_aborts(void **state)
{
	struct step step = {.verdict = FORGETS};
	int ends[2];

	(void)state;
	make_pair(ends);
	save(ends[0], POLLIN, &step);
	assert_aborts(resume, &ends[0]);
	close(ends[1]);
}

/* ---- rule 2 ---- */

static void saving_again_replaces_handler_state_and_events(void **state)
{
	struct step first = {.verdict = DROPS}, second = {.verdict = DROPS};
	int ends[2];

	(void)state;
	make_pair(ends);
	save(ends[0], POLLIN, &first);
	save(ends[0], POLLOUT, &second);
	assert_int_equal(cont_count(), 1);
	assert_int_equal(write(ends[1], "x", 1), 1);
	turn();
	assert_int_equal(first.runs, 0);
	assert_int_equal(second.runs, 1);
	assert_int_equal(second.revents, POLLOUT);
	close(ends[0]);
	close(ends[1]);
}

/* ---- rule 3 ---- */

static void what_is_closed_keeps_its_number_until_the_turn_ends(void **state)
{
	struct step step = {.verdict = DROPS};
	int ends[2];

	(void)state;
	make_pair(ends);
	save(ends[0], POLLIN, &step);
	cont_close(ends[0]);
	assert_true(is_open(ends[0]));
	assert_false(cont_is_saved(ends[0]));
	cont_resume(ends[0], POLLIN); /* an event that was on its way */
	assert_int_equal(step.runs, 0);
	cont_close_gone();
	assert_false(is_open(ends[0]));
	close(ends[1]);
}

static void what_was_never_saved_can_be_closed(void **state)
{
	int ends[2];

	(void)state;
	make_pair(ends);
	cont_close(ends[0]);
	cont_close(ends[1]);
	cont_close_gone();
	assert_false(is_open(ends[0]));
	assert_false(is_open(ends[1]));
}

static void a_number_that_comes_back_is_a_new_row(void **state)
{
	struct step old = {.verdict = DROPS}, new = {.verdict = DROPS};
	int ends[2], again;

	(void)state;
	make_pair(ends);
	save(ends[0], POLLOUT, &old);
	cont_close(ends[0]);
	cont_close_gone();
	again = fcntl(ends[1], F_DUPFD, ends[0]);
	assert_int_equal(again, ends[0]);
	save(again, POLLOUT, &new);
	turn();
	assert_int_equal(old.runs, 0);
	assert_int_equal(new.runs, 1);
	close(again);
	close(ends[1]);
}

static void save_one(void *fd)
{
	static struct step step;

	save(*(int *)fd, POLLIN, &step);
}

static void close_one(void *fd)
{
	cont_close(*(int *)fd);
}

static void drop_one(void *fd)
{
	cont_drop(*(int *)fd);
}

static void what_is_gone_cannot_be_saved_closed_or_dropped(void **state)
{
	int ends[2];

	(void)state;
	make_pair(ends);
	cont_close(ends[0]);
	assert_aborts(save_one, &ends[0]);
	assert_aborts(close_one, &ends[0]);
	assert_aborts(drop_one, &ends[0]);
	close(ends[1]);
}

/* ---- rule 4 ---- */

struct duel {
	int fds[2];
	int runs[2];
};

/* Whoever is first saves the other one anew and leaves. */
static void on_duel(int fd, short revents, void *state)
{
	struct duel *duel = state;
	int me = fd == duel->fds[1];

	(void)revents;
	duel->runs[me]++;
	if (cont_is_saved(duel->fds[!me]))
		cont_save(duel->fds[!me], POLLIN, WITHIN_FOREVER,
			then(on_duel, duel));
	cont_close(fd);
}

static void what_is_saved_in_a_turn_sees_only_later_events(void **state)
{
	struct duel duel = {.runs = {0, 0}};
	int ends[2];

	(void)state;
	make_pair(ends);
	assert_int_equal(write(ends[0], "x", 1), 1);
	assert_int_equal(write(ends[1], "x", 1), 1);
	duel.fds[0] = ends[0];
	duel.fds[1] = ends[1];
	for (int i = 0; i < 2; i++)
		cont_save(
			ends[i], POLLIN, WITHIN_FOREVER, then(on_duel, &duel));
	turn();
	assert_int_equal(duel.runs[0] + duel.runs[1], 1);
	turn();
	assert_int_equal(duel.runs[0], 1);
	assert_int_equal(duel.runs[1], 1);
}

static void on_drop_the_other(int fd, short revents, void *state)
{
	const int *fds = state;

	(void)revents;
	cont_drop(fd == fds[0] ? fds[1] : fds[0]);
	cont_drop(fd);
}

static void what_is_dropped_in_a_turn_sees_no_event_of_it(void **state)
{
	int ends[2];

	(void)state;
	make_pair(ends);
	for (int i = 0; i < 2; i++)
		cont_save(ends[i], POLLOUT, WITHIN_FOREVER,
			then(on_drop_the_other, ends));
	turn(); /* a second run would find its row undecided, or drop in vain */
	assert_int_equal(cont_count(), 0);
	turn();
	assert_true(is_open(ends[0]));
	assert_true(is_open(ends[1]));
	close(ends[0]);
	close(ends[1]);
}

static void what_is_dropped_or_closed_is_not_polled(void **state)
{
	struct step step = {.verdict = DROPS};
	int ends[2];

	(void)state;
	make_pair(ends);
	save(ends[0], POLLOUT, &step);
	save(ends[1], POLLOUT, &step);
	assert_int_equal(poller_wait(0), 2);
	cont_drop(ends[0]);
	cont_close(ends[1]);
	assert_int_equal(poller_wait(0), 0);
	close(ends[0]);
}

/* ---- rule 6 ---- */

static void a_hang_up_is_seen_with_events_0(void **state)
{
	struct step step = {.verdict = CLOSES};
	int ends[2];

	(void)state;
	make_pair(ends);
	save(ends[0], 0, &step);
	turn();
	assert_int_equal(step.runs, 0);
	close(ends[1]);
	turn();
	assert_int_equal(step.runs, 1);
	assert_true(step.revents & POLLHUP);
}

static void a_parked_row_is_not_polled(void **state)
{
	struct step step = {.verdict = CLOSES};
	int ends[2];

	(void)state;
	make_pair(ends);
	save(ends[0], PARKED, &step);
	close(ends[1]);
	turn();
	assert_int_equal(step.runs, 0);
	assert_true(cont_is_saved(ends[0]));
	cont_resume(ends[0], 0);
	assert_int_equal(step.runs, 1);
}

static void a_descriptor_that_is_not_open_is_reported(void **state)
{
	struct step step = {.verdict = DROPS};
	int ends[2];

	(void)state;
	make_pair(ends);
	close(ends[0]);
	close(ends[1]);
	save(ends[0], POLLIN, &step);
	turn();
	assert_int_equal(step.runs, 1);
	assert_int_equal(step.revents, POLLNVAL);
}

/* ---- the table ---- */

static void only_numbers_below_its_size_fit(void **state)
{
	(void)state;
	assert_false(cont_fits(-1));
	assert_true(cont_fits(0));
	assert_true(cont_fits(255));
	assert_false(cont_fits(256));
	assert_false(cont_is_saved(-1));
	assert_false(cont_is_saved(256));
}

static void what_does_not_fit_cannot_be_saved(void **state)
{
	int beyond = 256, below = -1;

	(void)state;
	assert_aborts(save_one, &beyond);
	assert_aborts(save_one, &below);
}

static void shutting_closes_what_is_saved_or_gone(void **state)
{
	struct step step = {.verdict = DROPS};
	int ends[2], more[2];

	(void)state;
	make_pair(ends);
	make_pair(more);
	save(ends[0], POLLIN, &step);
	cont_close(ends[1]);
	save(more[0], POLLIN, &step);
	cont_drop(more[0]);
	cont_shut();
	assert_false(is_open(ends[0]));
	assert_false(is_open(ends[1]));
	assert_true(is_open(more[0]));
	close(more[0]);
	close(more[1]);
	assert_int_equal(cont_open(256), 0);
	assert_int_equal(cont_count(), 0);
	assert_false(cont_is_saved(ends[0]));
}

static void a_table_for_a_million_takes_its_last_row(void **state)
{
	struct step step = {.verdict = DROPS};

	shut_table(state);
	assert_int_equal(poller_open(POLLER_POLL, 1000000), 0);
	assert_int_equal(cont_open(1000000), 0);
	assert_true(cont_fits(999999));
	save(999999, PARKED, &step);
	cont_resume(999999, 0);
	assert_int_equal(step.fd, 999999);
}

static void it_prints_a_line_a_row(void **state)
{
	struct step step = {.verdict = DROPS};
	char text[512], expected[512];
	struct buf b = buf_on(text, sizeof text);
	int ends[2];

	(void)state;
	make_pair(ends);
	cont_within(WITHIN_SEND, 30000);
	cont_save(ends[0], POLLIN, WITHIN_FOREVER, then(on_step, &step));
	cont_save(ends[1], POLLOUT, WITHIN_SEND, then(on_step, &step));
	now += 1;
	cont_print(&b);
	snprintf(expected, sizeof expected,
		"%-6d POLLIN   forever         -  on_step %p\n"
		"%-6d POLLOUT  send        29999  on_step %p\n",
		ends[0], (void *)&step, ends[1], (void *)&step);
	assert_int_equal(b.len, strlen(expected));
	assert_memory_equal(text, expected, b.len);
}

static void printing_stops_when_there_is_no_more_room(void **state)
{
	struct step step = {.verdict = DROPS};
	char text[80];
	struct buf b = buf_on(text, sizeof text);
	int ends[2];

	(void)state;
	make_pair(ends);
	save(ends[0], 0, &step);
	save(ends[1], PARKED, &step);
	cont_print(&b);
	assert_true(b.full);
	assert_int_equal(text[b.len - 1], '\n');
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_table, shut_table)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_continuation_is_used_once),
		TEST(a_continuation_is_taken_out_before_it_runs),
		TEST(a_handler_may_save_drop_or_close),
		TEST(a_handler_that_decides_nothing_aborts),
		TEST(saving_again_replaces_handler_state_and_events),
		TEST(what_is_closed_keeps_its_number_until_the_turn_ends),
		TEST(what_was_never_saved_can_be_closed),
		TEST(a_number_that_comes_back_is_a_new_row),
		TEST(what_is_gone_cannot_be_saved_closed_or_dropped),
		TEST(what_is_saved_in_a_turn_sees_only_later_events),
		TEST(what_is_dropped_in_a_turn_sees_no_event_of_it),
		TEST(what_is_dropped_or_closed_is_not_polled),
		TEST(a_hang_up_is_seen_with_events_0),
		TEST(a_parked_row_is_not_polled),
		TEST(a_descriptor_that_is_not_open_is_reported),
		TEST(only_numbers_below_its_size_fit),
		TEST(what_does_not_fit_cannot_be_saved),
		TEST(shutting_closes_what_is_saved_or_gone),
		TEST(a_table_for_a_million_takes_its_last_row),
		TEST(it_prints_a_line_a_row),
		TEST(printing_stops_when_there_is_no_more_room),
	};

	return cmocka_run_group_tests_name("loop/cont", tests, NULL, NULL);
}
