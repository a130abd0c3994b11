/*
 * test_cont_time.c - rule 5 of the table: deadlines; and the end of the turn.
 */
#include <limits.h>
#include <string.h>

#include "table.h"

#include "support/aborts.h"

enum { ROWS = 4 };

/* A row whose handler notes the order and then does what `next` says. */
struct row {
	int ends[2];
	char name;
	enum within within;
	int runs;
	short revents;
	void (*next)(struct row *row);
};

static struct row rows[ROWS];
static char order[64];

static void on_row(int fd, short revents, void *state)
{
	struct row *row = state;

	(void)fd;
	row->runs++;
	row->revents = revents;
	if (strlen(order) + 1 == sizeof order)
		_exit(1); /* it has no end */
	strncat(order, &row->name, 1);
	row->next(row);
}

static void drop_it(struct row *row)
{
	cont_drop(row->ends[0]);
}

static void save_it(struct row *row)
{
	cont_save(row->ends[0], POLLIN, row->within, then(on_row, row));
}

static void save_the_same(struct row *row)
{
	cont_save(row->ends[0], POLLIN, WITHIN_SAME, then(on_row, row));
}

static void close_all(struct row *row)
{
	(void)row;
	for (int i = 0; i < ROWS; i++)
		if (is_open(rows[i].ends[0]))
			cont_close(rows[i].ends[0]);
}

static int open_rows(void **state)
{
	if (open_table(state) < 0)
		return -1;
	order[0] = '\0';
	cont_within(WITHIN_IDLE, 100);
	cont_within(WITHIN_SEND, 30);
	for (int i = 0; i < ROWS; i++) {
		rows[i] = (struct row){.name = (char)('a' + i),
			.within = WITHIN_IDLE,
			.next = drop_it};
		make_pair(rows[i].ends);
	}
	return 0;
}

static int shut_rows(void **state)
{
	shut_table(state);
	for (int i = 0; i < ROWS; i++)
		for (int end = 0; end < 2; end++)
			if (is_open(rows[i].ends[end]))
				close(rows[i].ends[end]);
	return 0;
}

static void save_all(void)
{
	for (int i = 0; i < ROWS; i++)
		save_it(&rows[i]);
}

/* ---- when ---- */

static void nothing_saved_has_no_deadline(void **state)
{
	(void)state;
	assert_int_equal(cont_next_deadline(now), -1);
}

static void a_row_is_late_at_its_deadline_and_not_before(void **state)
{
	(void)state;
	save_it(&rows[0]);
	assert_int_equal(cont_next_deadline(now), 100);
	now += 99;
	assert_int_equal(cont_next_deadline(now), 1);
	turn();
	assert_string_equal(order, "");
	now += 1;
	assert_int_equal(cont_next_deadline(now), 0);
	turn();
	assert_string_equal(order, "a");
	assert_int_equal(rows[0].revents, 0);
	assert_int_equal(cont_next_deadline(now), -1);
}

static void a_deadline_that_has_passed_is_no_time_from_now(void **state)
{
	(void)state;
	save_it(&rows[0]);
	assert_int_equal(cont_next_deadline(now + 5000), 0);
}

static void the_first_deadline_of_all_classes_counts(void **state)
{
	(void)state;
	save_it(&rows[0]);
	now += 80;
	rows[1].within = WITHIN_SEND;
	save_it(&rows[1]);
	assert_int_equal(cont_next_deadline(now), 20);
	cont_drop(rows[0].ends[0]);
	assert_int_equal(cont_next_deadline(now), 30);
}

static void a_far_deadline_fits_into_the_timeout(void **state)
{
	(void)state;
	cont_within(WITHIN_DRAIN, INT64_C(1) << 40);
	rows[0].within = WITHIN_DRAIN;
	save_it(&rows[0]);
	assert_int_equal(cont_next_deadline(now), INT_MAX);
}

static void a_class_of_no_duration_is_never_late(void **state)
{
	(void)state;
	cont_within(WITHIN_HELPER, 0);
	cont_within(WITHIN_READ, -1);
	rows[0].within = WITHIN_HELPER;
	rows[1].within = WITHIN_READ;
	rows[2].within = WITHIN_FOREVER;
	for (int i = 0; i < 3; i++)
		save_it(&rows[i]);
	assert_int_equal(cont_next_deadline(now), -1);
	now += INT64_C(1) << 50;
	turn();
	assert_string_equal(order, "");
}

/* ---- in which order ---- */

static void the_late_ones_come_in_the_order_of_saving(void **state)
{
	(void)state;
	save_it(&rows[2]);
	now += 1;
	save_it(&rows[0]);
	save_it(&rows[3]);
	now += 1;
	save_it(&rows[1]);
	now += 99;
	turn();
	assert_string_equal(order, "cad");
	now += 1;
	turn();
	assert_string_equal(order, "cadb");
}

