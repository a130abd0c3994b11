/*
 * test_cont_walk.c - a random walk over the table with a model beside it.
 *
 * The model is what the header says, written down as slowly and plainly as
 * possible: no lists, every question answered by looking at all rows.
 */
#include "table.h"

enum { ROWS = 12, STEPS = 20000 };

enum stage { EMPTY, SAVED, RESUMED, GONE };
enum phase { READY, LATE, AT_THE_END, BETWEEN };

struct row {
	int ends[2]; /* [1] is -1 when the peer has hung up */
	enum stage stage;
	short events;
	enum within within;
	int64_t deadline;
	short expected; /* what this turn's wait found */
	bool fresh;     /* decided anew since that wait */
	bool next_run;  /* WITHIN_NOW, but saved while those were run */
};

static struct row rows[ROWS];
static enum phase phase;
static uint32_t seed;
static long resumed[BETWEEN];

static void on_walk(int fd, short revents, void *state);

static uint32_t random_below(uint32_t limit)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % limit;
}

static int64_t duration_of(enum within within)
{
	switch (within) {
	case WITHIN_RETRY:
		return 7;
	case WITHIN_IDLE:
		return 40;
	case WITHIN_SEND:
		return 15;
	default:
		return 0;
	}
}

/* ---- the moves, each made in the table and in the model ---- */

static void save_with(struct row *row, enum within within)
{
	static const short events[] = {
		POLLIN, POLLOUT, POLLIN | POLLOUT, 0, PARKED, POLLIN};

	row->events = events[random_below(6)];
	if (within != WITHIN_SAME) {
		row->within = within;
		row->deadline = now + duration_of(within);
		row->next_run = phase == AT_THE_END;
	}
	row->stage = SAVED;
	row->fresh = true;
	cont_save(row->ends[0], row->events, within, then(on_walk, row));
}

static void save_anew(struct row *row)
{
	static const enum within classes[] = {WITHIN_NOW, WITHIN_RETRY,
		WITHIN_IDLE, WITHIN_SEND, WITHIN_DRAIN, WITHIN_FOREVER};

	save_with(row, classes[random_below(6)]);
}

static void drop_row(struct row *row)
{
	row->stage = EMPTY;
	row->fresh = true;
	cont_drop(row->ends[0]);
}

static void close_row(struct row *row)
{
	row->stage = GONE;
	row->fresh = true;
	cont_close(row->ends[0]);
}

