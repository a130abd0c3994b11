/* test_fileread_line.c - many streams: who flies, who waits, who is passed. */
#include "loop/fileread.h"

#include <errno.h>

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/fake_aio.h"
#include "support/readers.h"

enum { MANY = FILEREAD_FLYING + 10 };

static struct reader readers[MANY];

/* The first count readers want a block; reader i is on device i % devices. */
static void start_many(size_t count, size_t devices)
{
	for (size_t i = 0; i < count; i++) {
		reader_open(&readers[i], (dev_t)(i % devices), 100);
		reader_start(&readers[i], 0, 100);
	}
}

static void close_many(size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (readers[i].f != NULL)
			reader_close(&readers[i]);
}

static bool flies(const struct reader *r)
{
	for (size_t i = 0; i < fake_flying(); i++)
		if (fake_flight(i)->aio_fildes == r->fd)
			return true;
	return false;
}

static void land_all_in_flight(void)
{
	for (size_t left = fake_flying(); left > 0; left--)
		fake_land(0, 0);
	turn();
}

static void a_device_has_its_share_of_the_reads_in_flight(void **state)
{
	(void)state;
	start_many(FILEREAD_PER_DEVICE + 3, 1);
	assert_int_equal(fileread_flying(), FILEREAD_PER_DEVICE);
	fake_land(0, 0);
	turn();
	assert_int_equal(fileread_flying(), FILEREAD_PER_DEVICE);
	close_many(FILEREAD_PER_DEVICE + 3);
}

static void who_waits_for_a_full_device_is_passed(void **state)
{
	struct reader other;

	(void)state;
	start_many(FILEREAD_PER_DEVICE + 3, 1);
	/* Nothing is scarce: the line is for the disk and not for blocks. */
	assert_false(fileread_is_scarce());
	reader_open(&other, 1, 100);
	reader_start(&other, 0, 100);
	assert_true(flies(&other));
	reader_close(&other);
	close_many(FILEREAD_PER_DEVICE + 3);
}

static void detached_reads_count_for_their_device(void **state)
{
	(void)state;
	start_many(FILEREAD_PER_DEVICE + 1, 1);
	for (size_t i = 0; i < FILEREAD_PER_DEVICE; i++)
		reader_close(&readers[i]);
	turn();
	assert_int_equal(fileread_detached(), FILEREAD_PER_DEVICE);
	assert_false(flies(&readers[FILEREAD_PER_DEVICE]));
	fake_land(0, 0);
	turn();
	assert_true(flies(&readers[FILEREAD_PER_DEVICE]));
	close_many(FILEREAD_PER_DEVICE + 1);
}

/* Its reads take time and no processor. */
static void a_slow_device_has_a_larger_share(void **state)
{
	enum { LEN = FILEREAD_PER_SLOW_DEVICE + 2 };

	(void)state;
	start_many(LEN, 1);
	turn_after(FILEREAD_SLOW - 1);
	fake_land(0, 0);
	turn();
	assert_int_equal(fileread_flying(), FILEREAD_PER_DEVICE);
	turn_after(1);
	fake_land(0, 0);
	turn();
	assert_int_equal(fileread_flying(), FILEREAD_PER_SLOW_DEVICE);
	close_many(LEN);
}

static void a_line_is_served_in_order(void **state)
{
	enum { LEN = FILEREAD_PER_DEVICE * 4 };

	(void)state;
	start_many(LEN, 1);
	for (size_t i = 0; i < LEN; i++) {
		assert_int_equal(fake_flight(0)->aio_fildes, readers[i].fd);
		fake_land(0, 0);
		turn();
		assert_int_equal(readers[i].resumed, 1);
	}
	close_many(LEN);
}

static void want_again(struct reader *r)
{
	reader_start(r, 0, 100);
}

/* Who has just been served goes behind all who wait. */
static void nobody_overtakes_by_asking_again(void **state)
{
	enum { LEN = FILEREAD_PER_DEVICE * 3, ROUNDS = 5 };
	int started[LEN] = {0};

	(void)state;
	start_many(LEN, 1);
	for (size_t i = 0; i < LEN; i++)
		readers[i].act = want_again;
	for (int i = 0; i < LEN * ROUNDS; i++) {
		int fd = fake_flight(0)->aio_fildes;

		for (size_t k = 0; k < LEN; k++)
			started[k] += readers[k].fd == fd;
		fake_land(0, 0);
		turn();
	}
	for (size_t k = 0; k < LEN; k++)
		assert_int_equal(started[k], ROUNDS);
	close_many(LEN);
}

/* Held blocks are slots: reads of devices that are idle wait for them. */
static void hold_all_slots(void)
{
	start_many(MANY, FILEREAD_FLYING / 2);
	assert_int_equal(fileread_flying(), FILEREAD_FLYING);
	assert_true(fileread_is_scarce());
	land_all_in_flight();
	assert_int_equal(fileread_flying(), 0);
	assert_true(fileread_is_scarce());
}

static void a_block_given_back_lets_the_next_in_line_fly(void **state)
{
	(void)state;
	hold_all_slots();
	reader_close(&readers[40]);
	assert_true(flies(&readers[FILEREAD_FLYING]));
	assert_int_equal(fileread_flying(), 1);
	/* Its own next read, too, goes behind those who wait. */
	reader_start(&readers[7], 50, 50);
	assert_true(flies(&readers[FILEREAD_FLYING + 1]));
	assert_false(flies(&readers[7]));
	close_many(MANY);
}

