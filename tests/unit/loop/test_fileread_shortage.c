/* test_fileread_shortage.c - a system that is short of something. */
#include "loop/fileread.h"

#include <errno.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/heap.h"
#include "base/pool.h"
#include "support/fake_aio.h"
#include "support/readers.h"

static size_t memory_grants = SIZE_MAX; /* then one refusal */

static bool no_memory; /* and then all are refused */

static bool memory_is_refused(void)
{
	if (no_memory)
		return true;
	if (memory_grants == SIZE_MAX || memory_grants-- > 0)
		return false;
	memory_grants = SIZE_MAX;
	return true;
}

void *__real_pool_take(struct pool *p);
void *__wrap_pool_take(struct pool *p);
void *__real_pool_take_raw(struct pool *p);
void *__wrap_pool_take_raw(struct pool *p);

void *__real_heap_take(size_t size);
void *__wrap_heap_take(size_t size);

void *__wrap_heap_take(size_t size)
{
	return no_memory ? NULL : __real_heap_take(size);
}

void *__wrap_pool_take(struct pool *p)
{
	return memory_is_refused() ? NULL : __real_pool_take(p);
}

void *__wrap_pool_take_raw(struct pool *p)
{
	return memory_is_refused() ? NULL : __real_pool_take_raw(p);
}

static void a_refused_read_is_tried_again_after_a_breath(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	fake_refuse(EAGAIN, 2);
	reader_start(&r, 0, 10);
	turn();
	turn_after(READERS_RETRY - 1);
	assert_int_equal(fake_refused(), 1);
	assert_true(fileread_is_scarce());
	turn_after(1);
	assert_int_equal(fake_refused(), 2);
	turn_after(READERS_RETRY);
	assert_int_equal(fake_started(), 1);
	assert_false(fileread_is_scarce());
	fake_land(0, 0);
	turn();
	assert_block(&r, 0, 10);
	reader_close(&r);
}

static void a_refused_read_is_tried_again_when_another_ends(void **state)
{
	struct reader a, b;

	(void)state;
	reader_open(&a, 1, 10);
	reader_open(&b, 1, 10);
	reader_start(&a, 0, 10);
	fake_refuse(EAGAIN, 1);
	reader_start(&b, 0, 10);
	turn();
	assert_int_equal(fake_started(), 1);
	fake_land(0, 0);
	turn();
	assert_int_equal(fake_started(), 2);
	fake_land(0, 0);
	turn();
	assert_block(&b, 0, 10);
	reader_close(&a);
	reader_close(&b);
}

static void a_shortage_that_shows_late_is_no_error_of_the_file(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	reader_start(&r, 0, 10);
	fake_land(0, EAGAIN);
	turn();
	assert_int_equal(r.resumed, 0);
	assert_int_equal(fileread_flying(), 0);
	turn_after(READERS_RETRY);
	fake_land(0, 0);
	turn();
	assert_block(&r, 0, 10);
	reader_close(&r);
}

static void a_shortage_without_end_makes_the_read_late(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	fake_refuse(EAGAIN, SIZE_MAX);
	reader_start(&r, 0, 10);
	for (int i = 0; i < READERS_READ / READERS_RETRY; i++)
		turn_after(READERS_RETRY);
	assert_true(r.late);
	assert_in_range(fake_refused(), 50, READERS_READ / READERS_RETRY + 1);
	reader_close(&r);
	turn();
	assert_int_equal(fake_closed(), 1);
}

static void a_block_without_memory_is_tried_again(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	no_memory = true;
	reader_start(&r, 0, 10);
	turn();
	assert_int_equal(fake_started(), 0);
	no_memory = false;
	turn_after(READERS_RETRY);
	fake_land(0, 0);
	turn();
	assert_block(&r, 0, 10);
	reader_close(&r);
}

static void a_block_given_back_ends_a_lack_of_memory(void **state)
{
	struct reader a, b;

	(void)state;
	reader_open(&a, 1, 10);
	reader_open(&b, 1, 10);
	reader_start(&a, 0, 10);
	fake_land(0, 0);
	turn();
	no_memory = true;
	reader_start(&b, 0, 10);
	assert_int_equal(fake_started(), 1);
	reader_close(&a);
	assert_int_equal(fake_started(), 2);
	no_memory = false;
	reader_close(&b);
}

static void a_small_block_is_better_than_none(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 2 * FILEREAD_SMALL);
	memory_grants = 0;
	reader_start(&r, 10, 2 * FILEREAD_SMALL - 10);
	fake_land(0, 0);
	turn();
	assert_block(&r, 10, FILEREAD_SMALL);

	/* It is not used again when there is more. */
	reader_start(&r, 0, 2 * FILEREAD_SMALL);
	fake_land(0, 0);
	turn();
	assert_block(&r, 0, 2 * FILEREAD_SMALL);
	reader_close(&r);
}

static void a_stream_without_memory_leaves_the_descriptor(void **state)
{
	struct reader r;
	int other;

	(void)state;
	reader_open(&r, 1, 10);
	other = dup(r.fd);
	/* Neither for the stream nor for the device, which is a new one. */
	for (size_t grants = 0; grants < 2; grants++) {
		memory_grants = grants;
		assert_null(fileread_open(other, 2));
	}
	assert_int_equal(close(other), 0);
	reader_close(&r);
}

static void read_all(struct reader *r)
{
	fake_land(0, 0);
	turn();
	assert_block(r, 0, 10);
	reader_close(r);
}

/* A block is kept for the next read, until memory is short. */
static void blocks_at_rest_are_given_back(void **state)
{
	struct reader r;

	(void)state;
	reader_open(&r, 1, 10);
	reader_start(&r, 0, 10);
	read_all(&r);

	reader_open(&r, 1, 10);
	no_memory = true;
	reader_start(&r, 0, 10);
	assert_int_equal(fake_started(), 2);
	no_memory = false;
	read_all(&r);

	reader_open(&r, 1, 10);
	fileread_shrink();
	no_memory = true;
	reader_start(&r, 0, 10);
	assert_int_equal(fake_started(), 2);
	no_memory = false;
	turn_after(READERS_RETRY);
	read_all(&r);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, readers_open, readers_shut)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_refused_read_is_tried_again_after_a_breath),
		TEST(a_refused_read_is_tried_again_when_another_ends),
		TEST(a_shortage_that_shows_late_is_no_error_of_the_file),
		TEST(a_shortage_without_end_makes_the_read_late),
		TEST(a_block_without_memory_is_tried_again),
		TEST(a_block_given_back_ends_a_lack_of_memory),
		TEST(a_small_block_is_better_than_none),
		TEST(a_stream_without_memory_leaves_the_descriptor),
		TEST(blocks_at_rest_are_given_back),
	};

	return cmocka_run_group_tests_name(
		"loop/fileread_shortage", tests, NULL, NULL);
}
