/* test_journal.c - lines through a pipe that may be slow, full or broken. */
#include "loop/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/cont.h"
#include "loop/cont_turn.h"
#include "loop/loop.h"
#include "support/aborts.h"
#include "sys/sys.h"

enum { HEARD = 4 * JOURNAL_RING };

static int reader; /* the logger's end */
static int writer;
static int busy[2];
static char heard[HEARD];
static size_t heard_len;

/* Always ready: no turn sleeps. */
static void on_busy(int fd, short revents, void *state)
{
	(void)revents;
	cont_save(fd, POLLIN, WITHIN_FOREVER, then(on_busy, state));
}

static int open_journal(void **state)
{
	int ends[2];

	(void)state;
	heard_len = 0;
	assert_int_equal(sys_ignore(SIGPIPE), 0);
	assert_int_equal(loop_open(POLLER_POLL, 64), 0);
	assert_int_equal(sys_pipe(ends), 0);
	reader = ends[0];
	writer = ends[1];
	assert_int_equal(journal_open(writer), 0);
	assert_int_equal(pipe(busy), 0);
	assert_int_equal(write(busy[1], "x", 1), 1);
	cont_save(busy[0], POLLIN, WITHIN_FOREVER, then(on_busy, NULL));
	return 0;
}

static int shut_journal(void **state)
{
	(void)state;
	journal_shut();
	loop_turn();
	assert_int_equal(cont_count(), 1);
	assert_int_equal(fcntl(writer, F_GETFD), -1);
	loop_shut();
	close(reader);
	close(busy[1]);
	return 0;
}

/* What the logger reads now, at most len bytes. Returns how many. */
static size_t listen_to(size_t len)
{
	ssize_t got;
	size_t before = heard_len;

	assert_true(heard_len + len < HEARD);
	while (heard_len - before < len) {
		got = read(
			reader, heard + heard_len, len - (heard_len - before));
		if (got <= 0)
			break;
		heard_len += (size_t)got;
	}
	heard[heard_len] = '\0';
	return heard_len - before;
}

static void listen_to_all(void)
{
	while (listen_to(JOURNAL_RING) > 0)
		loop_turn();
}

static void assert_heard(const char *text)
{
	listen_to(JOURNAL_RING);
	assert_string_equal(heard, text);
	heard_len = 0;
}

static void access_line(const char *text)
{
	journal_access(slice_text(text));
}

/* ---- lines ---- */

static void an_access_line_has_its_mark_and_a_newline(void **state)
{
	(void)state;
	access_line("GET /");
	loop_turn();
	assert_heard("\1GET /\n");
}

static void an_operator_line_has_no_mark(void **state)
{
	(void)state;
	journal_say("%s: %d: goes on without it", "/srv", 5);
	loop_turn();
	assert_heard("/srv: 5: goes on without it\n");
}

static void an_empty_line_is_a_line(void **state)
{
	(void)state;
	journal_access((struct slice){NULL, 0});
	journal_say("%s", "");
	loop_turn();
	assert_heard("\1\n\n");
}

static void the_lines_of_a_turn_leave_in_order_when_it_ends(void **state)
{
	(void)state;
	access_line("a");
	journal_say("b");
	access_line("c");
	assert_heard("");
	loop_turn();
	assert_heard("\1a\nb\n\1c\n");
}

static void an_operator_line_cannot_be_forged_by_a_name(void **state)
{
	(void)state;
	journal_say("%s", "\1x\ny\r\t\x1b[31m\x7f \xc3\xa4");
	loop_turn();
	assert_heard("?x?y???[31m? \xc3\xa4\n");
}

static void forges(void *state)
{
	(void)state;
	access_line("a\nb");
}

static void an_access_line_with_a_newline_is_a_bug(void **state)
{
	(void)state;
	assert_aborts(forges, NULL);
}

static void a_line_too_long_is_cut(void **state)
{
	static char text[2 * JOURNAL_LINE];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	access_line(text);
	journal_say("%s", text);
	access_line("next");
	loop_turn();
	listen_to(JOURNAL_RING);
	assert_int_equal(heard_len, 2 * JOURNAL_LINE + strlen("\1next\n"));
	assert_memory_equal(heard, "\1xxx", 4);
	assert_memory_equal(heard + JOURNAL_LINE - 2, "x\nxxx", 5);
	assert_string_equal(heard + 2 * JOURNAL_LINE - 2, "x\n\1next\n");
}

