/*
 * test_fileread_random.c - a thousand random steps, and a model beside them.
 *
 * The disk answers in any order, with errors and refusals; clients come, stay
 * away with their block, go at any moment; time jumps. The model knows of each
 * stream only what its user may rely on.
 */
#include "loop/fileread.h"

#include <errno.h>
#include <stdlib.h>

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/fake_aio.h"
#include "support/readers.h"

enum { STREAMS = 120, DEVICES = 15, STEPS = 1000, SIZE = 3000 };

enum model { ABSENT, RESTING, WAITING, HELD, LATE };

static struct {
	struct reader reader;
	enum model model;
	size_t device;
	size_t offset, len;
	bool ahead; /* the next bytes are chosen already */
	size_t next_offset, next_len;
	int waited; /* milliseconds */
} streams[STREAMS];

static uint32_t random_state;

static size_t random_below(size_t limit)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % limit;
}

/* ---- what may have happened in a turn ---- */

static void check_block(size_t i)
{
	const struct reader *r = &streams[i].reader;
	size_t left = SIZE - streams[i].offset;

	if (r->error != 0) {
		assert_int_equal(r->error, EIO);
		assert_int_equal(r->block.len, 0);
		return;
	}
	assert_int_equal(
		r->block.len, left < streams[i].len ? left : streams[i].len);
	for (size_t k = 0; k < r->block.len; k += 97)
		assert_int_equal(
			r->block.at[k], reader_byte(streams[i].offset + k));
}

static void check_resumed(size_t i)
{
	const struct reader *r = &streams[i].reader;

	assert_true(r->resumed == 0 || r->resumed == 1);
	if (streams[i].model != WAITING)
		return;
	if (r->resumed == 0) {
		assert_true(streams[i].waited < READERS_READ);
		return;
	}
	streams[i].model = r->late ? LATE : HELD;
	if (r->late)
		assert_true(streams[i].waited >= READERS_READ);
	else
		check_block(i);
}

static size_t stream_of(int fd)
{
	for (size_t i = 0; i < STREAMS; i++)
		if ((streams[i].model == WAITING || streams[i].ahead) &&
			streams[i].reader.fd == fd)
			return i;
	return STREAMS;
}

/* Whether the stream has a reason to stand in line. */
static bool may_wait(size_t i, const size_t *per_device)
{
	return fileread_is_scarce() ||
	       per_device[streams[i].device] >= FILEREAD_PER_DEVICE;
}

static void check_flights(void)
{
	size_t per_device[DEVICES] = {0}, held = 0, detached = 0;
	bool flies[STREAMS + 1] = {false};

	assert_int_equal(fileread_flying(), fake_flying());
	for (size_t k = 0; k < fake_flying(); k++) {
		size_t i = stream_of(fake_flight(k)->aio_fildes);

		flies[i] = true;
		if (i == STREAMS)
			detached++;
		else
			per_device[streams[i].device]++;
	}
	assert_int_equal(fileread_detached(), detached);
	for (size_t i = 0; i < STREAMS; i++)
		held += streams[i].model == HELD;
	assert_true(held + fileread_flying() <= FILEREAD_FLYING);
	assert_true(fileread_is_scarce() || held <= FILEREAD_FLYING / 2);
	for (size_t d = 0; d < DEVICES; d++)
		assert_true(per_device[d] <= FILEREAD_PER_SLOW_DEVICE);
	/* Detached reads fill a device as well, but the model forgot whose. */
	for (size_t i = 0; i < STREAMS && detached == 0; i++)
		if (streams[i].model == WAITING && !flies[i])
			assert_true(may_wait(i, per_device));
}

static void check_turn(int milliseconds)
{
	for (size_t i = 0; i < STREAMS; i++)
		streams[i].waited += milliseconds;
	turn_after(milliseconds);
	for (size_t i = 0; i < STREAMS; i++)
		check_resumed(i);
	check_flights();
}

/* ---- the steps ---- */

static void choose_next(size_t i)
{
	streams[i].next_offset = random_below(SIZE);
	streams[i].next_len = 1 + random_below(SIZE);
}

static void start_ahead(size_t i)
{
	choose_next(i);
	streams[i].ahead = true;
	fileread_ahead(streams[i].reader.f, (off_t)streams[i].next_offset,
		streams[i].next_len);
}

static void start(size_t i)
{
	if (!streams[i].ahead)
		choose_next(i);
	streams[i].ahead = false;
	streams[i].offset = streams[i].next_offset;
	streams[i].len = streams[i].next_len;
	streams[i].waited = 0;
	streams[i].model = WAITING;
	reader_start(
		&streams[i].reader, (off_t)streams[i].offset, streams[i].len);
}

static void close_stream(size_t i)
{
	reader_close(&streams[i].reader);
	streams[i].reader.resumed = 0;
	streams[i].ahead = false;
	streams[i].model = ABSENT;
}

static void step_of_stream(size_t i)
{
	size_t die = random_below(10);

	switch (streams[i].model) {
	case ABSENT:
		streams[i].device = random_below(DEVICES);
		reader_open(&streams[i].reader, (dev_t)streams[i].device + 100,
			SIZE);
		streams[i].model = RESTING;
		break;
	case RESTING:
	case HELD:
		if (die == 0) {
			close_stream(i);
		} else if (die < 6 && streams[i].model == HELD &&
			   !streams[i].ahead) {
			start_ahead(i);
		} else {
			start(i);
		}
		break;
	case WAITING:
		if (die < 2)
			close_stream(i);
		break;
	case LATE:
		close_stream(i);
		break;
	}
}

static void land_some(void)
{
	static const int errors[] = {0, 0, 0, 0, 0, 0, EIO, EAGAIN};

	for (size_t count = random_below(6); count > 0; count--)
		if (fake_flying() > 0)
			fake_land(random_below(fake_flying()),
				errors[random_below(8)]);
}

static void step(void)
{
	for (size_t count = random_below(8); count > 0; count--)
		step_of_stream(random_below(STREAMS));
	if (random_below(20) == 0)
		fake_refuse(EAGAIN, 1 + random_below(3));
	if (random_below(4) > 0)
		land_some();
	check_turn(random_below(50) == 0 ? (int)random_below(READERS_READ)
					 : (int)random_below(5));
}

static void settle(void)
{
	size_t waiting;

	fake_refuse(0, 0);
	do {
		while (fake_flying() > 0)
			fake_land(0, 0);
		check_turn(READERS_RETRY);
		waiting = 0;
		for (size_t i = 0; i < STREAMS; i++) {
			if (streams[i].model == HELD)
				close_stream(i);
			waiting += streams[i].model == WAITING;
		}
	} while (waiting > 0);
	for (size_t i = 0; i < STREAMS; i++)
		if (streams[i].model != ABSENT)
			close_stream(i);
}

static void the_promises_hold_in_any_order_of_events(void **state)
{
	for (uint32_t seed = 1; seed <= 8; seed++) {
		random_state = seed;
		readers_open(state);
		for (size_t n = 0; n < STEPS; n++)
			step();
		settle();
		assert_true(fake_started() > STEPS);
		readers_shut(state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_promises_hold_in_any_order_of_events),
	};

	return cmocka_run_group_tests_name(
		"loop/fileread_random", tests, NULL, NULL);
}
