/*
 * test_types.c - media types of the operator's own.
 */
#include "site/types.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "support/guard.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct site_types types;

static void read_all(const char *text)
{
	struct types_mistake mistake;

	if (types_read(&types, slice_text(text), &mistake) != 0)
		fail_msg("line %zu: '%.*s' %s", mistake.line,
			(int)mistake.word.len, mistake.word.at, mistake.what);
}

static void check_type(const char *name, const char *type)
{
	size_t len = strlen(name);
	char *copy = guard_copy(name, len);
	struct slice got = types_find(&types, slice_of(copy, len));

	if (!slice_is(got, slice_text(type)))
		fail_msg("%s: '%.*s', not '%s'", name, (int)got.len, got.at,
			type);
	guard_free(copy, len);
}

static void a_line_is_a_type_and_its_suffixes(void **state)
{
	(void)state;
	read_all("# as Apache and Debian have it\n"
		 "application/x-none\n"
		 "\n"
		 "text/x-a\t\t\ta\n"
		 "  text/x-b \t b bb  \r\n"
		 "text/x-c c # and a comment\n"
		 "text/x-d #d\n"
		 "   # another\n"
		 "application/vnd.c++ c++ h++");
	check_type("x.a", "text/x-a");
	check_type("x.b", "text/x-b");
	check_type("x.bb", "text/x-b");
	check_type("x.c", "text/x-c");
	check_type("x.c++", "application/vnd.c++");
	check_type("x.h++", "application/vnd.c++");
	check_type("x.d", "");
	check_type("x.#d", "");
	check_type("x.and", "");
	assert_int_equal(types.count, 6);
}

static void nginx_ends_a_type_with_a_semicolon(void **state)
{
	(void)state;
	read_all("\n"
		 "types {\n"
		 "    text/x-a   a aa;\n"
		 "    text/x-b\n"
		 "               b;\n"
		 "    text/x-c   c ; text/x-d d;\n"
		 "    text/x-e;\n"
		 "}\n"
		 "text/x-f f;g\n"
		 "types{\n"
		 "text/x-h h;\n"
		 "}\n");
	check_type("x.a", "text/x-a");
	check_type("x.aa", "text/x-a");
	check_type("x.b", "text/x-b");
	check_type("x.c", "text/x-c");
	check_type("x.d", "text/x-d");
	check_type("x.f;g", "text/x-f");
	check_type("x.h", "text/x-h");
	assert_int_equal(types.count, 7);
}

static void the_longest_suffix_in_any_case_decides(void **state)
{
	(void)state;
	read_all("x/json json\n"
		 "x/sarif Sarif.JSON\n"
		 "x/z Z\n");
	check_type("a.json", "x/json");
	check_type("a.JSON", "x/json");
	check_type("a.sarif.json", "x/sarif");
	check_type("a.b.sarif.json", "x/sarif");
	check_type("sarif.json", "x/json");
	check_type(".sarif.json", "x/json");
	check_type("d.sarif.json/a.json", "x/json");
	check_type("a.z", "x/z");
	check_type("a..z", "x/z");
	/* nothing in front, nothing behind, something else */
	check_type(".json", "");
	check_type("d/.json", "");
	check_type("json", "");
	check_type("a.", "");
	check_type("a.json.", "");
	check_type("a.jso", "");
	check_type("a.jsonl", "");
	check_type("a.json/", "");
	check_type("", "");
	check_type("/", "");
}

static void of_two_lines_the_later_one_holds(void **state)
{
	(void)state;
	read_all("x/a s t\nx/b S\nx/c u\n");
	check_type("x.s", "x/b");
	check_type("x.t", "x/a");
	assert_int_equal(types.count, 3);
}

static void no_text_is_no_types(void **state)
{
	struct types_mistake mistake;

	(void)state;
	assert_int_equal(types_read(&types, slice_of(NULL, 0), &mistake), 0);
	assert_int_equal(types.count, 0);
	check_type("a.html", "");
	read_all("");
	assert_int_equal(types.count, 0);
}

