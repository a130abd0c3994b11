/*
 * heads.h - one request head, and what is always true of it.
 *
 * However the bytes come, whole, byte by byte or cut in two, the answer and
 * all that the struct says are the same, no byte behind the last is read, and
 * nothing is said before it is certain.
 */
#ifndef CONTD_TESTS_HEADS_H
#define CONTD_TESTS_HEADS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/slice.h"
#include "guard.h"
#include "http/request.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static inline void assert_same_place(
	struct slice a, const char *base_a, struct slice b, const char *base_b)
{
	assert_int_equal(a.at == NULL, b.at == NULL);
	assert_int_equal(a.len, b.len);
	if (a.at != NULL)
		assert_int_equal(a.at - base_a, b.at - base_b);
}

static inline void assert_same_request(const struct request *a,
	const char *base_a, const struct request *b, const char *base_b)
{
	assert_int_equal(a->method, b->method);
	assert_int_equal(a->minor, b->minor);
	assert_int_equal(a->keep_alive, b->keep_alive);
	assert_int_equal(a->expects_continue, b->expects_continue);
	assert_int_equal(a->framing, b->framing);
	assert_int_equal(a->repeated, b->repeated);
	assert_true(a->length == b->length);
	assert_same_place(a->line, base_a, b->line, base_b);
	assert_same_place(a->fields, base_a, b->fields, base_b);
	/* The host may be the target's: still in the same bytes. */
	for (int i = 0; i < FIELD_COUNT; i++)
		assert_same_place(a->field[i], base_a, b->field[i], base_b);
	assert_same_place(a->target, base_a, b->target, base_b);
}

/* One more call of a growing buffer, which is somewhere else every time. */
static inline ptrdiff_t parse_some(struct slice bytes, size_t len, size_t *seen,
	const struct request *want)
{
	char *copy = guard_copy(bytes.at, len);
	struct request request;
	ptrdiff_t got = request_parse(slice_of(copy, len), seen, &request);

	if (got != 0)
		assert_same_request(&request, copy, want, bytes.at);
	guard_free(copy, len);
	return got;
}

/* Reads the head in every way there is; *certain is after how many bytes the
 * answer was there. */
static inline ptrdiff_t parse_until(
	struct slice bytes, struct request *request, size_t *certain)
{
	size_t seen = 0;
	ptrdiff_t want = request_parse(bytes, &seen, request);
	ptrdiff_t got = 0;
	size_t len = 0;

	seen = 0;
	while (got == 0 && len < bytes.len)
		got = parse_some(bytes, ++len, &seen, request);
	assert_int_equal(got, want);
	*certain = len;
	if (want > 0)
		assert_int_equal(want, len);

	for (size_t cut = 0; cut <= bytes.len; cut++) {
		seen = 0;
		got = parse_some(bytes, cut, &seen, request);
		assert_int_equal(got, cut < *certain ? 0 : want);
		if (got == 0)
			got = parse_some(bytes, bytes.len, &seen, request);
		assert_int_equal(got, want);
	}
	return want;
}

static inline ptrdiff_t parse(struct slice bytes, struct request *request)
{
	size_t certain;

	return parse_until(bytes, request, &certain);
}

static inline ptrdiff_t answer_to(struct slice bytes)
{
	struct request request;

	return parse(bytes, &request);
}

/* The whole head is good. */
static inline void read_head(const char *text, struct request *request)
{
	struct slice bytes = slice_text(text);

	assert_int_equal(parse(bytes, request), bytes.len);
}

/* The last byte is what it is refused for. */
static inline void assert_refused_at_end(struct slice bytes, int status)
{
	struct request request;
	size_t certain;

	assert_int_equal(parse_until(bytes, &request, &certain), -status);
	assert_int_equal(certain, bytes.len);
}

static inline void assert_slice(struct slice got, const char *want)
{
	if (want == NULL) {
		assert_null(got.at);
		return;
	}
	assert_non_null(got.at);
	assert_int_equal(got.len, strlen(want));
	assert_memory_equal(got.at, want, got.len);
}

#endif
