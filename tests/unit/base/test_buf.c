/*
 * test_buf.c - text in memory of a fixed size, and what happens at its end.
 */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/guard.h"

static void assert_text(const struct buf *b, const char *text)
{
	assert_true(slice_is(buf_slice_of(b), slice_text(text)));
}

static void pieces_are_put_behind_each_other(void **state)
{
	char at[64];
	struct buf b = buf_on(at, sizeof(at));

	(void)state;
	assert_text(&b, "");
	buf_slice(&b, SLICE("ab"));
	buf_text(&b, "cd");
	buf_byte(&b, '\n');
	buf_number(&b, 10);
	buf_hex(&b, 255);
	buf_printf(&b, "<%d %s>", -5, "x");
	assert_text(&b, "abcd\n10ff<-5 x>");
	assert_ptr_equal(buf_slice_of(&b).at, at);
	assert_false(b.full);
}

static void numbers_are_written_in_both_bases(void **state)
{
	static const struct {
		uint64_t number;
		const char *decimal, *hex;
	} cases[] = {
		{0, "0", "0"},
		{9, "9", "9"},
		{10, "10", "a"},
		{16, "16", "10"},
		{0xdeadbeef, "3735928559", "deadbeef"},
		{UINT64_MAX, "18446744073709551615", "ffffffffffffffff"},
	};
	char at[20];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b = buf_on(at, sizeof(at));

		buf_number(&b, cases[i].number);
		assert_text(&b, cases[i].decimal);
		b = buf_on(at, sizeof(at));
		buf_hex(&b, cases[i].number);
		assert_text(&b, cases[i].hex);
		assert_false(b.full);
	}
}

static void what_fills_it_exactly_fits(void **state)
{
	char *at = guard_copy("....", 4);
	struct buf b = buf_on(at, 4);

	(void)state;
	buf_number(&b, 123);
	buf_byte(&b, '4');
	assert_text(&b, "1234");
	assert_false(b.full);
	buf_slice(&b, SLICE(""));
	buf_text(&b, "");
	assert_false(b.full);
	buf_byte(&b, '5');
	assert_true(b.full);
	assert_text(&b, "1234");
	guard_free(at, 4);
}

static void what_does_not_fit_is_left_out_as_a_whole(void **state)
{
	char *at = guard_copy("....", 4);
	struct buf b;

	(void)state;
	b = buf_on(at, 4);
	buf_byte(&b, '1');
	buf_slice(&b, SLICE("abcd"));
	assert_true(b.full);
	assert_text(&b, "1");

	b = buf_on(at, 4);
	buf_text(&b, "12");
	buf_hex(&b, 0xabc);
	assert_true(b.full);
	assert_text(&b, "12");
	guard_free(at, 4);
}

static void nothing_follows_what_was_left_out(void **state)
{
	char at[4];
	struct buf b = buf_on(at, sizeof(at));

	(void)state;
	buf_text(&b, "ab");
	buf_text(&b, "long");
	buf_byte(&b, 'c');
	buf_slice(&b, SLICE("d"));
	buf_number(&b, 1);
	buf_printf(&b, "%d", 1);
	assert_text(&b, "ab");
	assert_true(b.full);
}

static void printf_needs_one_byte_more(void **state)
{
	char *at = guard_copy("....", 4);
	struct buf b;

	(void)state;
	b = buf_on(at, 4);
	buf_printf(&b, "%s", "abc");
	assert_text(&b, "abc");
	assert_false(b.full);

	b = buf_on(at, 4);
	buf_printf(&b, "%s", "abcd");
	assert_text(&b, "");
	assert_true(b.full);

	b = buf_on(at, 4);
	buf_text(&b, "abcd");
	buf_printf(&b, "%s", "e");
	assert_text(&b, "abcd");
	assert_true(b.full);
	guard_free(at, 4);
}

static void no_memory_at_all_is_a_full_buf(void **state)
{
	struct buf b = buf_on(NULL, 0);

	(void)state;
	buf_slice(&b, SLICE(""));
	assert_false(b.full);
	buf_byte(&b, 'a');
	assert_true(b.full);

	b = buf_on(NULL, 0);
	buf_printf(&b, "%d", 1);
	assert_true(b.full);
	assert_int_equal(buf_slice_of(&b).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_put_behind_each_other),
		cmocka_unit_test(numbers_are_written_in_both_bases),
		cmocka_unit_test(what_fills_it_exactly_fits),
		cmocka_unit_test(what_does_not_fit_is_left_out_as_a_whole),
		cmocka_unit_test(nothing_follows_what_was_left_out),
		cmocka_unit_test(printf_needs_one_byte_more),
		cmocka_unit_test(no_memory_at_all_is_a_full_buf),
	};

	return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}