static void what_is_wrong_is_told_and_the_rest_is_read(void **state)
{
	static const struct {
		const char *text;
		size_t mistakes;
		size_t line;
		const char *word;
		const char *what;
	} cases[] = {
		{"html x/ok ok\n", 1, 1, "html", "is no media type"},
		{"\n#\nx/ y\n", 1, 3, "x/", "is no media type"},
		{"/x y", 1, 1, "/x", "is no media type"},
		{"x/y/z y", 1, 1, "x/y/z", "is no media type"},
		{"x/\xc3\xbc y", 1, 1, "x/\xc3\xbc", "is no media type"},
		{"x/y; charset=utf-8 y", 1, 1, "x/y;", "is no media type"},
		{"x/y .y", 1, 1, ".y", "without the dot in front"},
		{"x/y .y .z", 2, 1, ".y", "without the dot in front"},
		{"x/y y/z", 1, 1, "y/z", "is no suffix"},
		{"x/y y\x01", 1, 1, "y\x01", "is no suffix"},
		{"a b\nc d\n", 2, 1, "a", "is no media type"},
		/* nginx, without its semicolon and without its end */
		{"types {\nx/y y\nx/z z;\n}\n", 1, 3, "x/z", "is no suffix"},
		{"types {\nx/y y;\n", 0, 0, "", ""},
		{"types x", 1, 1, "types", "is no media type"},
		{"types { x/y y;", 1, 1, "types", "is no media type"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct types_mistake m = {0, SLICE(""), ""};
		char text[256];
		size_t len = (size_t)snprintf(
			text, sizeof text, "%s\nx/ok ok", cases[i].text);
		char *copy = guard_copy(text, len);

		if (types_read(&types, slice_of(copy, len), &m) !=
				cases[i].mistakes ||
			m.line != cases[i].line ||
			!slice_is(m.word, slice_text(cases[i].word)) ||
			!strstr(m.what, cases[i].what))
			fail_msg("'%s': line %zu: '%.*s' %s", cases[i].text,
				m.line, (int)m.word.len, m.word.at, m.what);
		check_type("a.ok", "x/ok");
		guard_free(copy, len);
	}
}

static void a_type_may_be_as_long_as_said_and_no_longer(void **state)
{
	char text[TYPES_TYPE_MAX + 8] = "x/";
	struct types_mistake mistake;

	(void)state;
	memset(text + 2, 'y', TYPES_TYPE_MAX - 2);
	strcpy(text + TYPES_TYPE_MAX, " a");
	read_all(text);
	assert_int_equal(types_find(&types, SLICE("b.a")).len, TYPES_TYPE_MAX);
	strcpy(text + TYPES_TYPE_MAX, "y a");
	assert_int_equal(types_read(&types, slice_text(text), &mistake), 1);
}

/* Every number below 4096 in another order. */
static unsigned nth(unsigned i)
{
	return i * 2731 % TYPES_MAX;
}

static void there_is_room_for_4096_suffixes(void **state)
{
	static char text[TYPES_MAX * 16];
	struct types_mistake mistake;
	struct buf b = buf_on(text, sizeof text);

	(void)state;
	for (unsigned i = 0; i < TYPES_MAX; i++)
		buf_printf(&b, "x/y%u %u\n", nth(i), nth(i));
	assert_int_equal(types_read(&types, buf_slice_of(&b), &mistake), 0);
	assert_int_equal(types.count, TYPES_MAX);
	for (unsigned i = 0; i < TYPES_MAX; i++) {
		char name[16];
		char type[16];

		snprintf(name, sizeof name, "a.%u", i);
		snprintf(type, sizeof type, "x/y%u", i);
		check_type(name, type);
	}
	buf_text(&b, "x/z 17\nx/z more\n");
	assert_int_equal(types_read(&types, buf_slice_of(&b), &mistake), 1);
	assert_int_equal(mistake.line, TYPES_MAX + 2);
	assert_non_null(strstr(mistake.what, "4096"));
	check_type("a.17", "x/z");
	check_type("a.more", "");
}

static void a_text_cut_anywhere_is_read_to_its_end(void **state)
{
	static const char text[] = "# c\ntypes {\nx/y y;\n}\nx/z .z z\r\nx y\n";
	struct types_mistake mistake;

	(void)state;
	for (size_t len = 0; len < sizeof text; len++) {
		char *copy = guard_copy(text, len);

		assert_in_range(
			types_read(&types, slice_of(copy, len), &mistake), 0,
			3);
		guard_free(copy, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_a_type_and_its_suffixes),
		cmocka_unit_test(nginx_ends_a_type_with_a_semicolon),
		cmocka_unit_test(the_longest_suffix_in_any_case_decides),
		cmocka_unit_test(of_two_lines_the_later_one_holds),
		cmocka_unit_test(no_text_is_no_types),
		cmocka_unit_test(what_is_wrong_is_told_and_the_rest_is_read),
		cmocka_unit_test(a_type_may_be_as_long_as_said_and_no_longer),
		cmocka_unit_test(there_is_room_for_4096_suffixes),
		cmocka_unit_test(a_text_cut_anywhere_is_read_to_its_end),
	};

	return cmocka_run_group_tests_name("site/types", tests, NULL, NULL);
}
