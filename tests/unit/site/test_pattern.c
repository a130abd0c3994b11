/*
 * test_pattern.c - which paths a rule is for.
 */
#include "site/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "support/guard.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void a_pattern_has_one_of_four_shapes(void **state)
{
	static const struct {
		const char *text;
		enum pattern_kind kind;
		const char *inner;
	} cases[] = {
		{"*", PATTERN_ALL, ""},
		{"/*", PATTERN_ALL, ""},
		{"*.js", PATTERN_SUFFIX, ".js"},
		{"*.tar.gz", PATTERN_SUFFIX, ".tar.gz"},
		{"*.%2A", PATTERN_SUFFIX, ".%2A"},
		{"/a/*", PATTERN_PREFIX, "a/"},
		{"/a/b/*", PATTERN_PREFIX, "a/b/"},
		{"/", PATTERN_EXACT, ""},
		{"/a", PATTERN_EXACT, "a"},
		{"/a/", PATTERN_EXACT, "a/"},
		{"/a/b.html", PATTERN_EXACT, "a/b.html"},
		{"/a%20b", PATTERN_EXACT, "a%20b"},
		{"/.well-known/x", PATTERN_EXACT, ".well-known/x"},
		{"/...", PATTERN_EXACT, "..."},
		{"/.a", PATTERN_EXACT, ".a"},
		{"/\xc3\xbc", PATTERN_EXACT, "\xc3\xbc"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len = strlen(cases[i].text);
		char *copy = guard_copy(cases[i].text, len);
		struct pattern pattern;

		if (!pattern_parse(slice_of(copy, len), &pattern) ||
			pattern.kind != cases[i].kind ||
			!slice_is(pattern.text, slice_text(cases[i].inner)))
			fail_msg("%s", cases[i].text);
		guard_free(copy, len);
	}
}

static void anything_else_is_no_pattern(void **state)
{
	static const char *const cases[] = {
		"",
		"a",
		"a/*",
		"**",
		"*a",
		"*.",
		"*.*",
		"*.a*",
		"*.a/b",
		"*/a",
		"/a*",
		"/*/a",
		"/*/*",
		"/a/*/*",
		"/**",
		"//",
		"//a",
		"/a//b",
		"/a//",
		"//*",
		"/a//*",
		/* names that no path has */
		"/.",
		"/..",
		"/./a",
		"/a/../b",
		"/a/..",
		"/%2e",
		"/.%2E/a",
		"/a%00",
		"/a%2fb",
		"*.%2f",
		/* what must be encoded */
		"/a b",
		"/a\tb",
		"/a?b",
		"/a#b",
		"/%",
		"/%4",
		"/%4g",
		"/a\r\nb",
		"/a\x7f",
		"http://a/",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t len = strlen(cases[i]);
		char *copy = guard_copy(cases[i], len);
		struct pattern pattern;

		if (pattern_parse(slice_of(copy, len), &pattern))
			fail_msg("%s", cases[i]);
		guard_free(copy, len);
	}
}

struct match {
	const char *pattern;
	const char *path;
	bool slash;
	const char *rest; /* NULL: no match */
};

static void check_match(const struct match *m)
{
	size_t len = strlen(m->path);
	char *copy = guard_copy(m->path, len);
	struct slice path = slice_of(copy, len);
	struct pattern pattern;
	struct slice rest;

	assert_true(pattern_parse(slice_text(m->pattern), &pattern));
	if (pattern_matches(&pattern, path, m->slash, &rest) != !!m->rest ||
		pattern_matches(&pattern, path, m->slash, NULL) != !!m->rest)
		fail_msg("%s: %s", m->pattern, m->path);
	if (m->rest && pattern.kind != PATTERN_EXACT &&
		!slice_is(rest, slice_text(m->rest)))
		fail_msg("%s: %s: %.*s", m->pattern, m->path, (int)rest.len,
			rest.at);
	guard_free(copy, len);
}

static void a_pattern_holds_for_its_paths_only(void **state)
{
	static const struct match cases[] = {
		{"*", "", true, ""},
		{"*", "a/b", false, "a/b"},
		{"/*", "a", true, "a"},

		{"/", "", true, ""},
		{"/", "", false, ""},
		{"/", "a", false, NULL},
		{"/a", "", true, NULL},
		{"/a/", "", true, NULL},
		{"/a", "a", false, ""},
		{"/a", "a", true, NULL},
		{"/a/", "a", true, ""},
		{"/a/", "a", false, NULL},
		{"/a", "A", false, NULL},
		{"/a", "ab", false, NULL},
		{"/ab", "a", false, NULL},
		{"/a/b", "a/b", false, ""},
		{"/a%20b", "a b", false, ""},
		{"/%61%2D", "a-", false, ""},
		{"/%c3%BC", "\xc3\xbc", false, ""},
		{"/\xc3\xbc", "\xc3\xbc", false, ""},
		{"/%2541", "%41", false, ""},

		{"/a/*", "a/b", false, "b"},
		{"/a/*", "a/b/c", true, "b/c"},
		{"/a/*", "a", true, ""},
		{"/a/*", "a", false, ""},
		{"/a/*", "ab", false, NULL},
		{"/a/*", "ab/c", false, NULL},
		{"/a/*", "", true, NULL},
		{"/a/*", "b/a/c", false, NULL},
		{"/a%2a/*", "a*/b", false, "b"},

		{"*.js", "a.js", false, "a"},
		{"*.js", "a/b.js", false, "a/b"},
		{"*.js", "a.js", true, NULL},
		{"*.js", "a.mjs", false, NULL},
		{"*.js", "a.JS", false, NULL},
		{"*.js", "js", false, NULL},
		{"*.js", "", true, NULL},
		{"*.js", "", false, NULL},
		{"*.%6as", "a.js", false, "a"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_match(&cases[i]);
}

static void exact_beats_long_beats_short_beats_suffix_beats_all(void **state)
{
	static const char *const order[] = {
		"/a", "/bb/*", "/a/*", "*.html", "*.js", "*"};

	(void)state;
	for (size_t i = 0; i < COUNT(order); i++) {
		for (size_t j = 0; j < COUNT(order); j++) {
			struct pattern a;
			struct pattern b;

			assert_true(pattern_parse(slice_text(order[i]), &a));
			assert_true(pattern_parse(slice_text(order[j]), &b));
			assert_int_equal(
				pattern_is_as_specific(&a, &b), i <= j);
		}
	}
}

static void an_escape_counts_as_one_byte(void **state)
{
	struct pattern plain;
	struct pattern escaped;

	(void)state;
	assert_true(pattern_parse(SLICE("/ab/*"), &plain));
	assert_true(pattern_parse(SLICE("/%61b/*"), &escaped));
	assert_true(pattern_is_as_specific(&plain, &escaped));
	assert_true(pattern_is_as_specific(&escaped, &plain));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_has_one_of_four_shapes),
		cmocka_unit_test(anything_else_is_no_pattern),
		cmocka_unit_test(a_pattern_holds_for_its_paths_only),
		cmocka_unit_test(
			exact_beats_long_beats_short_beats_suffix_beats_all),
		cmocka_unit_test(an_escape_counts_as_one_byte),
	};

	return cmocka_run_group_tests_name("site/pattern", tests, NULL, NULL);
}
