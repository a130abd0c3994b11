/*
 * test_multipart.c - several ranges in one body (RFC 9110, 14.6).
 */
#include "http/multipart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define BOUNDARY "THIS_STRING_SEPARATES_24"

static void assert_text(const struct buf *b, const char *text)
{
	if (b->full || !slice_is(buf_slice_of(b), slice_text(text)))
		fail_msg("%.*s\nis not\n%s", (int)b->len, b->at, text);
}

/* A whole body, the bytes of the file taken from `file`. */
static void write_body(struct buf *b, const char *file,
	const struct range *ranges, size_t count, struct slice type)
{
	uint64_t size = strlen(file);

	for (size_t i = 0; i < count; i++) {
		multipart_part(b, SLICE(BOUNDARY), type, &ranges[i], size);
		buf_slice(b, slice_of(file + ranges[i].first,
				     (size_t)ranges[i].len));
	}
	multipart_end(b, SLICE(BOUNDARY));
}

/* RFC 9110, 14.6 */
static void a_body_is_exact_to_the_byte(void **state)
{
	static const struct range ranges[] = {{0, 2}, {8, 4}, {3, 1}};
	char bytes[1024];
	struct buf b = buf_on(bytes, sizeof(bytes));

	(void)state;
	write_body(&b, "0123456789ab", ranges, 3, SLICE("text/plain"));
	assert_text(&b, "\r\n--" BOUNDARY "\r\n"
			"Content-Type: text/plain\r\n"
			"Content-Range: bytes 0-1/12\r\n"
			"\r\n"
			"01"
			"\r\n--" BOUNDARY "\r\n"
			"Content-Type: text/plain\r\n"
			"Content-Range: bytes 8-11/12\r\n"
			"\r\n"
			"89ab"
			"\r\n--" BOUNDARY "\r\n"
			"Content-Type: text/plain\r\n"
			"Content-Range: bytes 3-3/12\r\n"
			"\r\n"
			"3"
			"\r\n--" BOUNDARY "--\r\n");
}

static void a_part_says_which_bytes_follow(void **state)
{
	static const struct {
		struct range range;
		uint64_t size;
		const char *text;
	} cases[] = {
		{{0, 1}, 1, "bytes 0-0/1"},
		{{500, 500}, 8000, "bytes 500-999/8000"},
		{{7000, 1000}, 8000, "bytes 7000-7999/8000"},
		{{4294967295, 2}, 1ULL << 33,
			"bytes 4294967295-4294967296/8589934592"},
		{{UINT64_MAX - 1, 1}, UINT64_MAX,
			"bytes 18446744073709551614-18446744073709551614/"
			"18446744073709551615"},
		{{0, UINT64_MAX}, UINT64_MAX,
			"bytes 0-18446744073709551614/18446744073709551615"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char bytes[512], text[512];
		struct buf b = buf_on(bytes, sizeof(bytes));

		snprintf(text, sizeof(text),
			"\r\n--" BOUNDARY "\r\nContent-Type: image/png\r\n"
			"Content-Range: %s\r\n\r\n",
			cases[i].text);
		multipart_part(&b, SLICE(BOUNDARY), SLICE("image/png"),
			&cases[i].range, cases[i].size);
		assert_text(&b, text);
	}
}

/* The length is said in the head, long before the parts are written. */
static void the_length_is_that_of_what_is_written(void **state)
{
	static const char file[] =
		"0123456789012345678901234567890123456789012345678901234567"
		"890123456789012345678901234567890123456789012345678901234";
	static const struct range ranges[] = {
		{0, 1}, {9, 1}, {10, 90}, {99, 1}, {100, 10}, {8, 3}, {5, 107}};
	char bytes[4096];

	(void)state;
	for (size_t first = 0; first < COUNT(ranges); first++)
		for (size_t n = 1; n <= COUNT(ranges) - first; n++) {
			struct buf b = buf_on(bytes, sizeof(bytes));

			write_body(&b, file, ranges + first, n,
				SLICE("text/html; charset=utf-8"));
			assert_false(b.full);
			assert_int_equal(
				multipart_len(ranges + first, n,
					SLICE("text/html; charset=utf-8"),
					sizeof(file) - 1),
				b.len);
		}
}

/* 32 bits are not enough: the texts around two parts are 249 bytes here. */
static void the_length_may_be_large(void **state)
{
	static const struct range ranges[] = {{0, 5000000000}, {9999999999, 1}};

	(void)state;
	assert_int_equal(
		multipart_len(ranges, 2, SLICE("video/mp4"), 10000000000),
		5000000001 + 249);
}

/* RFC 2046, 5.1.1: bchars, and 70 of them at most */
static void a_boundary_is_of_digits_and_letters(void **state)
{
	static const uint64_t seeds[] = {0, 1, 2, UINT64_MAX, 1ULL << 63};
	char boundary[MULTIPART_BOUNDARY_LEN + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(seeds); i++) {
		memset(boundary, '#', sizeof(boundary));
		multipart_boundary(boundary, seeds[i]);
		assert_int_equal(boundary[MULTIPART_BOUNDARY_LEN], '#');
		boundary[MULTIPART_BOUNDARY_LEN] = '\0';
		assert_int_equal(strspn(boundary, "0123456789abcdefghijklmnop"
						  "qrstuvwxyz"),
			MULTIPART_BOUNDARY_LEN);
	}
}

static void a_seed_that_differs_in_a_bit_gives_another_boundary(void **state)
{
	char one[MULTIPART_BOUNDARY_LEN], other[MULTIPART_BOUNDARY_LEN];

	(void)state;
	for (uint64_t seed = 0; seed < 1000; seed++)
		for (int bit = 0; bit < 64; bit++) {
			int same = 0;

			multipart_boundary(one, seed);
			multipart_boundary(other, seed ^ (1ULL << bit));
			for (int i = 0; i < MULTIPART_BOUNDARY_LEN; i++)
				same += one[i] == other[i];
			/* by chance it would be less than one of them */
			assert_in_range(same, 0, MULTIPART_BOUNDARY_LEN / 2);
		}
}

static void the_same_seed_gives_the_same_boundary(void **state)
{
	char one[MULTIPART_BOUNDARY_LEN], other[MULTIPART_BOUNDARY_LEN];

	(void)state;
	multipart_boundary(one, 42);
	multipart_boundary(other, 42);
	assert_memory_equal(one, other, sizeof(one));
}

static void what_does_not_fit_is_said(void **state)
{
	static const struct range range = {0, 1};
	char bytes[40];
	struct buf b = buf_on(bytes, sizeof(bytes));

	(void)state;
	multipart_part(&b, SLICE(BOUNDARY), SLICE("text/plain"), &range, 1);
	assert_true(b.full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_is_exact_to_the_byte),
		cmocka_unit_test(a_part_says_which_bytes_follow),
		cmocka_unit_test(the_length_is_that_of_what_is_written),
		cmocka_unit_test(the_length_may_be_large),
		cmocka_unit_test(a_boundary_is_of_digits_and_letters),
		cmocka_unit_test(
			a_seed_that_differs_in_a_bit_gives_another_boundary),
		cmocka_unit_test(the_same_seed_gives_the_same_boundary),
		cmocka_unit_test(what_does_not_fit_is_said),
	};

	return cmocka_run_group_tests_name("http/multipart", tests, NULL, NULL);
}
