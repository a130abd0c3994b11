/* test_stride.c - slow until proven fast. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files/stride.h"
#include "loop/fileread.h"
#include "support/turns.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { SMALL = STRIDE_SMALL, LARGE = FILEREAD_BLOCK };

/* What a client does, in order, and how much it is given after that. */
struct deed {
	uint64_t took;  /* bytes in all; 0: it lets us wait */
	int64_t waited; /* milliseconds */
	size_t block;
};

static void goes(const struct deed *deeds, size_t count)
{
	struct stride stride;

	stride_begin(&stride);
	assert_int_equal(stride_block(&stride), SMALL);
	for (size_t i = 0; i < count; i++) {
		if (deeds[i].took > 0) {
			stride_took(&stride, deeds[i].took);
		} else {
			stride_wait(&stride);
			take_turn_after(deeds[i].waited);
			stride_go_on(&stride);
		}
		if (stride_block(&stride) != deeds[i].block)
			fail_msg("deed %zu", i);
	}
}

static void who_takes_the_proof_is_fast(void **state)
{
	static const struct deed deeds[] = {
		{SMALL, 0, SMALL},
		{STRIDE_PROOF - 1, 0, SMALL},
		{STRIDE_PROOF, 0, LARGE},
		{UINT64_MAX, 0, LARGE},
	};

	(void)state;
	goes(deeds, COUNT(deeds));
}

static void who_makes_room_promptly_is_fast_at_once(void **state)
{
	static const struct deed deeds[] = {
		{0, STRIDE_PROMPT - 1, LARGE},
		{SMALL, 0, LARGE},
		{0, 0, LARGE},
	};

	(void)state;
	goes(deeds, COUNT(deeds));
}

/* The bytes that were taken before may be in buffers still. */
static void who_is_late_is_slow_whatever_was_taken(void **state)
{
	static const struct deed deeds[] = {
		{STRIDE_PROOF, 0, LARGE},
		{0, STRIDE_PROMPT, SMALL},
		{2 * STRIDE_PROOF, 0, SMALL},
		{0, 10 * STRIDE_PROMPT, SMALL},
	};

	(void)state;
	goes(deeds, COUNT(deeds));
}

static void who_is_prompt_again_is_fast_again(void **state)
{
	static const struct deed deeds[] = {
		{0, STRIDE_PROMPT, SMALL},
		{0, STRIDE_PROMPT - 1, LARGE},
		{0, STRIDE_PROMPT, SMALL},
		{0, 0, LARGE},
	};

	(void)state;
	goes(deeds, COUNT(deeds));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, turns_open, turns_shut)
	const struct CMUnitTest tests[] = {
		TEST(who_takes_the_proof_is_fast),
		TEST(who_makes_room_promptly_is_fast_at_once),
		TEST(who_is_late_is_slow_whatever_was_taken),
		TEST(who_is_prompt_again_is_fast_again),
	};

	return cmocka_run_group_tests_name("files/stride", tests, NULL, NULL);
}
