/*
 * test_turnclock.c - turns that take as long as the test says.
 */
#include "loop/turnclock.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/journal.h"
#include "loop/loop.h"
#include "sys/sys.h"

#define US INT64_C(1000)
#define MS (1000 * US)

enum { TICK = 4, LINE = 1000 };

/* The kernel, as far as clocks and counters go. */
static struct {
	int64_t now;
	int64_t wait;  /* how long the next wait takes */
	int64_t close; /* and each close */
	struct sys_usage usage;
	int asked; /* for the usage, how often */
} fake;

static int ready[5]; /* descriptors that always are, and their other end */
static int reader;   /* of the journal's pipe */
static char line[LINE];

int64_t __wrap_sys_now(void);
int64_t __wrap_sys_tick(void);
void __wrap_sys_usage(struct sys_usage *usage);
int __real_sys_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_sys_poll(struct pollfd *fds, nfds_t count, int timeout);
void __real_sys_close(int fd);
void __wrap_sys_close(int fd);

int64_t __wrap_sys_now(void)
{
	return fake.now;
}

int64_t __wrap_sys_tick(void)
{
	return fake.now - fake.now % (TICK * MS);
}

void __wrap_sys_usage(struct sys_usage *usage)
{
	*usage = fake.usage;
	fake.asked++;
}

int __wrap_sys_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	fake.now += fake.wait;
	return __real_sys_poll(fds, count, timeout);
}

void __wrap_sys_close(int fd)
{
	fake.now += fake.close;
	__real_sys_close(fd);
}

static int open_loop(void **state)
{
	int ends[2];

	(void)state;
	memset(&fake, 0, sizeof fake);
	fake.now = 5000 * MS;
	assert_int_equal(loop_open(POLLER_POLL, 64), 0);
	assert_int_equal(sys_pipe(ends), 0);
	reader = ends[0];
	assert_int_equal(journal_open(ends[1]), 0);
	assert_int_equal(pipe(ends), 0);
	ready[0] = ends[1];
	for (size_t i = 1; i < 4; i++)
		ready[i] = dup(ends[1]);
	ready[4] = ends[0];
	turnclock_limit(50);
	fake.asked = 0;
	return 0;
}

static int shut_loop(void **state)
{
	(void)state;
	fake.close = 0;
	journal_shut();
	loop_shut();
	close(reader);
	for (size_t i = 0; i < 5; i++)
		close(ready[i]);
	return 0;
}

/* ---- turns ---- */

static void on_work(int fd, short revents, void *state)
{
	int64_t *time = state;

	(void)revents;
	fake.now += *time;
	cont_drop(fd);
}

static void on_other_work(int fd, short revents, void *state)
{
	on_work(fd, revents, state);
}

static void save(size_t i, cont_handler *handler, const char *name, void *state)
{
	cont_save(ready[i], POLLOUT, WITHIN_FOREVER,
		(struct cont){handler, state, name});
}

/* A turn in which a handler works for that time. */
static void work(int64_t time)
{
	save(0, on_work, "on_work", &time);
	loop_turn();
}

/* What has been said since; "" for nothing. The clock stands still for it. */
static const char *said(void)
{
	ssize_t len;

	work(0);
	len = read(reader, line, LINE - 1);
	line[len > 0 ? len : 0] = '\0';
	return line;
}

/* ---- the histogram ---- */

static void every_turn_is_counted_by_its_time(void **state)
{
	static const struct {
		int64_t time;
		size_t class;
	} turns[] = {{0, 0}, {999, 0}, {1000, 1}, {1999, 1}, {2000, 2},
		{3999, 2}, {4000, 3}, {512 * US, 10}, {1023 * US, 10},
		{1024 * US, 11}, {16000 * MS, 24}, {16777216 * US - 1, 24},
		{16777216 * US, 25}, {86400000 * MS, 25}};
	struct turnclock_figures before, after;

	(void)state;
	for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
		turnclock_read(&before);
		work(turns[i].time);
		turnclock_read(&after);
		before.turns[turns[i].class]++;
		assert_memory_equal(
			before.turns, after.turns, sizeof after.turns);
		assert_int_equal(after.worked - before.worked, turns[i].time);
		assert_int_equal(after.longest, turns[i].time);
	}
	work(1);
	turnclock_read(&after);
	assert_int_equal(after.longest, 86400000 * MS);
}

static void the_wait_is_no_part_of_a_turn(void **state)
{
	struct turnclock_figures figures;

	(void)state;
	fake.wait = 3000 * MS;
	work(3 * US);
	turnclock_read(&figures);
	assert_int_equal(figures.worked, 3 * US);
	assert_int_equal(figures.longest, 3 * US);
	assert_int_equal(figures.turns[2], 1);
	assert_string_equal(said(), "");
}

