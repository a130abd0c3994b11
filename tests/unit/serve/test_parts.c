/* test_parts.c - the texts and pieces of several ranges. */
#include "replies.h"

#include <stdlib.h>

#include "http/multipart.h"
#include "serve/parts.h"

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

static bool is_out_of_malloc, is_out_of_calloc;

void *__wrap_malloc(size_t size)
{
	return is_out_of_malloc ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return is_out_of_calloc ? NULL : __real_calloc(count, size);
}

static void ask_for(
	struct replying *r, const char *name, const char *ranges, int64_t size)
{
	const struct found found = file_of(YESTERDAY, size);
	char line[512];

	snprintf(line, sizeof line, "GET /%s HTTP/1.1", name);
	ask(r, line, ranges);
	decide(r, &found);
}

/* Texts and bytes together are as long as the reply says. */
static void are_as_long_as_said(
	const struct replying *r, const struct piece *pieces, size_t count)
{
	uint64_t len = 0;

	for (size_t i = 0; i < count; i++)
		len += pieces[i].text.len + pieces[i].len;
	assert_int_equal(len, r->reply.len);
}

static void each_part_has_its_text(void **state)
{
	struct replying r;
	struct parts *parts;
	const struct piece *pieces;
	size_t count;
	char text[512];

	(void)state;
	ask_for(&r, "a.txt", "Range: bytes=0-9,-5\r\n", 1000);
	assert_int_equal(r.reply.status, 206);
	assert_int_equal(r.reply.body, REPLY_PARTS);
	assert_int_equal(r.reply.parts, 2);
	write_it(&r);
	parts = parts_new(&r.reply, r.ranges);
	pieces = parts_pieces(parts, &count);
	assert_int_equal(count, 3);
	snprintf(text, sizeof text,
		"\r\n--%.*s\r\nContent-Type: text/plain; charset=utf-8\r\n"
		"Content-Range: bytes 995-999/1000\r\n\r\n",
		MULTIPART_BOUNDARY_LEN, r.reply.boundary);
	assert_true(slice_is(pieces[1].text, slice_text(text)));
	assert_int_equal(pieces[0].offset, 0);
	assert_int_equal(pieces[0].len, 10);
	assert_int_equal(pieces[1].offset, 995);
	assert_int_equal(pieces[1].len, 5);
	snprintf(text, sizeof text, "\r\n--%.*s--\r\n", MULTIPART_BOUNDARY_LEN,
		r.reply.boundary);
	assert_true(slice_is(pieces[2].text, slice_text(text)));
	assert_int_equal(pieces[2].len, 0);
	are_as_long_as_said(&r, pieces, count);
	parts_free(parts);
}

/* As many as there may be, with the longest type and the longest numbers. */
static void the_most_and_longest_fit(void **state)
{
	static char type[REPLY_TYPE_MAX];
	static struct replying r;
	struct parts *parts;
	size_t count;

	(void)state;
	ask_for(&r, "a", "", INT64_MAX);
	r.reply.body = REPLY_PARTS;
	r.reply.parts = RANGE_MAX;
	multipart_boundary(r.reply.boundary, 7);
	memset(type, 't', sizeof type);
	r.reply.type = slice_of(type, sizeof type);
	r.reply.size = UINT64_MAX;
	for (size_t i = 0; i < RANGE_MAX; i++)
		r.ranges[i] = (struct range){
			.first = UINT64_MAX - 2 * (RANGE_MAX - i), .len = 1};
	r.reply.len =
		multipart_len(r.ranges, RANGE_MAX, r.reply.type, r.reply.size);
	parts = parts_new(&r.reply, r.ranges);
	assert_non_null(parts);
	are_as_long_as_said(&r, parts_pieces(parts, &count), RANGE_MAX + 1);
	assert_int_equal(count, RANGE_MAX + 1);
	parts_free(parts);
}

static void without_memory_there_are_none(void **state)
{
	struct replying r;

	(void)state;
	ask_for(&r, "a", "Range: bytes=0-9,-5\r\n", 1000);
	is_out_of_malloc = true;
	assert_null(parts_new(&r.reply, r.ranges));
	is_out_of_malloc = false;
	is_out_of_calloc = true;
	assert_null(parts_new(&r.reply, r.ranges));
	is_out_of_calloc = false;
	parts_free(NULL);
}

/* All there are have so much, and what is freed is there again. */
static void they_have_so_much_memory(void **state)
{
	enum { MANY = PARTS_MEMORY / 100 };
	static struct parts *parts[MANY];
	struct replying r;
	size_t count = 0;

	(void)state;
	ask_for(&r, "a", "Range: bytes=0-9,-5\r\n", 1000);
	while (count < MANY && (parts[count] = parts_new(&r.reply, r.ranges)))
		count++;
	assert_in_range(count, PARTS_MEMORY / 10000, MANY - 1);
	parts_free(parts[--count]);
	parts[count] = parts_new(&r.reply, r.ranges);
	assert_non_null(parts[count]);
	assert_null(parts_new(&r.reply, r.ranges));
	for (size_t i = 0; i <= count; i++)
		parts_free(parts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_part_has_its_text),
		cmocka_unit_test(the_most_and_longest_fit),
		cmocka_unit_test(without_memory_there_are_none),
		cmocka_unit_test(they_have_so_much_memory),
	};

	return cmocka_run_group_tests_name("serve/parts", tests, NULL, NULL);
}
