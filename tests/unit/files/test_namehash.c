/*
 * test_namehash.c - every bit of a name has a say in where it stands.
 *
 * What is compared is the same on every run: a name that stands where another
 * does is a weakness of the function, not bad luck.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "files/namehash.h"
#include "support/guard.h"

enum { LONGEST = 40, TABLE = 4096 };

/* Of a copy with a wall behind it: nothing but the path is read. */
static uint32_t hash_of(const char *path, size_t len, uint32_t flags)
{
	char *copy = guard_copy(path, len);
	uint32_t hash = namehash(slice_of(copy, len), flags);

	guard_free(copy, len);
	return hash;
}

static void the_same_name_stands_at_the_same_place(void **state)
{
	static const char path[] = "a/name/that/is/as/long/as/this/one/....";
	char moved[16 + sizeof path];

	(void)state;
	for (size_t len = 0; len < sizeof path; len++)
		for (size_t at = 0; at < 16; at++) {
			memset(moved, '?', sizeof moved);
			memcpy(moved + at, path, len);
			assert_int_equal(namehash(slice_of(moved + at, len), 1),
				hash_of(path, len, 1));
		}
}

static void each_bit_counts(void **state)
{
	char path[LONGEST];

	(void)state;
	memset(path, 'a', sizeof path);
	for (size_t len = 1; len <= LONGEST; len++)
		for (size_t bit = 0; bit < 8 * len; bit++) {
			uint32_t before = hash_of(path, len, 0);

			path[bit / 8] ^= (char)(1 << bit % 8);
			if (hash_of(path, len, 0) == before)
				fail_msg("bit %zu of %zu bytes", bit, len);
			path[bit / 8] ^= (char)(1 << bit % 8);
		}
}

static void so_do_its_length_and_the_flags(void **state)
{
	static const char zeros[LONGEST];

	(void)state;
	for (size_t len = 0; len < LONGEST; len++) {
		assert_int_not_equal(
			hash_of(zeros, len, 0), hash_of(zeros, len + 1, 0));
		for (int bit = 0; bit < 32; bit++)
			assert_int_not_equal(hash_of(zeros, len, 0),
				hash_of(zeros, len, UINT32_C(1) << bit));
	}
}

/* How many of so many names stand at the fullest place of a table: the tables
 * take the lowest bits. */
static unsigned fullest(const char *form)
{
	static unsigned places[TABLE];
	unsigned most = 0;
	char path[64];

	memset(places, 0, sizeof places);
	for (int i = 0; i < TABLE; i++) {
		size_t len = (size_t)snprintf(path, sizeof path, form, i);
		unsigned *place = &places[hash_of(path, len, 0) % TABLE];

		if (++*place > most)
			most = *place;
	}
	return most;
}

/* Chance alone would put seven at one place, or eight. */
static void numbers_do_not_crowd(void **state)
{
	static const char *const forms[] = {"%d", "%04d", "%08d", "%d.js",
		"images/%d", "files/%04d", "a/%d/index.html", "img-%04d.jpg",
		"%06d/index.html", "p/%x.css",
		"a/rather/long/way/to/file-%05d.html"};

	(void)state;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		unsigned most = fullest(forms[i]);

		if (most > 10)
			fail_msg("%u of %s at one place", most, forms[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_name_stands_at_the_same_place),
		cmocka_unit_test(each_bit_counts),
		cmocka_unit_test(so_do_its_length_and_the_flags),
		cmocka_unit_test(numbers_do_not_crowd),
	};

	return cmocka_run_group_tests_name("files/namehash", tests, NULL, NULL);
}