static void saving_anew_begins_a_new_deadline(void **state)
{
	(void)state;
	save_it(&rows[0]);
	save_it(&rows[1]);
	now += 50;
	save_it(&rows[0]);
	now += 50;
	turn();
	assert_string_equal(order, "b");
	now += 50;
	turn();
	assert_string_equal(order, "ba");
}

static void taking_rows_out_keeps_the_rest_in_order(void **state)
{
	static const char *const left[] = {"bcd", "acd", "abd", "abc"};

	(void)state;
	for (int out = 0; out < ROWS; out++) {
		order[0] = '\0';
		save_all();
		cont_drop(rows[out].ends[0]);
		now += 100;
		turn();
		assert_string_equal(order, left[out]);
	}
}

static void a_late_row_that_is_saved_again_waits_its_time_again(void **state)
{
	(void)state;
	for (int i = 0; i < ROWS; i++)
		rows[i].next = save_it;
	save_all();
	now += 100;
	turn();
	assert_string_equal(order, "abcd");
	assert_int_equal(cont_next_deadline(now), 100);
	now += 100;
	turn();
	assert_string_equal(order, "abcdabcd");
}

static void a_late_row_may_close_the_others_of_its_list(void **state)
{
	(void)state;
	rows[0].next = close_all;
	save_all();
	now += 100;
	turn();
	assert_string_equal(order, "a");
	assert_int_equal(cont_count(), 0);
	assert_false(is_open(rows[3].ends[0]));
}

static void an_event_in_time_spares_the_row_its_deadline(void **state)
{
	(void)state;
	rows[0].next = save_it;
	save_it(&rows[0]);
	assert_int_equal(write(rows[0].ends[1], "x", 1), 1);
	now += 100;
	turn();
	assert_int_equal(rows[0].runs, 1);
	assert_int_equal(rows[0].revents, POLLIN);
}

static void expire_at_another_time(void *at)
{
	cont_expire(*(int64_t *)at);
}

static void the_clock_of_expiry_is_the_clock_of_saving(void **state)
{
	int64_t later = now + 1;

	(void)state;
	assert_aborts(expire_at_another_time, &later);
}

static void change_a_class(void *milliseconds)
{
	cont_within(WITHIN_IDLE, *(int64_t *)milliseconds);
}

static void a_class_in_use_keeps_its_duration(void **state)
{
	int64_t milliseconds = 5;

	(void)state;
	save_it(&rows[0]);
	assert_aborts(change_a_class, &milliseconds);
}

/* ---- WITHIN_SAME ---- */

static void several_waits_share_one_deadline(void **state)
{
	(void)state;
	rows[0].next = save_the_same;
	save_it(&rows[0]);
	for (int i = 0; i < 9; i++) {
		now += 10;
		assert_int_equal(write(rows[0].ends[1], "x", 1), 1);
		turn();
		assert_int_equal(rows[0].revents, POLLIN);
	}
	assert_int_equal(rows[0].runs, 9);
	assert_int_equal(cont_next_deadline(now), 10);
}

static void the_same_deadline_keeps_its_place(void **state)
{
	(void)state;
	rows[1].next = save_the_same;
	save_all();
	cont_resume(rows[1].ends[0], POLLIN);
	rows[1].next = drop_it;
	now += 100;
	turn();
	assert_string_equal(order, "babcd");
}

static void a_row_that_waits_can_be_saved_with_the_same_deadline(void **state)
{
	(void)state;
	save_it(&rows[0]);
	now += 60;
	save_the_same(&rows[0]);
	assert_int_equal(cont_next_deadline(now), 40);
}

static void the_same_can_be_no_deadline(void **state)
{
	(void)state;
	rows[0].within = WITHIN_FOREVER;
	rows[0].next = save_the_same;
	save_it(&rows[0]);
	cont_resume(rows[0].ends[0], POLLIN);
	assert_true(cont_is_saved(rows[0].ends[0]));
	assert_int_equal(cont_next_deadline(now), -1);
}

static void save_same(void *row)
{
	save_the_same(row);
}

static void run_a_turn(void *unused)
{
	(void)unused;
	turn();
}

static void the_same_as_nothing_aborts(void **state)
{
	(void)state;
	assert_aborts(save_same, &rows[0]); /* never saved */
	save_it(&rows[0]);
	cont_drop(rows[0].ends[0]);
	assert_aborts(save_same, &rows[0]); /* dropped */
	rows[0].next = save_the_same;
	save_it(&rows[0]);
	now += 100;
	assert_aborts(run_a_turn, NULL); /* its time is up */
	rows[1].within = WITHIN_NOW;
	rows[1].next = save_the_same;
	cont_drop(rows[0].ends[0]);
	save_it(&rows[1]);
	assert_aborts(run_a_turn, NULL); /* now has been */
}