static void the_devices_lines_are_served_in_one_order(void **state)
{
	(void)state;
	hold_all_slots();
	for (size_t i = 0; i < MANY - FILEREAD_FLYING; i++) {
		reader_close(&readers[i]);
		assert_true(flies(&readers[FILEREAD_FLYING + i]));
		assert_int_equal(fileread_flying(), i + 1);
	}
	close_many(MANY);
}

static void blocks_are_scarce_when_most_are_held(void **state)
{
	enum { HALF = FILEREAD_FLYING / 2 };

	(void)state;
	start_many(HALF + 1, 8);
	assert_false(fileread_is_scarce());
	land_all_in_flight();
	assert_true(fileread_is_scarce());
	reader_close(&readers[0]);
	assert_false(fileread_is_scarce());
	close_many(HALF + 1);
}

static void a_stream_closed_in_line_leaves_at_once(void **state)
{
	enum { LEN = FILEREAD_PER_DEVICE + 4 };
	struct reader *waiting = &readers[FILEREAD_PER_DEVICE];

	(void)state;
	start_many(LEN, 1);
	/* From the middle, the end and the head of the line. */
	reader_close(&waiting[1]);
	reader_close(&waiting[3]);
	reader_close(&waiting[0]);
	turn();
	assert_int_equal(fake_closed(), 3);
	assert_int_equal(fileread_detached(), 0);
	land_all_in_flight();
	assert_int_equal(fileread_flying(), 1);
	assert_true(flies(&waiting[2]));
	assert_int_equal(waiting[1].resumed, 0);
	close_many(LEN);
}

static void a_read_may_be_late_in_line_and_then_closes_at_once(void **state)
{
	enum { LEN = FILEREAD_PER_DEVICE + 2 };

	(void)state;
	start_many(LEN, 1);
	turn_after(READERS_READ);
	for (size_t i = 0; i < LEN; i++)
		assert_true(readers[i].resumed == 1 && readers[i].late);
	assert_int_equal(fileread_flying(), FILEREAD_PER_DEVICE);
	close_many(LEN);
	turn();
	assert_int_equal(fake_closed(), LEN - FILEREAD_PER_DEVICE);
	land_all_in_flight();
	assert_int_equal(fake_closed(), LEN);
	assert_int_equal(fake_started(), FILEREAD_PER_DEVICE);
}

static void blocks_are_not_scarce_when_the_line_is_gone(void **state)
{
	(void)state;
	start_many(MANY, FILEREAD_FLYING / 2);
	assert_true(fileread_is_scarce());
	turn_after(READERS_READ);
	assert_true(readers[MANY - 1].late);
	assert_false(fileread_is_scarce());
	close_many(MANY);
}

static void who_is_refused_keeps_his_place_in_line(void **state)
{
	(void)state;
	fake_refuse(EAGAIN, 1);
	start_many(3, 3);
	assert_int_equal(fake_started(), 0);
	turn_after(READERS_RETRY);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(fake_flight(i)->aio_fildes, readers[i].fd);
	/* The same when the refusal comes after take-off, in any order. */
	fake_land(2, EAGAIN);
	fake_land(0, EAGAIN);
	turn();
	assert_int_equal(fileread_flying(), 1);
	turn_after(READERS_RETRY);
	assert_int_equal(fake_flight(1)->aio_fildes, readers[0].fd);
	assert_int_equal(fake_flight(2)->aio_fildes, readers[2].fd);
	close_many(3);
}

static void who_is_refused_late_stands_before_who_waited_behind(void **state)
{
	enum { LEN = FILEREAD_PER_DEVICE + 2 };

	(void)state;
	start_many(LEN, 1);
	fake_land(1, EAGAIN);
	fake_land(0, EAGAIN);
	turn();
	turn_after(READERS_RETRY);
	assert_true(flies(&readers[0]) && flies(&readers[1]));
	assert_false(flies(&readers[LEN - 1]) || flies(&readers[LEN - 2]));
	close_many(LEN);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, readers_open, readers_shut)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_has_its_share_of_the_reads_in_flight),
		TEST(who_waits_for_a_full_device_is_passed),
		TEST(detached_reads_count_for_their_device),
		TEST(a_slow_device_has_a_larger_share),
		TEST(a_line_is_served_in_order),
		TEST(nobody_overtakes_by_asking_again),
		TEST(a_block_given_back_lets_the_next_in_line_fly),
		TEST(the_devices_lines_are_served_in_one_order),
		TEST(blocks_are_scarce_when_most_are_held),
		TEST(a_stream_closed_in_line_leaves_at_once),
		TEST(a_read_may_be_late_in_line_and_then_closes_at_once),
		TEST(blocks_are_not_scarce_when_the_line_is_gone),
		TEST(who_is_refused_keeps_his_place_in_line),
		TEST(who_is_refused_late_stands_before_who_waited_behind),
	};

	return cmocka_run_group_tests_name(
		"loop/fileread_line", tests, NULL, NULL);
}