static void a_new_loop_begins_anew(void **state)
{
	struct turnclock_figures figures;

	work(60 * MS);
	shut_loop(state);
	open_loop(state);
	turnclock_limit(0);
	turnclock_read(&figures);
	assert_int_equal(figures.longest, 0);
	assert_int_equal(figures.worked, 0);
	assert_int_equal(figures.stalls, 0);
	assert_int_equal(figures.turns[16], 0);
}

/* ---- the line ---- */

static void a_stall_is_said(void **state)
{
	int64_t time = 73 * MS;
	char right[LINE];

	(void)state;
	fake.usage = (struct sys_usage){0, 14, 1, 3, 0};
	save(2, on_work, "on_work", &time);
	loop_turn();
	snprintf(right, sizeof right,
		"a turn took 73 ms: handlers run 1, the longest on_work "
		"(72 ms, descriptor %d, state %p); of CPU time at most 0 ms, "
		"major faults 1, minor 14, preemptions 3\n",
		ready[2], (void *)&time);
	assert_string_equal(said(), right);
	assert_string_equal(said(), "");
}

static void it_takes_the_limit(void **state)
{
	struct turnclock_figures figures;

	(void)state;
	work(50 * MS - 1);
	assert_string_equal(said(), "");
	work(50 * MS);
	assert_non_null(strstr(said(), "a turn took 50 ms: "));
	turnclock_read(&figures);
	assert_int_equal(figures.stalls, 1);
}

static void without_a_limit_there_are_no_stalls(void **state)
{
	struct turnclock_figures figures;

	(void)state;
	turnclock_limit(0);
	work(3600000 * MS);
	assert_string_equal(said(), "");
	turnclock_read(&figures);
	assert_int_equal(figures.stalls, 0);
	assert_int_equal(figures.longest, 3600000 * MS);
}

static void the_longest_handler_is_named(void **state)
{
	int64_t times[4] = {20 * MS, 60 * MS, 8 * MS, 2 * MS};
	char right[64];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		save(i, i == 1 ? on_other_work : on_work,
			i == 1 ? "on_other_work" : "on_work", &times[i]);
	loop_turn();
	snprintf(right, sizeof right, "on_other_work (60 ms, descriptor %d,",
		ready[1]);
	assert_non_null(strstr(said(), right));
	assert_non_null(strstr(line, "took 90 ms: handlers run 4,"));
}

/* No longer than a tick each: nobody is to blame alone. */
static void many_short_handlers_are_counted(void **state)
{
	int64_t times[4] = {20 * MS, 20 * MS, 20 * MS, 20 * MS};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		save(i, on_work, "on_work", &times[i]);
	loop_turn();
	assert_non_null(strstr(said(), "a turn took 80 ms: handlers run 4, "
				       "the longest on_work (20 ms"));
}

static void on_hurry_another(int fd, short revents, void *state)
{
	const int64_t *times = state;

	(void)revents;
	fake.now += times[0];
	cont_resume(cont_oldest(WITHIN_IDLE), 0);
	fake.now += times[1];
	cont_drop(fd);
}

