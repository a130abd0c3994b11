/*
 * test_escape.c - text within HTML, JSON, log lines and URIs.
 */
#include "http/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "support/guard.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define BAD "\xef\xbf\xbd" /* U+FFFD */

struct example {
	const char *text, *escaped;
};

static void check(void (*escape)(struct buf *, struct slice),
	const struct example *cases, size_t count)
{
	char at[256];

	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(cases[i].text);
		char *copy = guard_copy(cases[i].text, len);
		struct buf b = buf_on(at, sizeof(at));

		escape(&b, slice_of(copy, len));
		assert_false(b.full);
		if (!slice_is(buf_slice_of(&b), slice_text(cases[i].escaped)))
			fail_msg("%s: %.*s", cases[i].text, (int)b.len, b.at);
		guard_free(copy, len);
	}
}

static void html_cannot_be_broken_out_of(void **state)
{
	static const struct example cases[] = {
		{"", ""},
		{"plain text_1.txt", "plain text_1.txt"},
		{"&<>\"'", "&amp;&lt;&gt;&quot;&#39;"},
		{"&amp;", "&amp;amp;"},
		{"</title><script>alert(1)</script>",
			"&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;"},
		{"a\" onclick='x'", "a&quot; onclick=&#39;x&#39;"},
	};

	(void)state;
	check(escape_html, cases, COUNT(cases));
}

static void control_characters_are_replaced_in_html(void **state)
{
	static const struct example cases[] = {
		{"a\nb\tc\rd", "a" BAD "b" BAD "c" BAD "d"},
		{"\x01\x1f\x7f", BAD BAD BAD},
		{"\x20\x7e", "\x20\x7e"},
		/* C1: U+0080 and U+009F; U+00A0 is none */
		{"\xc2\x80\xc2\x9f\xc2\xa0", BAD BAD "\xc2\xa0"},
	};
	char at[8];
	struct buf b = buf_on(at, sizeof(at));

	(void)state;
	check(escape_html, cases, COUNT(cases));
	escape_html(&b, SLICE("\0a"));
	assert_true(slice_is(buf_slice_of(&b), SLICE(BAD "a")));
}

/* Unicode, table 3-7: the first and the last of every line, and what stands
 * beside them. */
static void only_utf_8_gets_into_html(void **state)
{
	static const struct example cases[] = {
		{"\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82",
			"\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82"},
		{"\xdf\xbf", "\xdf\xbf"},
		{"\xe0\xa0\x80\xe0\xbf\xbf", "\xe0\xa0\x80\xe0\xbf\xbf"},
		{"\xe1\x80\x80\xec\xbf\xbf", "\xe1\x80\x80\xec\xbf\xbf"},
		{"\xed\x80\x80\xed\x9f\xbf", "\xed\x80\x80\xed\x9f\xbf"},
		{"\xee\x80\x80\xef\xbf\xbf", "\xee\x80\x80\xef\xbf\xbf"},
		{"\xf0\x90\x80\x80\xf0\xbf\xbf\xbf",
			"\xf0\x90\x80\x80\xf0\xbf\xbf\xbf"},
		{"\xf1\x80\x80\x80\xf3\xbf\xbf\xbf",
			"\xf1\x80\x80\x80\xf3\xbf\xbf\xbf"},
		{"\xf4\x80\x80\x80\xf4\x8f\xbf\xbf",
			"\xf4\x80\x80\x80\xf4\x8f\xbf\xbf"},
		/* bytes that begin nothing */
		{"\x80\xbf", BAD BAD},
		{"\xc0\xc1\xf5\xff", BAD BAD BAD BAD},
		/* longer than needed */
		{"\xc0\xbc", BAD BAD},
		{"\xe0\x9f\xbf", BAD BAD BAD},
		{"\xf0\x8f\xbf\xbf", BAD BAD BAD BAD},
		/* a surrogate; beyond U+10FFFF */
		{"\xed\xa0\x80", BAD BAD BAD},
		{"\xf4\x90\x80\x80", BAD BAD BAD BAD},
		/* Latin-1, and a character that is cut */
		{"\xe4 ", BAD " "},
		{"\xe2\x82", BAD BAD},
		{"\xe2\x82<", BAD BAD "&lt;"},
		{"\xf0\x9f\x99", BAD BAD BAD},
		{"\xf0\x9f\x99\xc3", BAD BAD BAD BAD},
		{"\xc3", BAD},
		{"\xc3\xc3\xa4", BAD "\xc3\xa4"},
	};

	(void)state;
	check(escape_html, cases, COUNT(cases));
}

