/*
 * test_range.c - the Range field (RFC 9110, 14).
 */
#include "http/range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "support/guard.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct example {
	const char *value;
	uint64_t size;
	enum range_answer answer;
	size_t count;
	struct range ranges[5];
};

static void check(const struct example *e)
{
	size_t len = strlen(e->value);
	char *copy = guard_copy(e->value, len);
	struct range ranges[RANGE_MAX];
	size_t count = 99;
	enum range_answer answer =
		range_parse(slice_of(copy, len), e->size, ranges, &count);

	if (answer != e->answer || (answer == RANGE_SOME && count != e->count))
		fail_msg("%s of %llu: answer %d, count %zu", e->value,
			(unsigned long long)e->size, (int)answer, count);
	for (size_t i = 0; answer == RANGE_SOME && i < count; i++)
		if (ranges[i].first != e->ranges[i].first ||
			ranges[i].len != e->ranges[i].len)
			fail_msg("%s: range %zu is %llu+%llu", e->value, i,
				(unsigned long long)ranges[i].first,
				(unsigned long long)ranges[i].len);
	guard_free(copy, len);
}

/* 14.1.2, the RFC's own examples for a representation of 10000 bytes */
static void the_examples_of_the_rfc_are_served(void **state)
{
	static const struct example cases[] = {
		{"bytes=0-499", 10000, RANGE_SOME, 1, {{0, 500}}},
		{"bytes=500-999", 10000, RANGE_SOME, 1, {{500, 500}}},
		{"bytes=-500", 10000, RANGE_SOME, 1, {{9500, 500}}},
		{"bytes=9500-", 10000, RANGE_SOME, 1, {{9500, 500}}},
		{"bytes=0-0,-1", 10000, RANGE_SOME, 2, {{0, 1}, {9999, 1}}},
		{"bytes= 0-0, -2", 10000, RANGE_SOME, 2, {{0, 1}, {9998, 2}}},
		{"bytes= 0-999, 4500-5499, -1000", 10000, RANGE_SOME, 3,
			{{0, 1000}, {4500, 1000}, {9000, 1000}}},
		{"bytes=500-600,601-999", 10000, RANGE_SOME, 2,
			{{500, 101}, {601, 399}}},
		{"bytes=500-700,601-999", 10000, RANGE_SOME, 1, {{500, 500}}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

/* 14.1.1 and 14.1.2 */
static void positions_are_clipped_to_the_size(void **state)
{
	static const struct example cases[] = {
		{"bytes=0-", 1000, RANGE_SOME, 1, {{0, 1000}}},
		{"bytes=999-", 1000, RANGE_SOME, 1, {{999, 1}}},
		{"bytes=999-999", 1000, RANGE_SOME, 1, {{999, 1}}},
		{"bytes=990-1990", 1000, RANGE_SOME, 1, {{990, 10}}},
		{"bytes=990-1000", 1000, RANGE_SOME, 1, {{990, 10}}},
		{"bytes=0-999", 1000, RANGE_SOME, 1, {{0, 1000}}},
		{"bytes=-1000", 1000, RANGE_SOME, 1, {{0, 1000}}},
		{"bytes=-5000", 1000, RANGE_SOME, 1, {{0, 1000}}},
		{"bytes=0000-0009", 1000, RANGE_SOME, 1, {{0, 10}}},
		{"bytes=-0010", 1000, RANGE_SOME, 1, {{990, 10}}},
		{"bytes=0-0", 1, RANGE_SOME, 1, {{0, 1}}},
		{"bytes=-1", 1, RANGE_SOME, 1, {{0, 1}}},
		/* 32 bits and more */
		{"bytes=4294967295-4294967296", 1ULL << 33, RANGE_SOME, 1,
			{{4294967295, 2}}},
		{"bytes=-4294967297", 1ULL << 33, RANGE_SOME, 1,
			{{4294967295, 4294967297}}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

/* 14.1.2: "recipients ought to anticipate potentially large decimal numerals
 * and prevent parsing errors due to integer conversion overflows" */
static void positions_beyond_2_64_are_beyond_every_file(void **state)
{
	static const struct example cases[] = {
		{"bytes=10-18446744073709551615", 1000, RANGE_SOME, 1,
			{{10, 990}}},
		{"bytes=10-18446744073709551616", 1000, RANGE_SOME, 1,
			{{10, 990}}},
		{"bytes=10-18446744073709551626", 1000, RANGE_SOME, 1,
			{{10, 990}}},
		{"bytes=10-999999999999999999999999999999", 1000, RANGE_SOME, 1,
			{{10, 990}}},
		{"bytes=-18446744073709551617", 1000, RANGE_SOME, 1,
			{{0, 1000}}},
		{"bytes=18446744073709551616-", 1000, RANGE_NOTHING, 0,
			{{0, 0}}},
		{"bytes=18446744073709551617-18446744073709551618", 1000,
			RANGE_NOTHING, 0, {{0, 0}}},
		{"bytes=0-18446744073709551615", UINT64_MAX, RANGE_SOME, 1,
			{{0, UINT64_MAX}}},
		{"bytes=18446744073709551614-", UINT64_MAX, RANGE_SOME, 1,
			{{UINT64_MAX - 1, 1}}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

/* 14.1.1: units are case-insensitive; 5.6.1: lists */
static void spelling_is_free_where_the_rfc_says_so(void **state)
{
	static const struct example cases[] = {
		{"BYTES=0-9", 1000, RANGE_SOME, 1, {{0, 10}}},
		{"bYtEs=0-9", 1000, RANGE_SOME, 1, {{0, 10}}},
		{"bytes=0-9 ,\t20-29", 1000, RANGE_SOME, 2,
			{{0, 10}, {20, 10}}},
		{"bytes=,0-9", 1000, RANGE_SOME, 1, {{0, 10}}},
		{"bytes=0-9,", 1000, RANGE_SOME, 1, {{0, 10}}},
		{"bytes=, ,\t, 0-9 , ,,20-29, ", 1000, RANGE_SOME, 2,
			{{0, 10}, {20, 10}}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

/* 14.2: "MAY ignore" what is invalid, "MUST ignore" another unit */
static const char *const invalid[] = {
	"",
	"=",
	"bytes",
	"bytes=",
	"bytes= ",
	"bytes=,",
	"bytes=, ,",
	"0-5",
	"=0-5",
	"lines=1-5",
	"byte=0-5",
	"bytess=0-5",
	"bytes =0-5",
	" bytes=0-5",
	"bytes:0-5",
	"none",
	"bytes=abc",
	"bytes=5",
	"bytes=-",
	"bytes=--5",
	"bytes=1--5",
	"bytes=-5-",
	"bytes=-5-6",
	"bytes=1-5-6",
	"bytes=1-5-",
	"bytes=a-5",
	"bytes=5-a",
	"bytes=5-6a",
	"bytes=a5-6",
	"bytes=-a",
	"bytes=-5a",
	"bytes=0x0-5",
	"bytes=+0-5",
	"bytes=0-+5",
	"bytes=-+5",
	"bytes=1 -5",
	"bytes=1- 5",
	"bytes=- 5",
	"bytes=1.0-5",
	"bytes=1-5;6-7",
	"bytes=1-5 6-7",
	"bytes=*",
	"bytes=0-0/5",
	"bytes=\"0-5\"",
	/* 14.1.2: "invalid if the last-pos value is present and less
	 * than first-pos"; one such element is enough */
	"bytes=9-5",
	"bytes=1-0",
	"bytes=0-5,9-5",
	"bytes=9-5,0-5",
	"bytes=5000-4000",
	"bytes=0-5,x",
	"bytes=0-5,bytes=7-8",
	"bytes=18446744073709551616-5",
};

static void what_is_not_valid_is_the_whole_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(invalid); i++) {
		struct example e = {invalid[i], 1000, RANGE_WHOLE, 0, {{0, 0}}};

		check(&e);
		e.size = 0;
		check(&e);
	}
}

/* 14.1.2: satisfiable is what begins in the file; a suffix, if it is not 0 */
static void what_cannot_be_satisfied_is_left_out(void **state)
{
	static const struct example cases[] = {
		{"bytes=1000-", 1000, RANGE_NOTHING, 0, {{0, 0}}},
		{"bytes=1000-1000", 1000, RANGE_NOTHING, 0, {{0, 0}}},
		{"bytes=4000-5000", 1000, RANGE_NOTHING, 0, {{0, 0}}},
		{"bytes=-0", 1000, RANGE_NOTHING, 0, {{0, 0}}},
		{"bytes=-000", 1000, RANGE_NOTHING, 0, {{0, 0}}},
		{"bytes=-0,1000-,2000-3000", 1000, RANGE_NOTHING, 0, {{0, 0}}},
		{"bytes=10-19,5000-", 1000, RANGE_SOME, 1, {{10, 10}}},
		{"bytes=5000-,10-19,-0,30-39", 1000, RANGE_SOME, 2,
			{{10, 10}, {30, 10}}},
		/* Nothing of an empty file can be named in a Content-Range
		 * (14.4), not even by a suffix. */
		{"bytes=0-", 0, RANGE_NOTHING, 0, {{0, 0}}},
		{"bytes=0-0", 0, RANGE_NOTHING, 0, {{0, 0}}},
		{"bytes=-5", 0, RANGE_NOTHING, 0, {{0, 0}}},
		{"bytes=-0", 0, RANGE_NOTHING, 0, {{0, 0}}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

/* 15.3.7.2: a server may join ranges that overlap, and keeps the order */
static void overlapping_ranges_are_merged_into_the_earlier(void **state)
{
	static const struct example cases[] = {
		/* the order asked */
		{"bytes=500-509,0-9", 1000, RANGE_SOME, 2,
			{{500, 10}, {0, 10}}},
		/* adjacent is not overlapping */
		{"bytes=10-19,20-29", 1000, RANGE_SOME, 2,
			{{10, 10}, {20, 10}}},
		{"bytes=20-29,10-19", 1000, RANGE_SOME, 2,
			{{20, 10}, {10, 10}}},
		/* one byte in common */
		{"bytes=10-20,20-29", 1000, RANGE_SOME, 1, {{10, 20}}},
		{"bytes=20-29,10-20", 1000, RANGE_SOME, 1, {{10, 20}}},
		/* one within the other, the same twice */
		{"bytes=10-99,20-29", 1000, RANGE_SOME, 1, {{10, 90}}},
		{"bytes=20-29,10-99", 1000, RANGE_SOME, 1, {{10, 90}}},
		{"bytes=10-19,10-19", 1000, RANGE_SOME, 1, {{10, 10}}},
		{"bytes=-10,990-999", 1000, RANGE_SOME, 1, {{990, 10}}},
		/* a bridge joins what was apart, at the first one's place */
		{"bytes=100-109,0-9,20-29,5-24", 1000, RANGE_SOME, 2,
			{{100, 10}, {0, 30}}},
		{"bytes=20-29,100-109,0-9,5-24,200-209", 1000, RANGE_SOME, 3,
			{{0, 30}, {100, 10}, {200, 10}}},
		{"bytes=0-9,20-29,40-49,5-44", 1000, RANGE_SOME, 1, {{0, 50}}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

/* 17.15 */
static void more_bytes_than_there_are_is_the_whole_file(void **state)
{
	static const struct example cases[] = {
		{"bytes=0-499,500-999", 1000, RANGE_SOME, 2,
			{{0, 500}, {500, 500}}},
		{"bytes=0-500,500-999", 1000, RANGE_WHOLE, 0, {{0, 0}}},
		{"bytes=0-,0-", 1000, RANGE_WHOLE, 0, {{0, 0}}},
		{"bytes=0-,-1", 1000, RANGE_WHOLE, 0, {{0, 0}}},
		{"bytes=0-9,0-", 1000, RANGE_WHOLE, 0, {{0, 0}}},
		{"bytes=1-,1-", UINT64_MAX, RANGE_WHOLE, 0, {{0, 0}}},
		/* what cannot be satisfied costs nothing */
		{"bytes=0-,5000-", 1000, RANGE_SOME, 1, {{0, 1000}}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check(&cases[i]);
}

static void up_to_200_ranges_are_followed(void **state)
{
	struct range ranges[RANGE_MAX];
	char text[8192];
	size_t count, len;

	(void)state;
	for (size_t n = RANGE_MAX - 1; n <= RANGE_MAX + 1; n++) {
		len = (size_t)snprintf(text, sizeof(text), "bytes=");
		for (size_t i = 0; i < n; i++)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
				"%zu-%zu,,", 10 * i, 10 * i + 1);
		if (n > RANGE_MAX) {
			assert_int_equal(range_parse(slice_of(text, len), 5000,
						 ranges, &count),
				RANGE_WHOLE);
			break;
		}
		assert_int_equal(
			range_parse(slice_of(text, len), 5000, ranges, &count),
			RANGE_SOME);
		assert_int_equal(count, n);
		assert_int_equal(ranges[n - 1].first, 10 * (n - 1));
	}
}

/* Below each byte: is the field served that ends with it? */
static void a_field_that_is_cut_reads_nothing_behind_it(void **state)
{
	static const char value[] = "bytes=0-9 , 20-29,-5,,7-8,9-3";
	static const char serves[] = ".......+++++..+.++.+++..++...";
	struct range ranges[RANGE_MAX];
	size_t count;

	(void)state;
	assert_int_equal(sizeof(value), sizeof(serves));
	for (size_t len = 1; len < sizeof(value); len++) {
		char *copy = guard_copy(value, len);
		enum range_answer answer =
			range_parse(slice_of(copy, len), 2000, ranges, &count);

		if ((answer == RANGE_SOME) != (serves[len - 1] == '+'))
			fail_msg("%.*s", (int)len, value);
		guard_free(copy, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_rfc_are_served),
		cmocka_unit_test(positions_are_clipped_to_the_size),
		cmocka_unit_test(positions_beyond_2_64_are_beyond_every_file),
		cmocka_unit_test(spelling_is_free_where_the_rfc_says_so),
		cmocka_unit_test(what_is_not_valid_is_the_whole_file),
		cmocka_unit_test(what_cannot_be_satisfied_is_left_out),
		cmocka_unit_test(
			overlapping_ranges_are_merged_into_the_earlier),
		cmocka_unit_test(more_bytes_than_there_are_is_the_whole_file),
		cmocka_unit_test(up_to_200_ranges_are_followed),
		cmocka_unit_test(a_field_that_is_cut_reads_nothing_behind_it),
	};

	return cmocka_run_group_tests_name("http/range", tests, NULL, NULL);
}
