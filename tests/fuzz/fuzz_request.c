/*
 * fuzz_request.c - a head means the same however it is cut, and so does the
 * content behind it; and the same as to a slow reader.
 *
 * The first two bytes say where to cut; the rest is what a client sends.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "http/content.h"
#include "http/request.h"
#include "slow.h"

/* A slice of bytes lies in them, or there is none. */
static void check_place(struct slice s, struct slice bytes)
{
	if (s.at == NULL)
		return;
	BUG_UNLESS(s.at >= bytes.at);
	BUG_UNLESS(s.len <= bytes.len);
	BUG_UNLESS((size_t)(s.at - bytes.at) <= bytes.len - s.len);
}

static void check_request(
	const struct request *request, struct slice bytes, ptrdiff_t got)
{
	struct slice value = {NULL, 0};

	BUG_UNLESS(got == 0 || got == -400 || got == -414 || got == -417 ||
		   got == -431 || got == -501 || got == -505 || got > 0);
	BUG_UNLESS(got <= REQUEST_HEAD_MAX && got <= (ptrdiff_t)bytes.len);
	check_place(request->line, bytes);
	check_place(request->target, bytes);
	check_place(request->fields, bytes);
	for (int field = 0; field < FIELD_COUNT; field++)
		check_place(request->field[field], bytes);
	while (request_next(request, FIELD_ACCEPT, &value))
		check_place(value, bytes);
	if (got <= 0)
		return;
	BUG_UNLESS(memcmp(bytes.at + got - 2, "\r\n", 2) == 0);
	BUG_UNLESS(request->line.len <= REQUEST_LINE_MAX);
	BUG_UNLESS(request->minor == 0 || request->field[FIELD_HOST].at);
	BUG_UNLESS(!request->field[FIELD_TRANSFER_ENCODING].at ||
		   !request->field[FIELD_CONTENT_LENGTH].at);
}

/* A copy in memory of its own, so that a sanitizer sees every step outside. */
static struct slice copy_of(struct slice bytes)
{
	char *copy = malloc(bytes.len > 0 ? bytes.len : 1);

	if (copy == NULL)
		abort();
	if (bytes.len > 0)
		memcpy(copy, bytes.at, bytes.len);
	return slice_of(copy, bytes.len);
}

static ptrdiff_t parse(
	struct slice bytes, size_t *seen, struct request *request)
{
	struct slice copy = copy_of(bytes);
	ptrdiff_t got = request_parse(copy, seen, request);

	check_request(request, copy, got);
	free((char *)copy.at);
	return got;
}

static bool is_same(struct slice a, struct slice b)
{
	return (a.at == NULL) == (b.at == NULL) && a.len == b.len;
}

static void check_same(const struct request *a, const struct request *b)
{
	BUG_UNLESS(a->method == b->method);
	BUG_UNLESS(a->minor == b->minor);
	BUG_UNLESS(a->keep_alive == b->keep_alive);
	BUG_UNLESS(a->expects_continue == b->expects_continue);
	BUG_UNLESS(a->framing == b->framing);
	BUG_UNLESS(a->length == b->length);
	BUG_UNLESS(a->repeated == b->repeated);
	BUG_UNLESS(is_same(a->line, b->line));
	BUG_UNLESS(is_same(a->target, b->target));
	BUG_UNLESS(is_same(a->fields, b->fields));
	for (int field = 0; field < FIELD_COUNT; field++)
		BUG_UNLESS(is_same(a->field[field], b->field[field]));
}

static ptrdiff_t parse_in_two(
	struct slice bytes, size_t cut, struct request *request)
{
	size_t seen = 0;
	ptrdiff_t got = parse(slice_of(bytes.at, cut), &seen, request);

	return got != 0 ? got : parse(bytes, &seen, request);
}

static void check_slowly(struct slice bytes)
{
	struct request fast;
	struct request slow;
	size_t seen = 0;
	ptrdiff_t got = request_parse(bytes, &seen, &fast);

	BUG_UNLESS(slow_parse(bytes, &slow) == got);
	BUG_UNLESS(got <= 0 || slow_agrees(&fast, &slow));
}

static int skip_bytewise(
	struct content *content, struct slice bytes, size_t *used)
{
	int got = 0;

	*used = 0;
	while (got == 0 && *used < bytes.len) {
		size_t one;

		got = content_skip(
			content, slice_of(bytes.at + *used, 1), &one);
		*used += one;
		BUG_UNLESS(got != 0 || one == 1);
	}
	return got;
}

static void check_content(const struct request *request, struct slice bytes)
{
	struct content whole;
	struct content pieces;
	size_t used;
	size_t used_in_pieces;
	int got;

	content_init(&whole, request);
	content_init(&pieces, request);
	got = content_skip(&whole, bytes, &used);
	BUG_UNLESS(used <= bytes.len);
	BUG_UNLESS(whole.taken == used);
	if (bytes.len == 0)
		return;
	BUG_UNLESS(skip_bytewise(&pieces, bytes, &used_in_pieces) == got);
	BUG_UNLESS(used_in_pieces == used);
	BUG_UNLESS(pieces.state == whole.state && pieces.left == whole.left);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request request;
	struct request again;
	struct slice bytes;
	size_t seen = 0;
	size_t cut;
	ptrdiff_t got;

	if (size < 2)
		return 0;
	bytes = slice_of((const char *)data + 2, size - 2);
	cut = ((size_t)data[0] << 8 | data[1]) % (bytes.len + 1);
	got = parse(bytes, &seen, &request);
	BUG_UNLESS(parse_in_two(bytes, cut, &again) == got);
	check_slowly(bytes);
	if (got == 0)
		return 0;
	check_same(&request, &again);
	if (got > 0)
		check_content(&request,
			slice_of(bytes.at + got, bytes.len - (size_t)got));
	return 0;
}
