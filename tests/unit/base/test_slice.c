/*
 * test_slice.c - slices: comparing, trimming, cutting, numbers.
 */
#include "base/slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/guard.h"

static const struct slice nothing; /* no bytes and no address */

static void a_slice_is_what_it_was_made_of(void **state)
{
	const char *text = "abc";
	struct slice s = slice_of(text, 2);

	(void)state;
	assert_ptr_equal(s.at, text);
	assert_int_equal(s.len, 2);
	assert_int_equal(slice_text(text).len, 3);
	assert_int_equal(slice_text("").len, 0);
	assert_int_equal(SLICE("a\0b").len, 3);
}

static void slices_are_equal_by_their_bytes(void **state)
{
	static const struct {
		const char *a, *b;
		bool same, same_nocase;
	} cases[] = {
		{"", "", true, true},
		{"a", "", false, false},
		{"abc", "abc", true, true},
		{"abc", "abd", false, false},
		{"abc", "ab", false, false},
		{"Host", "hOST", false, true},
		{"az", "AZ", false, true},
		/* the neighbours of the letters are no letters */
		{"@", "`", false, false},
		{"[", "{", false, false},
		{"\xc4", "\xe4", false, false},
		{"\r", "-", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct slice a = slice_text(cases[i].a);
		struct slice b = slice_text(cases[i].b);

		assert_int_equal(slice_is(a, b), cases[i].same);
		assert_int_equal(slice_is(b, a), cases[i].same);
		assert_int_equal(slice_is_nocase(a, b), cases[i].same_nocase);
		assert_int_equal(slice_is_nocase(b, a), cases[i].same_nocase);
	}
	assert_true(slice_is(nothing, SLICE("")));
	assert_true(slice_is(nothing, nothing));
	assert_true(slice_is_nocase(nothing, SLICE("")));
	assert_false(slice_is(nothing, SLICE("a")));
}

static void beginnings_and_ends_are_found(void **state)
{
	static const struct {
		const char *s, *part;
		bool starts, ends;
	} cases[] = {
		{"", "", true, true},
		{"abc", "", true, true},
		{"abc", "abc", true, true},
		{"abc", "ab", true, false},
		{"abc", "bc", false, true},
		{"abc", "b", false, false},
		{"bc", "abc", false, false},
		{"abc", "abcd", false, false},
		{"", "a", false, false},
		{"aba", "a", true, true},
		{"abc", "A", false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct slice s = slice_text(cases[i].s);
		struct slice part = slice_text(cases[i].part);

		assert_int_equal(slice_starts(s, part), cases[i].starts);
		assert_int_equal(slice_ends(s, part), cases[i].ends);
	}
	assert_true(slice_starts(nothing, SLICE("")));
	assert_true(slice_ends(nothing, nothing));
	assert_false(slice_ends(nothing, SLICE("a")));
}

static void blanks_and_tabs_are_trimmed_and_nothing_else(void **state)
{
	static const struct {
		const char *s, *trimmed;
	} cases[] = {
		{"", ""},
		{" ", ""},
		{" \t \t", ""},
		{"a", "a"},
		{" a", "a"},
		{"a\t", "a"},
		{"\t a b \t", "a b"},
		{"\r\na\v\f", "\r\na\v\f"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(slice_is(slice_trim(slice_text(cases[i].s)),
			slice_text(cases[i].trimmed)));
	assert_null(slice_trim(nothing).at);
	assert_int_equal(slice_trim(nothing).len, 0);
}

static void a_list_is_cut_into_its_parts(void **state)
{
	static const struct {
		const char *list;
		size_t count;
		const char *parts[4];
	} cases[] = {
		{"", 1, {""}},
		{"a", 1, {"a"}},
		{"a,b", 2, {"a", "b"}},
		{"a,,b", 3, {"a", "", "b"}},
		{",", 2, {"", ""}},
		{"a,", 2, {"a", ""}},
		{",a", 2, {"", "a"}},
		{"a b;c,d", 2, {"a b;c", "d"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct slice rest = slice_text(cases[i].list);
		struct slice part;

		for (size_t j = 0; j < cases[i].count; j++) {
			assert_true(slice_cut(&rest, ',', &part));
			assert_true(
				slice_is(part, slice_text(cases[i].parts[j])));
		}
		assert_null(rest.at);
		assert_false(slice_cut(&rest, ',', &part));
	}
}

static void a_number_is_digits_that_fit(void **state)
{
	static const struct {
		const char *text;
		bool is_number;
		uint64_t number;
	} cases[] = {
		{"0", true, 0},
		{"7", true, 7},
		{"0042", true, 42},
		{"18446744073709551615", true, UINT64_MAX},
		{"00000000000000000000000001", true, 1},
		{"18446744073709551616", false, 0},
		{"18446744073709551620", false, 0},
		{"99999999999999999999", false, 0},
		{"184467440737095516150", false, 0},
		{"", false, 0},
		{"-1", false, 0},
		{"+1", false, 0},
		{" 1", false, 0},
		{"1 ", false, 0},
		{"1a", false, 0},
		{"0x1", false, 0},
		{"/", false, 0},
		{":", false, 0},
		{"\xb2", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct slice text = slice_text(cases[i].text);
		char *copy = guard_copy(text.at, text.len);
		uint64_t number = 99;

		assert_int_equal(
			slice_number(slice_of(copy, text.len), &number),
			cases[i].is_number);
		assert_true(
			number == (cases[i].is_number ? cases[i].number : 99));
		guard_free(copy, text.len);
	}
	assert_false(slice_number(nothing, &(uint64_t){0}));
}

static void nothing_is_read_behind_the_end(void **state)
{
	struct slice text = SLICE("\t one,two ");
	struct slice s, part;
	char *copy;

	(void)state;
	for (size_t len = 0; len <= text.len; len++) {
		copy = guard_copy(text.at, len);
		s = slice_of(copy, len);
		assert_true(slice_is(s, slice_of(text.at, len)));
		assert_true(slice_is_nocase(s, slice_of(text.at, len)));
		assert_int_equal(slice_starts(s, text), len == text.len);
		assert_int_equal(slice_ends(s, text), len == text.len);
		assert_true(slice_trim(s).len <= len);
		while (slice_cut(&s, ',', &part))
			assert_true(part.len <= len);
		guard_free(copy, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slice_is_what_it_was_made_of),
		cmocka_unit_test(slices_are_equal_by_their_bytes),
		cmocka_unit_test(beginnings_and_ends_are_found),
		cmocka_unit_test(blanks_and_tabs_are_trimmed_and_nothing_else),
		cmocka_unit_test(a_list_is_cut_into_its_parts),
		cmocka_unit_test(a_number_is_digits_that_fit),
		cmocka_unit_test(nothing_is_read_behind_the_end),
	};

	return cmocka_run_group_tests_name("base/slice", tests, NULL, NULL);
}
