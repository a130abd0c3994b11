/*
 * test_mime.c - media types.
 */
#include "http/mime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "support/guard.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define UNKNOWN "application/octet-stream"

#define TYPE(suffix, type) {suffix, type},

static const struct {
	const char *suffix, *type;
} types[] = {
#include "../../../src/http/mime.def"
};

static void assert_type(const char *name, const char *type)
{
	size_t len = strlen(name);
	char *copy = guard_copy(name, len);

	if (!slice_is(mime_of(slice_of(copy, len)), slice_text(type)))
		fail_msg("%s is not %s", name, type);
	guard_free(copy, len);
}

static void the_table_is_sorted_and_in_lower_case(void **state)
{
	(void)state;
	assert_true(COUNT(types) >= 150);
	for (size_t i = 0; i < COUNT(types); i++) {
		if (i > 0 && strcmp(types[i - 1].suffix, types[i].suffix) >= 0)
			fail_msg("%s is out of order", types[i].suffix);
		assert_int_equal(
			strspn(types[i].suffix, "abcdefghijklmnopqrstuvwxyz"
						"0123456789"),
			strlen(types[i].suffix));
	}
}

static void each_suffix_of_the_table_is_found(void **state)
{
	char name[64];

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		snprintf(name, sizeof(name), "a.%s", types[i].suffix);
		assert_type(name, types[i].type);
		/* and not what only begins or ends like it */
		snprintf(name, sizeof(name), "a.%s~", types[i].suffix);
		assert_type(name, UNKNOWN);
		snprintf(name, sizeof(name), "a.~%s", types[i].suffix);
		assert_type(name, UNKNOWN);
	}
}

/* RFC 9110, 8.3: type "/" subtype, then at most the one charset we know. */
static void each_type_is_well_formed_and_text_says_its_charset(void **state)
{
	static const char charset[] = "; charset=utf-8";

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		const char *type = types[i].type;
		size_t len = strcspn(type, ";");
		bool is_text = strncmp(type, "text/", 5) == 0;

		assert_int_equal(strspn(type, "abcdefghijklmnopqrstuvwxyz"
					      "0123456789/+-."),
			len);
		assert_ptr_equal(strchr(type, '/'), strrchr(type, '/'));
		assert_string_equal(type + len, is_text ? charset : "");
	}
}

static void the_web_gets_the_types_it_needs(void **state)
{
	static const struct {
		const char *name, *type;
	} cases[] = {
		{"index.html", "text/html; charset=utf-8"},
		{"style.css", "text/css; charset=utf-8"},
		{"app.js", "text/javascript; charset=utf-8"},
		{"app.mjs", "text/javascript; charset=utf-8"},
		{"app.min.js", "text/javascript; charset=utf-8"},
		{"app.js.map", "application/json"},
		{"data.json", "application/json"},
		{"vector.svg", "image/svg+xml"},
		{"feed.xml", "application/xml"},
		{"code.wasm", "application/wasm"},
		{"site.webmanifest", "application/manifest+json"},
		{"README.md", "text/markdown; charset=utf-8"},
		{"robots.txt", "text/plain; charset=utf-8"},
		{"font.woff2", "font/woff2"},
		{"a.tar.gz", "application/gzip"},
		{"a.tgz", "application/gzip"},
		{"a.tar.zst", "application/zstd"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_type(cases[i].name, cases[i].type);
}

static void the_last_suffix_in_any_case_decides(void **state)
{
	(void)state;
	assert_type("UPPER.HTML", "text/html; charset=utf-8");
	assert_type("a.PnG", "image/png");
	assert_type("html.png", "image/png");
	assert_type("a.html.png", "image/png");
	assert_type("a..png", "image/png");
	assert_type(".hidden.png", "image/png");
	assert_type("dir.html/a.png", "image/png");
	assert_type("dir.d/page.html", "text/html; charset=utf-8");
}

static void what_is_not_known_is_bytes(void **state)
{
	static const char *const names[] = {
		"",
		".",
		"..",
		"/",
		"html",
		"Makefile",
		".html",
		"dir/.html",
		"a.",
		"a.html.",
		"a.zzz9",
		"a.html ",
		"a.ht\xe4ml",
		"dir.html/a",
		"dir.html/",
		"a.html/.png",
		"a.thisisfartoolongforasuffix",
		/* of 16 and 17 bytes: as long as is looked at, and longer */
		"a.abcdefghijklmnop",
		"a.abcdefghijklmnopq",
		/* the neighbours of the letters are not folded */
		"a.[ip",
		"a.@if",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		assert_type(names[i], UNKNOWN);
}

static void html_is_known_in_any_form(void **state)
{
	(void)state;
	assert_true(mime_is_html(SLICE("text/html")));
	assert_true(mime_is_html(SLICE("text/html; charset=utf-8")));
	assert_true(mime_is_html(SLICE("Text/HTML ;charset=utf-8")));
	assert_true(mime_is_html(mime_of(SLICE("a.htm"))));
	assert_false(mime_is_html(SLICE("text/html5")));
	assert_false(mime_is_html(SLICE("text/htm")));
	assert_false(mime_is_html(SLICE("application/xhtml+xml")));
	assert_false(mime_is_html(SLICE("text/plain; text/html")));
	assert_false(mime_is_html(SLICE("")));
	assert_false(mime_is_html(slice_of(NULL, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_sorted_and_in_lower_case),
		cmocka_unit_test(each_suffix_of_the_table_is_found),
		cmocka_unit_test(
			each_type_is_well_formed_and_text_says_its_charset),
		cmocka_unit_test(the_web_gets_the_types_it_needs),
		cmocka_unit_test(the_last_suffix_in_any_case_decides),
		cmocka_unit_test(what_is_not_known_is_bytes),
		cmocka_unit_test(html_is_known_in_any_form),
	};

	return cmocka_run_group_tests_name("http/mime", tests, NULL, NULL);
}
