/* test_fileread_ahead.c - reads that nobody waits for yet. */
#include "loop/fileread.h"

#include <errno.h>

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/aborts.h"
#include "support/fake_aio.h"
#include "support/readers.h"

enum { MANY = FILEREAD_FLYING };

static struct reader readers[MANY];

/* A stream on the device that holds the first 100 bytes of its file. */
static void hold(struct reader *r, dev_t device)
{
	reader_open(r, device, 1000);
	reader_start(r, 0, 100);
	fake_land(fake_flying() - 1, 0);
	turn();
	assert_block(r, 0, 100);
}

static void the_block_in_hand_stays(void **state)
{
	struct reader r;

	(void)state;
	hold(&r, 1);
	fileread_ahead(r.f, 100, 50);
	assert_int_equal(fake_flying(), 1);
	fake_land(0, 0);
	turn();
	assert_block(&r, 0, 100);
	reader_start(&r, 100, 50);
	turn();
	assert_block(&r, 100, 50);
	assert_int_equal(fake_started(), 2);
	reader_close(&r);
}

static void one_that_flies_is_waited_for(void **state)
{
	struct reader r;

	(void)state;
	hold(&r, 1);
	fileread_ahead(r.f, 100, 50);
	reader_start(&r, 100, 50);
	turn_after(READERS_READ - 1);
	assert_int_equal(r.resumed, 0);
	fake_land(0, 0);
	turn();
	assert_block(&r, 100, 50);
	reader_close(&r);
}

static void what_cannot_even_start_is_told_when_asked_for(void **state)
{
	struct reader r;

	(void)state;
	hold(&r, 1);
	fake_refuse(EINVAL, 1);
	fileread_ahead(r.f, 100, 50);
	turn();
	assert_block(&r, 0, 100);
	reader_start(&r, 100, 50);
	turn();
	assert_int_equal(r.resumed, 1);
	assert_int_equal(r.error, EINVAL);
	reader_close(&r);
}

static void what_is_refused_for_a_shortage_is_read_when_asked_for(void **state)
{
	struct reader r;

	(void)state;
	hold(&r, 1);
	fake_refuse(EAGAIN, 1);
	fileread_ahead(r.f, 100, 50);
	assert_int_equal(fake_flying(), 0);
	assert_false(fileread_is_scarce());
	reader_start(&r, 100, 50);
	fake_land(0, 0);
	turn();
	assert_block(&r, 100, 50);
	reader_close(&r);
}

/* ---- only what nobody else needs ---- */

static void a_device_keeps_a_place_for_those_who_wait(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILEREAD_PER_DEVICE; i++)
		hold(&readers[i], 1);
	for (size_t i = 0; i < FILEREAD_PER_DEVICE; i++)
		fileread_ahead(readers[i].f, 100, 50);
	assert_int_equal(fake_flying(), FILEREAD_PER_DEVICE - 1);
	for (size_t i = 0; i < FILEREAD_PER_DEVICE; i++)
		reader_close(&readers[i]);
}

static void a_crowd_reads_nothing_ahead(void **state)
{
	enum { CROWD = FILEREAD_FLYING / 4 + 1 };

	(void)state;
	for (size_t i = 0; i < CROWD; i++)
		hold(&readers[i], (dev_t)i);
	fileread_ahead(readers[0].f, 100, 50);
	assert_int_equal(fake_flying(), 0);
	reader_close(&readers[1]);
	fileread_ahead(readers[0].f, 100, 50);
	assert_int_equal(fake_flying(), 1);
	reader_close(&readers[0]);
	for (size_t i = 2; i < CROWD; i++)
		reader_close(&readers[i]);
}

/* Reads that nobody waits for any more have slots as well. */
static void nor_is_it_done_while_slots_are_few(void **state)
{
	enum { HALF = FILEREAD_FLYING / 2 };
	struct reader r;

	(void)state;
	hold(&r, HALF);
	for (size_t i = 0; i < HALF - 1; i++) {
		reader_open(&readers[i], (dev_t)i, 100);
		reader_start(&readers[i], 0, 100);
		reader_close(&readers[i]);
	}
	assert_int_equal(fileread_detached(), HALF - 1);
	fileread_ahead(r.f, 100, 50);
	assert_int_equal(fake_flying(), HALF - 1);
	reader_close(&r);
}

/* ---- broken promises ---- */

static void wants_others(void *state)
{
	reader_start(state, 50, 50);
}

static void wants_more(void *state)
{
	fileread_ahead(((struct reader *)state)->f, 150, 50);
}

static void the_next_start_wants_the_same_bytes(void **state)
{
	struct reader r;

	(void)state;
	hold(&r, 1);
	fileread_ahead(r.f, 100, 50);
	assert_aborts(wants_others, &r);
	assert_aborts(wants_more, &r);
	reader_close(&r);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, readers_open, readers_shut)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_block_in_hand_stays),
		TEST(one_that_flies_is_waited_for),
		TEST(what_cannot_even_start_is_told_when_asked_for),
		TEST(what_is_refused_for_a_shortage_is_read_when_asked_for),
		TEST(a_device_keeps_a_place_for_those_who_wait),
		TEST(a_crowd_reads_nothing_ahead),
		TEST(nor_is_it_done_while_slots_are_few),
		TEST(the_next_start_wants_the_same_bytes),
	};

	return cmocka_run_group_tests_name(
		"loop/fileread_ahead", tests, NULL, NULL);
}