/* ---- the end of the turn ---- */

static void now_is_before_the_turn_ends(void **state)
{
	(void)state;
	rows[0].within = WITHIN_NOW;
	save_it(&rows[0]);
	assert_int_equal(cont_next_deadline(now), 0);
	turn();
	assert_string_equal(order, "a");
	assert_int_equal(rows[0].revents, 0);
	assert_int_equal(cont_next_deadline(now), -1);
}

static void what_is_saved_for_now_by_now_waits_for_the_next_turn(void **state)
{
	(void)state;
	for (int i = 0; i < ROWS; i++) {
		rows[i].within = WITHIN_NOW;
		rows[i].next = save_it;
	}
	save_all();
	turn();
	assert_string_equal(order, "abcd");
	assert_int_equal(cont_next_deadline(now), 0);
	turn();
	assert_string_equal(order, "abcdabcd");
}

static void what_is_closed_by_now_is_not_run(void **state)
{
	(void)state;
	for (int i = 0; i < ROWS; i++) {
		rows[i].within = WITHIN_NOW;
		rows[i].next = close_all;
	}
	save_all();
	turn();
	assert_string_equal(order, "a");
}

static void what_is_late_may_go_on_in_the_same_turn(void **state)
{
	(void)state;
	rows[0].next = save_it;
	save_it(&rows[0]);
	rows[0].within = WITHIN_NOW;
	now += 100;
	turn();
	assert_string_equal(order, "aa");
	assert_true(cont_is_saved(rows[0].ends[0]));
}

/* ---- who waits for longest ---- */

static int younger;

static void look_behind_it(struct row *row)
{
	younger = cont_oldest(row->within);
	save_it(row);
}

static void those_of_a_class_are_known_by_their_age(void **state)
{
	(void)state;
	assert_int_equal(cont_oldest(WITHIN_IDLE), -1);
	for (int i = 0; i < 3; i++) {
		rows[i].within = WITHIN_IDLE;
		save_it(&rows[i]);
	}
	assert_int_equal(cont_oldest(WITHIN_IDLE), rows[0].ends[0]);
	assert_int_equal(cont_younger(rows[0].ends[0]), rows[1].ends[0]);
	assert_int_equal(cont_younger(rows[1].ends[0]), rows[2].ends[0]);
	assert_int_equal(cont_younger(rows[2].ends[0]), -1);
	assert_ptr_equal(cont_state(rows[1].ends[0]), &rows[1]);
	assert_int_equal(cont_oldest(WITHIN_SEND), -1);
	/* What is being resumed waits for nothing. */
	rows[0].next = look_behind_it;
	cont_resume(rows[0].ends[0], POLLIN);
	assert_int_equal(younger, rows[1].ends[0]);
	assert_int_equal(cont_younger(rows[2].ends[0]), rows[0].ends[0]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_rows, shut_rows)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_saved_has_no_deadline),
		TEST(a_row_is_late_at_its_deadline_and_not_before),
		TEST(a_deadline_that_has_passed_is_no_time_from_now),
		TEST(the_first_deadline_of_all_classes_counts),
		TEST(a_far_deadline_fits_into_the_timeout),
		TEST(a_class_of_no_duration_is_never_late),
		TEST(the_late_ones_come_in_the_order_of_saving),
		TEST(saving_anew_begins_a_new_deadline),
		TEST(taking_rows_out_keeps_the_rest_in_order),
		TEST(a_late_row_that_is_saved_again_waits_its_time_again),
		TEST(a_late_row_may_close_the_others_of_its_list),
		TEST(an_event_in_time_spares_the_row_its_deadline),
		TEST(the_clock_of_expiry_is_the_clock_of_saving),
		TEST(a_class_in_use_keeps_its_duration),
		TEST(several_waits_share_one_deadline),
		TEST(the_same_deadline_keeps_its_place),
		TEST(a_row_that_waits_can_be_saved_with_the_same_deadline),
		TEST(the_same_can_be_no_deadline),
		TEST(the_same_as_nothing_aborts),
		TEST(now_is_before_the_turn_ends),
		TEST(what_is_saved_for_now_by_now_waits_for_the_next_turn),
		TEST(what_is_closed_by_now_is_not_run),
		TEST(what_is_late_may_go_on_in_the_same_turn),
		TEST(those_of_a_class_are_known_by_their_age),
	};

	return cmocka_run_group_tests_name("loop/cont_time", tests, NULL, NULL);
}