/* ---- the row ---- */

static void a_quiet_journal_costs_no_turn(void **state)
{
	(void)state;
	access_line("a");
	assert_int_equal(cont_next_deadline(loop_now()), 0);
	loop_turn();
	assert_int_equal(cont_next_deadline(loop_now()), -1);
	assert_true(cont_is_saved(writer));
}

static void a_full_pipe_is_waited_for(void **state)
{
	char line[1000];
	char row[1000];
	struct buf b = buf_on(row, sizeof(row) - 1);

	(void)state;
	memset(line, 'x', sizeof(line));
	for (int i = 0; i < 200; i++)
		journal_access(slice_of(line, sizeof(line)));
	loop_turn();
	cont_print(&b);
	row[b.len] = '\0';
	assert_non_null(strstr(row, "POLLOUT"));
	listen_to_all();
	assert_int_equal(heard_len, 200 * (sizeof(line) + 2));
	assert_int_equal(journal_dropped(), 0);
}

/* ---- pressure ---- */

/* Numbered lines of many lengths. */
static void put_numbered(size_t number)
{
	char line[400];
	int len = snprintf(line, sizeof(line), "%zu %0*d", number,
		(int)(1 + number * 7 % 300), 0);

	journal_access(slice_of(line, (size_t)len));
}

/* Every line whole, numbers rising; *notes says how many were announced
 * missing. Returns how many were heard. */
static size_t count_heard(uint64_t *missing)
{
	size_t count = 0, next = 0;
	char *end;

	*missing = 0;
	for (char *line = heard; line < heard + heard_len; line = end + 1) {
		end = strchr(line, '\n');
		assert_non_null(end);
		if (*line != JOURNAL_ACCESS) {
			size_t gap = strtoul(line, NULL, 10);

			assert_non_null(strstr(line, " log lines dropped: "));
			*missing += gap;
			next += gap;
			continue;
		}
		assert_int_equal(strtoul(line + 1, NULL, 10), next);
		/* "1<number> <zeroes>" of the length it must have. */
		assert_int_equal(
			end - strchr(line, ' ') - 1, 1 + next * 7 % 300);
		next++;
		count++;
	}
	return count;
}

static void lines_stay_whole_through_a_slow_pipe(void **state)
{
	enum { LINES = 9000 };
	uint64_t missing;

	(void)state;
	for (size_t i = 0; i < LINES; i++) {
		put_numbered(i);
		if (i % 10 == 0)
			loop_turn();
		if (i % 100 == 0) {
			listen_to(1 + i * 13 % 30000);
			loop_turn();
		}
	}
	loop_turn();
	listen_to_all();
	assert_int_equal(count_heard(&missing), LINES);
	assert_int_equal(missing, 0);
}

static void a_stuck_reader_costs_lines_that_are_counted(void **state)
{
	enum { LINES = 20000 };
	uint64_t missing;
	size_t count;

	(void)state;
	for (size_t i = 0; i < LINES; i++) {
		put_numbered(i);
		if (i % 50 == 0)
			loop_turn();
	}
	loop_turn();
	assert_true(journal_dropped() > 0);
	listen_to_all();
	put_numbered(LINES);
	loop_turn();
	listen_to_all();
	count = count_heard(&missing);
	assert_int_equal(missing, journal_dropped());
	assert_int_equal(count + missing, LINES + 1);
	/* What was kept is what there was room for. */
	assert_true(heard_len > JOURNAL_RING - JOURNAL_LINE);
}

/* Slower than the lines come, but alive: notes must not fill the log. */
static void a_reader_too_slow_hears_few_notes(void **state)
{
	enum { LINES = 40000 };
	uint64_t missing;
	size_t notes = 0;

	(void)state;
	for (size_t i = 0; i < LINES; i++) {
		put_numbered(i);
		if (i % 20 == 0) {
			loop_turn();
			listen_to(1000);
			loop_turn();
		}
	}
	loop_turn();
	listen_to_all();
	assert_int_equal(count_heard(&missing) + missing, LINES);
	assert_int_equal(missing, journal_dropped());
	for (char *at = heard; (at = strstr(at, "dropped:")) != NULL; at++)
		notes++;
	assert_in_range(notes, 1, 10);
}

