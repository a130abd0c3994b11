/* test_fileread_faults.c - one stream, and a disk that does its worst. */
#include "loop/fileread.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "loop/cont_turn.h"
#include "support/aborts.h"
#include "support/fake_aio.h"
#include "support/readers.h"

/* ---- the way it should go ---- */

static void the_threads_are_fixed_once_at_the_start(void **state)
{
	(void)state;
	assert_int_equal(fake_threads(), FILEREAD_THREADS);
}

static void a_read_resumes_its_handler_once_with_the_bytes(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 1000);
	reader_start(&r, 10, 500);
	assert_int_equal(fake_flight(0)->aio_fildes, r.fd);
	assert_int_equal(fake_flight(0)->aio_offset, 10);
	assert_int_equal(fake_flight(0)->aio_nbytes, 500);
	turn();
	assert_int_equal(r.resumed, 0);
	fake_land(0, 0);
	turn();
	assert_block(&r, 10, 500);
	turn();
	assert_int_equal(r.resumed, 1);
	reader_close(&r);
}

/* The busy pipe keeps the signal out: only asking finds the end of the read. */
static void a_completion_is_found_while_a_socket_is_always_ready(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	reader_start(&r, 0, 10);
	for (int i = 0; i < 100; i++)
		turn();
	assert_int_equal(r.resumed, 0);
	fake_land(0, 0);
	turn();
	assert_block(&r, 0, 10);
	reader_close(&r);
}

static void next_block(struct reader *r)
{
	r->act = NULL;
	reader_start(r, 100, 50);
}

static void a_handler_may_want_the_next_block(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 1000);
	r.act = next_block;
	reader_start(&r, 0, 100);
	fake_land(0, 0);
	turn();
	assert_int_equal(fake_started(), 2);
	fake_land(0, 0);
	turn();
	assert_block(&r, 100, 50);
	reader_close(&r);
}

static void the_table_shows_the_name_of_who_waits(void **state)
{
	char text[1000];
	struct buf b = buf_on(text, sizeof(text) - 1);
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	reader_start(&r, 0, 10);
	cont_print(&b);
	text[b.len] = '\0';
	assert_non_null(strstr(text, "on_block"));
	assert_null(strstr(text, "on_read_over"));
	reader_close(&r);
}

/* ---- files ---- */

static void a_file_that_ends_gives_a_short_block_and_then_none(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 70);
	reader_start(&r, 20, 100);
	fake_land(0, 0);
	turn();
	assert_block(&r, 20, 50);
	reader_start(&r, 70, 100);
	fake_land(0, 0);
	turn();
	assert_block(&r, 70, 0);
	reader_close(&r);
}

static void an_empty_file_gives_an_empty_block(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 0);
	reader_start(&r, 0, FILEREAD_BLOCK);
	fake_land(0, 0);
	turn();
	assert_block(&r, 0, 0);
	reader_close(&r);
}

static void a_file_cut_under_the_read_gives_what_is_left(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 1000);
	reader_start(&r, 0, 1000);
	assert_int_equal(ftruncate(r.fd, 10), 0);
	fake_land(0, 0);
	turn();
	assert_block(&r, 0, 10);
	reader_close(&r);
}

static void an_error_of_the_disk_reaches_the_handler(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 1000);
	reader_start(&r, 0, 1000);
	fake_land(0, EIO);
	turn();
	assert_int_equal(r.resumed, 1);
	assert_int_equal(r.error, EIO);
	assert_int_equal(r.block.len, 0);
	reader_start(&r, 0, 1000);
	fake_land(0, 0);
	turn();
	assert_block(&r, 0, 1000);
	reader_close(&r);
}

static void a_read_that_cannot_start_fails_after_the_start(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 1000);
	fake_refuse(EBADF, 1);
	reader_start(&r, 0, 1000);
	turn();
	assert_int_equal(r.resumed, 1);
	assert_int_equal(r.error, EBADF);
	assert_int_equal(fileread_flying(), 0);
	reader_close(&r);
}

/* ---- nobody waits any more ---- */

static void a_resting_stream_closes_at_the_end_of_the_turn(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	reader_close(&r);
	assert_int_equal(fake_closed(), 0);
	turn();
	assert_int_equal(fake_closed(), 1);
}

static void the_next_start_gives_the_block_back(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	reader_start(&r, 0, 10);
	fake_land(0, 0);
	turn();
	reader_start(&r, 5, 5);
	fake_land(0, 0);
	turn();
	assert_block(&r, 5, 5);
	reader_close(&r);
}

static void close_it(struct reader *r)
{
	reader_close(r);
}

static void a_handler_may_close_its_stream(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	r.act = close_it;
	reader_start(&r, 0, 10);
	fake_land(0, 0);
	turn();
	assert_int_equal(fake_closed(), 1);
}

