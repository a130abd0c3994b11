/*
 * test_lines.c - the same lines, wherever a read ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "master/lines.h"

static struct lines lines;

static void feed(const char *bytes, size_t len)
{
	size_t room;
	char *at = lines_room(&lines, &room);

	assert_true(room >= len);
	memcpy(at, bytes, len);
	lines_add(&lines, len);
}

/* Writes what can be taken as "A:text;" and "O:text;". */
static void take_all(struct buf *b, bool last)
{
	struct line line;

	while (lines_take(&lines, &line) ||
		(last && lines_take_last(&lines, &line))) {
		buf_text(b, line.access ? "A:" : "O:");
		buf_slice(b, line.text);
		buf_byte(b, ';');
	}
}

static void every_cut_gives_the_same_lines(void **state)
{
	static const char bytes[] = "\001GET /a\nBUG: b\n\n\001\n\001GET /c\n"
				    "no end";
	static const char want[] = "A:GET /a;O:BUG: b;O:;A:;A:GET /c;O:no end;";
	size_t len = sizeof bytes - 1;

	(void)state;
	for (size_t i = 0; i <= len; i++) {
		for (size_t j = i; j <= len; j++) {
			char text[128];
			struct buf b = buf_on(text, sizeof text);

			memset(&lines, 0, sizeof lines);
			feed(bytes, i);
			take_all(&b, false);
			feed(bytes + i, j - i);
			take_all(&b, false);
			feed(bytes + j, len - j);
			take_all(&b, true);
			assert_int_equal(b.len, strlen(want));
			assert_memory_equal(text, want, b.len);
		}
	}
}

static void nothing_is_taken_before_its_newline(void **state)
{
	struct line line;

	(void)state;
	memset(&lines, 0, sizeof lines);
	assert_false(lines_take(&lines, &line));
	assert_false(lines_take_last(&lines, &line));
	feed("half", 4);
	assert_false(lines_take(&lines, &line));
	feed("\n", 1);
	assert_true(lines_take(&lines, &line));
	assert_true(slice_is(line.text, SLICE("half")));
	assert_false(lines_take(&lines, &line));
}

/* There is always room again, so that the pipe is always read. */
static void a_line_without_an_end_is_cut(void **state)
{
	struct line line;
	size_t room;
	size_t taken = 0;

	(void)state;
	memset(&lines, 0, sizeof lines);
	for (int i = 0; i < 3; i++) {
		char *at = lines_room(&lines, &room);

		assert_true(room > 0);
		memset(at, 'x', room);
		lines_add(&lines, room);
		while (lines_take(&lines, &line))
			taken += line.text.len;
	}
	assert_int_equal(taken, 3 * (size_t)LINES_ROOM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cut_gives_the_same_lines),
		cmocka_unit_test(nothing_is_taken_before_its_newline),
		cmocka_unit_test(a_line_without_an_end_is_cut),
	};

	return cmocka_run_group_tests_name("master/lines", tests, NULL, NULL);
}