static void touch_the_peer(const struct row *row)
{
	char byte;

	if (row->ends[1] < 0)
		return;
	if (random_below(2))
		(void)send(row->ends[1], "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	else
		(void)recv(row->ends[0], &byte, 1, MSG_DONTWAIT);
}

static void hang_up(struct row *row)
{
	if (row->ends[1] >= 0)
		close(row->ends[1]);
	row->ends[1] = -1;
}

static void move(struct row *row)
{
	uint32_t choice = random_below(20);

	if (row->stage == GONE || row->stage == RESUMED)
		return;
	if (choice < 8)
		save_anew(row);
	else if (choice < 10 && row->stage == SAVED)
		save_with(row, WITHIN_SAME);
	else if (choice < 11)
		drop_row(row);
	else if (choice < 12)
		close_row(row);
	else if (phase == BETWEEN && choice < 13)
		hang_up(row);
	else if (phase == BETWEEN)
		touch_the_peer(row);
}

/* ---- being resumed ---- */

static void check_the_reason(const struct row *row, short revents)
{
	assert_int_equal(row->stage, SAVED);
	assert_int_not_equal(phase, BETWEEN);
	resumed[phase]++;
	if (phase == READY) {
		assert_int_equal(revents, row->expected);
		assert_int_not_equal(revents, 0);
		assert_false(row->fresh);
		return;
	}
	assert_int_equal(revents, 0);
	if (phase == LATE) {
		assert_true(duration_of(row->within) > 0);
		assert_true(row->deadline <= now);
	} else {
		assert_int_equal(row->within, WITHIN_NOW);
		assert_false(row->next_run);
	}
}

static void on_walk(int fd, short revents, void *state)
{
	struct row *row = state;
	uint32_t choice = random_below(10);

	assert_int_equal(fd, row->ends[0]);
	check_the_reason(row, revents);
	row->stage = RESUMED;
	if (random_below(2))
		move(&rows[random_below(ROWS)]);
	if (choice < 4 && phase == READY)
		save_with(row, WITHIN_SAME);
	else if (choice < 8)
		save_anew(row);
	else if (choice < 9)
		drop_row(row);
	else
		close_row(row);
}

/* ---- the turn ---- */

static void renew(struct row *row)
{
	int ends[2];

	if (row->ends[1] >= 0)
		close(row->ends[1]);
	make_pair(ends);
	*row = (struct row){.ends = {ends[0], ends[1]}};
}

/* What poll() says when it is asked about one descriptor only. */
static void expect_events(struct row *row)
{
	struct pollfd p = {.fd = row->ends[0], .events = row->events};

	row->expected = 0;
	row->fresh = false;
	if (row->stage == SAVED && row->events != PARKED) {
		assert_true(poll(&p, 1, 0) >= 0);
		row->expected = p.revents;
	}
}

static void resume_the_ready(void)
{
	int fd;
	short revents;

	for (int i = 0; i < ROWS; i++)
		expect_events(&rows[i]);
	phase = READY;
	poller_wait(0);
	while (poller_take(&fd, &revents))
		cont_resume(fd, revents);
	for (int i = 0; i < ROWS; i++)
		assert_true(rows[i].fresh || rows[i].expected == 0);
}

static void resume_the_late(void)
{
	phase = LATE;
	cont_expire(now);
	for (int i = 0; i < ROWS; i++)
		assert_false(rows[i].stage == SAVED &&
			     duration_of(rows[i].within) > 0 &&
			     rows[i].deadline <= now);
}

static void resume_those_of_now(void)
{
	phase = AT_THE_END;
	cont_run_now();
	for (int i = 0; i < ROWS; i++) {
		if (rows[i].stage == SAVED && rows[i].within == WITHIN_NOW)
			assert_true(rows[i].next_run);
		rows[i].next_run = false;
	}
}

static void close_the_gone(void)
{
	phase = BETWEEN;
	for (int i = 0; i < ROWS; i++)
		assert_true(is_open(rows[i].ends[0]));
	cont_close_gone();
	for (int i = 0; i < ROWS; i++)
		assert_int_equal(
			is_open(rows[i].ends[0]), rows[i].stage != GONE);
	for (int i = 0; i < ROWS; i++)
		if (rows[i].stage == GONE)
			renew(&rows[i]);
}

/* ---- what can be asked at any time ---- */

static int next_deadline(void)
{
	int64_t next = -1;

	for (int i = 0; i < ROWS; i++) {
		int64_t left = rows[i].deadline - now;

		if (rows[i].stage != SAVED)
			continue;
		if (rows[i].within == WITHIN_NOW)
			return 0;
		if (duration_of(rows[i].within) > 0 &&
			(next < 0 || left < next))
			next = left < 0 ? 0 : left;
	}
	return (int)next;
}

static void compare(void)
{
	size_t saved = 0;

	for (int i = 0; i < ROWS; i++) {
		saved += rows[i].stage == SAVED;
		assert_int_equal(
			cont_is_saved(rows[i].ends[0]), rows[i].stage == SAVED);
	}
	assert_int_equal(cont_count(), saved);
	assert_int_equal(cont_next_deadline(now), next_deadline());
}

static void table_and_model_agree_at_every_step(void **state)
{
	(void)state;
	seed = 33;
	phase = BETWEEN;
	cont_within(WITHIN_RETRY, duration_of(WITHIN_RETRY));
	cont_within(WITHIN_IDLE, duration_of(WITHIN_IDLE));
	cont_within(WITHIN_SEND, duration_of(WITHIN_SEND));
	for (int i = 0; i < ROWS; i++) {
		rows[i].ends[1] = -1;
		renew(&rows[i]);
	}
	for (int step = 0; step < STEPS; step++) {
		if (random_below(6) > 0) {
			move(&rows[random_below(ROWS)]);
		} else {
			now += random_below(12);
			resume_the_ready();
			resume_the_late();
			resume_those_of_now();
			close_the_gone();
		}
		compare();
	}
	/* A walk that saw nothing would agree with everything. */
	for (int i = 0; i < BETWEEN; i++)
		assert_true(resumed[i] > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			table_and_model_agree_at_every_step, open_table,
			shut_table),
	};

	return cmocka_run_group_tests_name("loop/cont_walk", tests, NULL, NULL);
}
