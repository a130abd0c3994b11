/*
 * fuzz_accept.c - a byte of codings, then field lines: what is chosen is
 * there, and what is said twice means the same.
 */
#include "base/buf.h"
#include "base/bug.h"
#include "http/accept.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char start[] = "GET / HTTP/1.1\r\nHost: a\r\n";

/* A head with the lines as often as times says; false: it is refused. */
static bool ask(struct slice lines, int times, struct request *request)
{
	static char bytes[REQUEST_HEAD_MAX];
	struct buf head = buf_on(bytes, sizeof(bytes));
	size_t seen = 0;

	buf_text(&head, start);
	while (times-- > 0)
		buf_slice(&head, lines);
	buf_text(&head, "\r\n");
	return !head.full &&
	       request_parse(buf_slice_of(&head), &seen, request) > 0;
}

/* What a request asks for, or that it is none. */
struct wishes {
	bool valid, json, navigation;
	enum coding coding;
};

static struct wishes look(struct slice lines, int times, uint32_t codings)
{
	struct request request;
	struct wishes wishes = {.valid = ask(lines, times, &request)};

	if (!wishes.valid)
		return wishes;
	wishes.coding = accept_coding(&request, codings);
	wishes.json = accept_prefers_json(&request);
	wishes.navigation = accept_is_navigation(&request);
	return wishes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wishes once, twice;
	struct slice lines;
	uint32_t codings;

	if (size < 1)
		return 0;
	codings = data[0] & ((1U << CODING_COUNT) - 1);
	lines = slice_of((const char *)data + 1, size - 1);
	once = look(lines, 1, codings);
	if (!once.valid)
		return 0;
	BUG_UNLESS(once.coding >= CODING_IDENTITY ||
		   (codings >> once.coding & 1) != 0);
	twice = look(lines, 2, codings);
	if (!twice.valid)
		return 0;
	BUG_UNLESS(once.coding == twice.coding && once.json == twice.json &&
		   once.navigation == twice.navigation);
	return 0;
}