static void of_a_handler_in_another_each_has_its_own_time(void **state)
{
	static const struct {
		int64_t before, inner, after;
		const char *name;
	} cases[] = {
		{80 * MS, 40 * MS, 4 * MS, "the longest on_hurry_another (80"},
		{8 * MS, 40 * MS, 20 * MS, "the longest on_work (40 ms"},
		{8 * MS, 40 * MS, 60 * MS, "the longest on_hurry_another (60"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		int64_t times[2] = {cases[i].before, cases[i].after};
		int64_t inner = cases[i].inner;

		fake.now += 2000 * MS;
		cont_save(ready[1], PARKED, WITHIN_IDLE, then(on_work, &inner));
		save(0, on_hurry_another, "on_hurry_another", times);
		loop_turn();
		assert_non_null(strstr(said(), cases[i].name));
		assert_non_null(strstr(line, "handlers run 2,"));
	}
}

static void on_close(int fd, short revents, void *state)
{
	(void)revents;
	(void)state;
	cont_close(fd);
}

static void the_loop_itself_may_have_taken_it(void **state)
{
	(void)state;
	fake.close = 64 * MS;
	cont_save(dup(ready[0]), POLLOUT, WITHIN_FOREVER, then(on_close, NULL));
	loop_turn();
	assert_non_null(strstr(said(), "took 64 ms: handlers run 1, the "
				       "longest the loop itself (64 ms); of"));
}

static void nobody_is_blamed_for_less_than_a_tick(void **state)
{
	(void)state;
	turnclock_limit(1);
	work(TICK * MS - 1);
	assert_non_null(strstr(said(), "took 3 ms: handlers run 1, the longest "
				       "shorter than a tick; of CPU"));
}

static void there_is_a_line_a_second_at_most(void **state)
{
	(void)state;
	work(60 * MS);
	assert_non_null(strstr(said(), "a turn took 60 ms"));
	assert_null(strstr(line, "more such turns"));
	for (int i = 0; i < 9; i++)
		work(100 * MS);
	assert_string_equal(said(), "");
	work(100 * MS);
	assert_non_null(strstr(said(), "preemptions 0; before it 9 more such "
				       "turns\n"));
	work(1000 * MS);
	assert_non_null(strstr(said(), "preemptions 0\n"));
}

/* ---- what the kernel counts ---- */

static void what_was_spent_is_counted_from_the_last_look(void **state)
{
	(void)state;
	fake.usage = (struct sys_usage){900 * MS, 100, 10, 50, 7};
	for (int i = 0; i < 5; i++) {
		assert_int_equal(fake.asked, 0);
		work(10 * MS);
	}
	assert_int_equal(fake.asked, 1);
	fake.usage = (struct sys_usage){902 * MS, 107, 10, 51, 8};
	work(55 * MS);
	assert_int_equal(fake.asked, 2);
	assert_non_null(strstr(said(), "of CPU time at most 2 ms, major faults "
				       "0, minor 7, preemptions 1"));
}

static void no_turn_has_more_cpu_time_than_it_took(void **state)
{
	(void)state;
	work(9 * MS);
	fake.usage.cpu = 62 * MS;
	work(53 * MS);
	assert_non_null(strstr(said(), "of CPU time at most 53 ms"));
}

static void the_kernel_is_asked_rarely(void **state)
{
	static const struct {
		int64_t limit, every;
	} cases[] = {{0, 1000}, {50, 1000}, {1000, 1000}, {20, 400}, {5, 100}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		turnclock_limit(cases[i].limit);
		work(cases[i].every * 50 * US); /* from here on */
		fake.asked = 0;
		for (int64_t n = 1; n < 3 * cases[i].every; n++)
			work(10 * US);
		assert_int_equal(fake.asked, 2);
		work(10 * US);
		assert_int_equal(fake.asked, 3);
	}
}

/* Turns that long are asked about together. */
static void of_long_turns_the_kernel_is_asked_rarely_too(void **state)
{
	static const struct {
		int64_t limit, time;
		int every;
	} cases[] = {{50, 600 * US, 17}, {50, 625 * US, 16}, {50, 2 * MS, 16},
		{50, 5 * MS, 10}, {50, 49 * MS, 2}, {5, 500 * US, 10},
		{0, 49 * MS, 2}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		turnclock_limit(cases[i].limit);
		work(60 * MS); /* from here on */
		fake.asked = 0;
		for (int n = 1; n < 3 * cases[i].every; n++)
			work(cases[i].time);
		assert_int_equal(fake.asked, 2);
		work(cases[i].time);
		assert_int_equal(fake.asked, 3);
	}
}

static void whoever_reads_gets_what_is_true_now(void **state)
{
	struct turnclock_figures figures;

	(void)state;
	fake.usage = (struct sys_usage){1, 2, 3, 4, 5};
	turnclock_read(&figures);
	assert_int_equal(figures.usage.cpu, 1);
	assert_int_equal(figures.usage.minor_faults, 2);
	assert_int_equal(figures.usage.major_faults, 3);
	assert_int_equal(figures.usage.preemptions, 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_loop, shut_loop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_turn_is_counted_by_its_time),
		TEST(the_wait_is_no_part_of_a_turn),
		TEST(a_new_loop_begins_anew),
		TEST(a_stall_is_said),
		TEST(it_takes_the_limit),
		TEST(without_a_limit_there_are_no_stalls),
		TEST(the_longest_handler_is_named),
		TEST(many_short_handlers_are_counted),
		TEST(of_a_handler_in_another_each_has_its_own_time),
		TEST(the_loop_itself_may_have_taken_it),
		TEST(nobody_is_blamed_for_less_than_a_tick),
		TEST(there_is_a_line_a_second_at_most),
		TEST(what_was_spent_is_counted_from_the_last_look),
		TEST(no_turn_has_more_cpu_time_than_it_took),
		TEST(the_kernel_is_asked_rarely),
		TEST(of_long_turns_the_kernel_is_asked_rarely_too),
		TEST(whoever_reads_gets_what_is_true_now),
	};

	return cmocka_run_group_tests_name("loop/turnclock", tests, NULL, NULL);
}