static void more_than_the_ring_in_one_turn_is_counted(void **state)
{
	static char line[JOURNAL_LINE / 2];
	size_t count = 2 * JOURNAL_RING / sizeof(line);

	(void)state;
	memset(line, 'x', sizeof(line));
	for (size_t i = 0; i < count; i++)
		journal_access(slice_of(line, sizeof(line)));
	assert_in_range(journal_dropped(), count / 3, count);
	loop_turn();
	listen_to_all();
	assert_non_null(strstr(heard, " log lines dropped: "));
}

/* ---- the end ---- */

static void a_broken_pipe_ends_the_journal_silently(void **state)
{
	(void)state;
	access_line("a");
	close(reader);
	loop_turn();
	assert_int_equal(cont_count(), 1);
	assert_int_equal(fcntl(writer, F_GETFD), -1);
	access_line("b");
	journal_say("c");
	assert_int_equal(cont_count(), 1);
	reader = dup(0);
}

static void a_pipe_that_breaks_when_full_ends_it_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2000; i++)
		put_numbered(i);
	loop_turn();
	close(reader);
	loop_turn();
	assert_int_equal(cont_count(), 1);
	assert_int_equal(fcntl(writer, F_GETFD), -1);
	reader = dup(0);
}

static void the_last_words_are_written(void **state)
{
	(void)state;
	journal_say("ends");
	journal_shut();
	assert_heard("ends\n");
}

/* A logger that reads a little in each turn. */
static void on_logger(int fd, short revents, void *state)
{
	(void)revents;
	listen_to(4096);
	cont_save(fd, POLLIN, WITHIN_FOREVER, then(on_logger, state));
}

/* More than a pipe holds. */
static void the_last_lines_wait_for_a_slow_logger(void **state)
{
	enum { LINES = 1000 };
	uint64_t missing;

	(void)state;
	cont_save(busy[0], POLLIN, WITHIN_FOREVER, then(on_logger, NULL));
	for (size_t i = 0; i < LINES; i++)
		put_numbered(i);
	journal_finish();
	listen_to_all();
	assert_int_equal(count_heard(&missing), LINES);
	assert_int_equal(missing, 0);
}

static void but_not_for_ever(void **state)
{
	enum { LINES = 1000 };
	uint64_t missing;

	(void)state;
	cont_within(WITHIN_END, 1);
	for (size_t i = 0; i < LINES; i++)
		put_numbered(i);
	journal_finish();
	listen_to_all();
	assert_in_range(count_heard(&missing), 1, LINES - 1);
}

static void nor_for_a_logger_that_is_gone(void **state)
{
	(void)state;
	for (size_t i = 0; i < 1000; i++)
		put_numbered(i);
	loop_turn();
	close(reader);
	journal_finish();
	reader = dup(0);
}

static void without_a_journal_lines_go_nowhere(void **state)
{
	(void)state;
	access_line("a");
	journal_say("b");
	assert_int_equal(journal_dropped(), 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_journal, shut_journal)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_journal_lines_go_nowhere),
		TEST(an_access_line_has_its_mark_and_a_newline),
		TEST(an_operator_line_has_no_mark),
		TEST(an_empty_line_is_a_line),
		TEST(the_lines_of_a_turn_leave_in_order_when_it_ends),
		TEST(an_operator_line_cannot_be_forged_by_a_name),
		TEST(an_access_line_with_a_newline_is_a_bug),
		TEST(a_line_too_long_is_cut),
		TEST(a_quiet_journal_costs_no_turn),
		TEST(a_full_pipe_is_waited_for),
		TEST(lines_stay_whole_through_a_slow_pipe),
		TEST(a_stuck_reader_costs_lines_that_are_counted),
		TEST(a_reader_too_slow_hears_few_notes),
		TEST(more_than_the_ring_in_one_turn_is_counted),
		TEST(a_broken_pipe_ends_the_journal_silently),
		TEST(a_pipe_that_breaks_when_full_ends_it_too),
		TEST(the_last_words_are_written),
		TEST(the_last_lines_wait_for_a_slow_logger),
		TEST(but_not_for_ever),
		TEST(nor_for_a_logger_that_is_gone),
	};

	return cmocka_run_group_tests_name("loop/journal", tests, NULL, NULL);
}
