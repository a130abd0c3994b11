/* test_copy.c - bytes of a file, and the head in front of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "files/copy.h"
#include "support/aborts.h"

#define TEXT "the bytes of a file"
#define FIRST "Sun, 22 Nov 2026 08:00:00 GMT"
#define SECOND "Sun, 22 Nov 2026 08:00:01 GMT"
#define HEAD(date) "first line\r\nDate: " date "\r\n\r\n"

enum { DATE_AT = sizeof "first line\r\nDate: " - 1 };

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

static bool is_out_of_memory;

void *__wrap_malloc(size_t size)
{
	return is_out_of_memory ? NULL : __real_malloc(size);
}

static struct copy *copy_of(const char *text)
{
	struct copy *copy = copy_new(strlen(text));

	assert_non_null(copy);
	copy_add(copy, 0, slice_text(text));
	assert_int_equal(copy->filled, copy->size);
	return copy;
}

static void without_memory_there_is_no_copy(void **state)
{
	struct copy *copy;

	(void)state;
	is_out_of_memory = true;
	copy = copy_new(10);
	is_out_of_memory = false;
	assert_null(copy);
	copy_free(copy);
}

static void a_copy_weighs_what_it_takes(void **state)
{
	static const size_t sizes[] = {0, 1, 1000, COPY_MAX};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct copy *copy = copy_new(sizes[i]);

		assert_non_null(copy);
		assert_int_equal(
			copy_weight(copy), sizeof(struct copy) + sizes[i]);
		assert_int_equal(copy->filled, 0);
		assert_int_equal(copy->head_len, 0);
		copy_free(copy);
	}
}

/* ---- its bytes ---- */

static void bytes_come_in_pieces_of_any_length(void **state)
{
	const size_t len = strlen(TEXT);

	(void)state;
	for (size_t step = 1; step <= len; step++) {
		struct copy *copy = copy_new(len);

		for (size_t at = 0; at < len; at += step)
			copy_add(copy, at,
				slice_of(&TEXT[at],
					len - at < step ? len - at : step));
		assert_int_equal(copy->filled, len);
		assert_memory_equal(copy->bytes, TEXT, len);
		copy_free(copy);
	}
}

static void only_the_next_ones_are_taken(void **state)
{
	struct copy *copy = copy_new(10);

	(void)state;
	copy_add(copy, 1, SLICE("x"));
	assert_int_equal(copy->filled, 0);
	copy_add(copy, 0, SLICE("0123"));
	copy_add(copy, 0, SLICE("xxxxxx"));
	copy_add(copy, 3, SLICE("xxxxxx"));
	copy_add(copy, 5, SLICE("x"));
	copy_add(copy, 10, SLICE(""));
	assert_int_equal(copy->filled, 4);
	copy_add(copy, 4, SLICE("456789"));
	copy_add(copy, 10, SLICE(""));
	assert_int_equal(copy->filled, 10);
	assert_memory_equal(copy->bytes, "0123456789", 10);
	copy_free(copy);
}

static void add_too_much(void *state)
{
	(void)state;
	copy_add(copy_new(3), 0, SLICE("four"));
}

static void more_than_there_is_is_a_bug(void **state)
{
	(void)state;
	assert_aborts(add_too_much, NULL);
}

/* ---- its head ---- */

static void head_and_bytes_are_one(void **state)
{
	struct copy *copy = copy_of(TEXT);
	struct slice answer;

	(void)state;
	copy_set_head(copy, SLICE(HEAD(FIRST)), DATE_AT, 7);
	answer = copy_answer(copy, FIRST, 7);
	assert_true(slice_is(answer, SLICE(HEAD(FIRST) TEXT)));
	copy_free(copy);
}

static void an_empty_file_is_a_head(void **state)
{
	struct copy *copy = copy_of("");

	(void)state;
	copy_set_head(copy, SLICE(HEAD(FIRST)), DATE_AT, 7);
	assert_true(slice_is(copy_answer(copy, FIRST, 7), SLICE(HEAD(FIRST))));
	copy_free(copy);
}

static void another_second_has_another_date(void **state)
{
	struct copy *copy = copy_of(TEXT);

	(void)state;
	copy_set_head(copy, SLICE(HEAD(FIRST)), DATE_AT, 7);
	assert_true(slice_is(
		copy_answer(copy, SECOND, 8), SLICE(HEAD(SECOND) TEXT)));
	/* Clocks are set back, too. */
	assert_true(
		slice_is(copy_answer(copy, FIRST, 6), SLICE(HEAD(FIRST) TEXT)));
	copy_free(copy);
}

static void it_is_written_once_a_second(void **state)
{
	struct copy *copy = copy_of(TEXT);

	(void)state;
	copy_set_head(copy, SLICE(HEAD(FIRST)), DATE_AT, 7);
	assert_true(slice_is(
		copy_answer(copy, SECOND, 7), SLICE(HEAD(FIRST) TEXT)));
	copy_free(copy);
}

static void a_head_may_fill_the_room(void **state)
{
	char head[COPY_ROOM + 1];
	struct copy *copy = copy_of(TEXT);
	struct slice answer;

	(void)state;
	memset(head, '-', sizeof head);
	copy_set_head(copy, slice_of(head, COPY_ROOM + 1), 0, 7);
	assert_int_equal(copy->head_len, 0);
	copy_set_head(copy, slice_of(head, COPY_ROOM), COPY_ROOM - DATE_LEN, 7);
	assert_int_equal(copy->head_len, COPY_ROOM);
	answer = copy_answer(copy, FIRST, 8);
	assert_int_equal(answer.len, COPY_ROOM + strlen(TEXT));
	assert_memory_equal(answer.at, head, COPY_ROOM - DATE_LEN);
	assert_memory_equal(
		answer.at + COPY_ROOM - DATE_LEN, FIRST TEXT, DATE_LEN + 3);
	copy_free(copy);
}

static void a_shorter_head_may_follow(void **state)
{
	struct copy *copy = copy_of(TEXT);

	(void)state;
	copy_set_head(copy, SLICE(HEAD(FIRST)), DATE_AT, 7);
	copy_set_head(copy, SLICE(FIRST), 0, 8);
	assert_true(slice_is(copy_answer(copy, SECOND, 9), SLICE(SECOND TEXT)));
	copy_free(copy);
}

static void ask_without_a_head(void *state)
{
	(void)state;
	(void)copy_answer(copy_of(TEXT), FIRST, 7);
}

static void set_a_head_without_a_date(void *state)
{
	(void)state;
	copy_set_head(copy_of(TEXT), SLICE(FIRST), 1, 7);
}

static void a_head_and_its_date_must_be_there(void **state)
{
	(void)state;
	assert_aborts(ask_without_a_head, NULL);
	assert_aborts(set_a_head_without_a_date, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_memory_there_is_no_copy),
		cmocka_unit_test(a_copy_weighs_what_it_takes),
		cmocka_unit_test(bytes_come_in_pieces_of_any_length),
		cmocka_unit_test(only_the_next_ones_are_taken),
		cmocka_unit_test(more_than_there_is_is_a_bug),
		cmocka_unit_test(head_and_bytes_are_one),
		cmocka_unit_test(an_empty_file_is_a_head),
		cmocka_unit_test(another_second_has_another_date),
		cmocka_unit_test(it_is_written_once_a_second),
		cmocka_unit_test(a_head_may_fill_the_room),
		cmocka_unit_test(a_shorter_head_may_follow),
		cmocka_unit_test(a_head_and_its_date_must_be_there),
	};

	return cmocka_run_group_tests_name("files/copy", tests, NULL, NULL);
}