/* fake_aio.c fails the test if a descriptor is closed under its read. */
static void a_stream_closed_in_flight_keeps_its_descriptor(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	reader_start(&r, 0, 10);
	reader_close(&r);
	for (int i = 0; i < 3; i++)
		turn_after(READERS_READ);
	assert_int_equal(fake_closed(), 0);
	assert_int_equal(fileread_flying(), 1);
	assert_int_equal(fileread_detached(), 1);
	fake_land(0, EIO);
	turn();
	assert_int_equal(fake_closed(), 1);
	assert_int_equal(fileread_detached(), 0);
	assert_int_equal(r.resumed, 0);
}

static void close_other(struct reader *r)
{
	if (r->other->f != NULL)
		reader_close(r->other);
}

/* Both have landed in the same turn; who is told first closes the other. */
static void a_stream_closed_before_it_was_told_is_not_told(void **state)
{
	struct reader a, b;

	(void)state;
	reader_open(&a, 1, 10);
	reader_open(&b, 1, 10);
	a.other = &b;
	b.other = &a;
	a.act = b.act = close_other;
	reader_start(&a, 0, 10);
	reader_start(&b, 0, 10);
	fake_land(0, 0);
	fake_land(0, 0);
	turn();
	assert_int_equal(a.resumed + b.resumed, 1);
	assert_int_equal(fake_closed(), 1);
	reader_close(a.f != NULL ? &a : &b);
}

/* ---- late ---- */

static void a_late_read_resumes_its_handler_once_and_goes_on(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	reader_start(&r, 0, 10);
	turn_after(READERS_READ - 1);
	assert_int_equal(r.resumed, 0);
	turn_after(1);
	assert_int_equal(r.resumed, 1);
	assert_true(r.late);
	assert_int_equal(fileread_flying(), 1);
	fake_land(0, 0);
	turn();
	turn();
	assert_int_equal(r.resumed, 1);
	assert_true(fileread_is_late(r.f));
	reader_close(&r);
}

static void a_read_home_in_its_last_moment_is_not_late(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	reader_start(&r, 0, 10);
	fake_land(0, 0);
	turn_after(READERS_READ);
	assert_block(&r, 0, 10);
	reader_close(&r);
}

static void a_late_stream_closed_leaves_its_descriptor_behind(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	r.act = close_it;
	reader_start(&r, 0, 10);
	turn_after(READERS_READ);
	assert_true(r.late);
	assert_int_equal(fake_closed(), 0);
	assert_int_equal(fileread_detached(), 1);
	fake_land(0, 0);
	turn();
	assert_int_equal(fake_closed(), 1);
}

/* ---- broken promises ---- */

static void starts(void *state)
{
	reader_start(state, 0, 10);
}

static void wants_nothing(void *state)
{
	reader_start(state, 0, 0);
}

static void wants_too_much(void *state)
{
	reader_start(state, 0, FILEREAD_BLOCK + 1);
}

static void looks(void *state)
{
	int error;

	(void)fileread_block(((struct reader *)state)->f, &error);
}

static void shuts(void *state)
{
	(void)state;
	fileread_shut();
}

static void a_broken_promise_is_a_bug(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	assert_aborts(wants_nothing, &r);
	assert_aborts(wants_too_much, &r);
	assert_aborts(looks, &r);
	assert_aborts(shuts, &r);
	reader_start(&r, 0, 10);
	assert_aborts(starts, &r);
	assert_aborts(looks, &r);
	turn_after(READERS_READ);
	assert_aborts(starts, &r);
	reader_close(&r);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, readers_open, readers_shut)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_threads_are_fixed_once_at_the_start),
		TEST(a_read_resumes_its_handler_once_with_the_bytes),
		TEST(a_completion_is_found_while_a_socket_is_always_ready),
		TEST(a_handler_may_want_the_next_block),
		TEST(the_table_shows_the_name_of_who_waits),
		TEST(a_file_that_ends_gives_a_short_block_and_then_none),
		TEST(an_empty_file_gives_an_empty_block),
		TEST(a_file_cut_under_the_read_gives_what_is_left),
		TEST(an_error_of_the_disk_reaches_the_handler),
		TEST(a_read_that_cannot_start_fails_after_the_start),
		TEST(a_resting_stream_closes_at_the_end_of_the_turn),
		TEST(the_next_start_gives_the_block_back),
		TEST(a_handler_may_close_its_stream),
		TEST(a_stream_closed_in_flight_keeps_its_descriptor),
		TEST(a_stream_closed_before_it_was_told_is_not_told),
		TEST(a_late_read_resumes_its_handler_once_and_goes_on),
		TEST(a_read_home_in_its_last_moment_is_not_late),
		TEST(a_late_stream_closed_leaves_its_descriptor_behind),
		TEST(a_broken_promise_is_a_bug),
	};

	return cmocka_run_group_tests_name(
		"loop/fileread_faults", tests, NULL, NULL);
}