static void a_log_line_cannot_be_forged(void **state)
{
	static const struct example cases[] = {
		{"", ""},
		{"GET /a%20b HTTP/1.1", "GET /a%20b HTTP/1.1"},
		{" ~", " ~"},
		{"\"", "\\x22"},
		{"\\", "\\x5C"},
		{"a\r\nb", "a\\x0D\\x0Ab"},
		{"\x1b[2J", "\\x1B[2J"},
		{"\x1f\x7f\x80\xff", "\\x1F\\x7F\\x80\\xFF"},
		{"\xc3\xa4", "\\xC3\\xA4"},
		{"a\" 200 -\n", "a\\x22 200 -\\x0A"},
	};
	char at[8];
	struct buf b = buf_on(at, sizeof(at));

	(void)state;
	check(escape_log, cases, COUNT(cases));
	escape_log(&b, SLICE("a\0"));
	assert_true(slice_is(buf_slice_of(&b), SLICE("a\\x00")));
}

static void a_string_of_json_cannot_be_broken_out_of(void **state)
{
	static const struct example cases[] = {
		{"", ""},
		{"plain text_1.txt", "plain text_1.txt"},
		{"\"", "\\\""},
		{"\\", "\\\\"},
		{"\\\"", "\\\\\\\""},
		{"</script>&'", "</script>&'"},
		{"a\nb\tc\rd", "a\\u000ab\\u0009c\\u000dd"},
		{"\x01\x1f\x7f", "\\u0001\\u001f\\u007f"},
		{"\xc2\x80\xc2\x9f\xc2\xa0", "\\u0080\\u009f\xc2\xa0"},
		{"\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82",
			"\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82"},
		{"\xe4\xff", BAD BAD},
		{"\xe2\x82", BAD BAD},
		{"\xe2\x82\"", BAD BAD "\\\""},
		{"\xc3\xc3\xa4", BAD "\xc3\xa4"},
	};
	char at[8];
	struct buf b = buf_on(at, sizeof(at));

	(void)state;
	check(escape_json, cases, COUNT(cases));
	escape_json(&b, SLICE("\0a"));
	assert_true(slice_is(buf_slice_of(&b), SLICE("\\u0000a")));
}

static void a_path_in_a_uri_means_the_same(void **state)
{
	static const struct example cases[] = {
		{"", ""},
		{"a/b.txt", "a/b.txt"},
		{"/", "/"},
		{"a//b/", "a//b/"},
		{"-._~09azAZ", "-._~09azAZ"},
		{"a b", "a%20b"},
		{"a?b#c%d", "a%3Fb%23c%25d"},
		{"\xc3\xa9", "%C3%A9"},
		{"a\r\nb", "a%0D%0Ab"},
		{"\"<>\\", "%22%3C%3E%5C"},
		{"javascript:x", "javascript%3Ax"},
	};

	(void)state;
	check(escape_path, cases, COUNT(cases));
	check(escape_segment, &(struct example){"a/b", "a%2Fb"}, 1);
}

static void every_byte_alone_is_escaped_or_plain(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		char text = (char)byte, at[16];
		struct buf html = buf_on(at, sizeof(at));
		struct buf log = buf_on(at + 8, 8);
		bool is_plain = byte >= 0x20 && byte <= 0x7e;

		escape_html(&html, slice_of(&text, 1));
		assert_int_equal(html.len == 1 && at[0] == text,
			is_plain && strchr("&<>\"'", byte) == NULL);
		escape_log(&log, slice_of(&text, 1));
		assert_int_equal(log.len == 1 && at[8] == text,
			is_plain && strchr("\"\\", byte) == NULL);
	}
}

static void no_escape_is_ever_cut(void **state)
{
	char at[16];

	(void)state;
	for (size_t cap = 0; cap < 9; cap++) {
		struct buf html = buf_on(at, cap);
		struct buf log = buf_on(at, cap);

		escape_html(&html, SLICE("a&b<"));
		assert_int_equal(html.len, cap < 1   ? 0
					   : cap < 6 ? 1
					   : cap < 7 ? 6
						     : 7);
		assert_true(html.full);
		escape_log(&log, SLICE("a\"b\""));
		assert_int_equal(log.len, cap < 1   ? 0
					  : cap < 5 ? 1
					  : cap < 6 ? 5
						    : 6);
		assert_true(log.full);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(html_cannot_be_broken_out_of),
		cmocka_unit_test(control_characters_are_replaced_in_html),
		cmocka_unit_test(only_utf_8_gets_into_html),
		cmocka_unit_test(a_log_line_cannot_be_forged),
		cmocka_unit_test(a_string_of_json_cannot_be_broken_out_of),
		cmocka_unit_test(a_path_in_a_uri_means_the_same),
		cmocka_unit_test(every_byte_alone_is_escaped_or_plain),
		cmocka_unit_test(no_escape_is_ever_cut),
	};

	return cmocka_run_group_tests_name("http/escape", tests, NULL, NULL);
}
