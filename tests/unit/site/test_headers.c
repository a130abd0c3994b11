/*
 * test_headers.c - fields of the operator's own.
 */
#include <stdlib.h>

#include "rules.h"

#include "site/rule.h"

static void check_fields(
	const struct site *site, const char *path, const char *fields)
{
	size_t len = strlen(path);
	char *copy = guard_copy(path, len);
	char text[TEXT_MAX];
	struct buf b = buf_on(text, sizeof text);

	site_write_headers(site, slice_of(copy, len), &b);
	if (!slice_is(buf_slice_of(&b), slice_text(fields)))
		fail_msg(
			"%s: '%.*s', not '%s'", path, (int)b.len, text, fields);
	guard_free(copy, len);
}

static void check_one(const char *text, const char *fields)
{
	struct site site;

	site_init(&site, "/");
	add(&site, site_add_header, text);
	check_fields(&site, "a/b.js", fields);
}

static void a_rule_is_a_field_with_or_without_a_pattern(void **state)
{
	(void)state;
	check_one("X-A: b", "X-A: b\r\n");
	check_one("X-A:b", "X-A: b\r\n");
	check_one("  X-A:\t b c \t", "X-A: b c\r\n");
	check_one("X-A: b: c", "X-A: b: c\r\n");
	check_one("X-A: gr\xc3\xbc\xc3\x9f", "X-A: gr\xc3\xbc\xc3\x9f\r\n");
	check_one("* X-A: b", "X-A: b\r\n");
	check_one("/* X-A: b", "X-A: b\r\n");
	check_one("/a/* X-A: b", "X-A: b\r\n");
	check_one("*.js X-A: b", "X-A: b\r\n");
	check_one("/a/b.js\tX-A: b", "X-A: b\r\n");
	check_one("/a:b/* X-A: b", "");
	check_one("/a/b X-A: b", "");
	check_one("Content-Security-Policy: default-src 'self'; img-src *",
		"Content-Security-Policy: default-src 'self'; img-src *\r\n");
	check_one("X-A:", "");
}

static void without_rules_there_are_no_fields(void **state)
{
	struct site site;

	(void)state;
	site_init(&site, "/");
	check_fields(&site, "a", "");
}

#define NO_NAME "is no name of a field"
#define OURS "cannot be set: contd says it where it is true"

static void a_wrong_text_is_explained(void **state)
{
	static const struct refusal cases[] = {
		{"", "'' is no field; it must be '[PATTERN] NAME: VALUE'"},
		{"X-A", "'X-A' is no field"},
		{"X-A b", "'X-A b' is no field"},
		{"/a/*", "'' is no field"},
		{"/a/* X-A", "'X-A' is no field"},
		{"/a* X-A: b", "'/a*' is no pattern; it must be /path"},
		{": b", "'' " NO_NAME},
		{"X A: b", "'X A' " NO_NAME},
		{"X-A : b", "'X-A ' " NO_NAME},
		{"X\xc3\xbc: b", NO_NAME},
		{"X-A\r\nX-B: b", NO_NAME},
		{"X-A: b\r\nX-B: c", "'X-A' has a control character"},
		{"X-A: b\nX-B: c", "'X-A' has a control character"},
		{"X-A: \x1b[31m", "it must be one line of text"},
		{"X-A: \x7f", "'X-A' has a control character"},
		{"Content-Length: 5", "'Content-Length' " OURS},
		{"content-length:", "'content-length' " OURS},
		{"Transfer-Encoding: chunked", "'Transfer-Encoding' " OURS},
		{"Connection: close", "'Connection' " OURS},
		{"Keep-Alive: 5", "'Keep-Alive' " OURS},
		{"Trailer: x", "'Trailer' " OURS},
		{"Upgrade: h2c", "'Upgrade' " OURS},
		{"Date: x", "'Date' " OURS},
		{"Content-Range: x", "'Content-Range' " OURS},
		{"ETag: \"x\"", "'ETag' " OURS},
		{"LAST-MODIFIED: x", "'LAST-MODIFIED' " OURS},
		{"Content-Encoding: br", "'Content-Encoding' " OURS},
		{"Vary: *", "'Vary' " OURS},
		{"Accept-Ranges: none", "'Accept-Ranges' " OURS},
		{"Allow: PUT", "'Allow' " OURS},
		{"Location: /", "that is what --redirect does"},
		{"*.x Content-Type: text/x", "see --mime-types and --charset"},
		{"Cache-Control: no-store", "that is what --cache does"},
		{"X-Content-Type-Options: nosniff", "nosniff in every answer"},
	};

	(void)state;
	check_refusals(site_add_header, cases, COUNT(cases));
	check_limit(site_add_header, "X-A: b", SITE_RULES_MAX);
}

static void of_one_name_the_most_specific_rule_holds(void **state)
{
	static const char *const rules[] = {
		"X-A: all",
		"X-B: all",
		"*.js x-a: suffix",
		"/a/* X-A: prefix",
		"/a/b/* X-A: longer",
		"/a/b/c.js X-A: exact",
		"/a/b/c.js X-A: exact, later",
		"/none/* X-A:",
	};
	struct site site;

	(void)state;
	site_init(&site, "/");
	for (size_t i = 0; i < COUNT(rules); i++)
		add(&site, site_add_header, rules[i]);
	check_fields(&site, "x", "X-A: all\r\nX-B: all\r\n");
	check_fields(&site, "", "X-A: all\r\nX-B: all\r\n");
	check_fields(&site, "x.js", "X-B: all\r\nx-a: suffix\r\n");
	check_fields(&site, "a", "X-B: all\r\nX-A: prefix\r\n");
	check_fields(&site, "a/x.js", "X-B: all\r\nX-A: prefix\r\n");
	check_fields(&site, "a/b/x.js", "X-B: all\r\nX-A: longer\r\n");
	check_fields(&site, "a/b/c.js", "X-B: all\r\nX-A: exact, later\r\n");
	check_fields(&site, "none/x.js", "X-B: all\r\n");
}

static void a_removed_field_comes_back_where_a_rule_says_so(void **state)
{
	struct site site;

	(void)state;
	site_init(&site, "/");
	add(&site, site_add_header, "/a/b/* X-A: again");
	add(&site, site_add_header, "/a/* x-a: ");
	add(&site, site_add_header, "X-A: all");
	check_fields(&site, "x", "X-A: all\r\n");
	check_fields(&site, "a/x", "");
	check_fields(&site, "a/b/x", "X-A: again\r\n");
}

#define CORS                                                               \
	"Access-Control-Allow-Origin: *\r\n"                               \
	"Access-Control-Expose-Headers: Accept-Ranges, Content-Encoding, " \
	"Content-Length, Content-Range, ETag, *\r\n"

static void cors_lets_everybody_read_unless_a_rule_says_who(void **state)
{
	struct site site;

	(void)state;
	site_init(&site, "/");
	site.cors = true;
	check_fields(&site, "x", CORS);
	add(&site, site_add_header,
		"/a/* access-control-allow-origin: https://x.example");
	add(&site, site_add_header, "/b/* Access-Control-Allow-Origin:");
	add(&site, site_add_header, "X-A: b");
	check_fields(&site, "x", "X-A: b\r\n" CORS);
	check_fields(&site, "a/x",
		"access-control-allow-origin: https://x.example\r\n"
		"X-A: b\r\n");
	check_fields(&site, "b/x", "X-A: b\r\n");
}

/* A rule of so many bytes on its line. */
static const char *rule_of(const char *begin, size_t bytes)
{
	static char text[2 * RULE_FIELDS_MAX];
	const char *name = strstr(begin, "X-");
	size_t field = strlen(name) + 2;
	size_t len = strlen(begin);

	memcpy(text, begin, len);
	memset(text + len, 'v', bytes - field);
	text[len + bytes - field] = '\0';
	return strdup(text);
}

/* What no head has room for is refused when it is said, and nowhere else: of a
 * name one rule holds, and paths may be strangers. */
static void no_path_gets_more_than_a_head_holds(void **state)
{
	enum { MOST = RULE_FIELDS_MAX, HALF = MOST / 2, RULES = 3 };
	static const struct {
		struct {
			const char *begin;
			size_t bytes;
		} rule[RULES];
		bool fits;
	} cases[] = {
		{{{"X-A: ", MOST}}, true},
		{{{"X-A: ", MOST + 1}}, false},
		{{{"/a/* X-A: ", MOST + 1}}, false},
		{{{"X-A: ", HALF}, {"X-B: ", HALF}}, true},
		{{{"X-A: ", HALF}, {"X-B: ", HALF + 1}}, false},
		{{{"X-A: ", HALF}, {"X-A: ", MOST}}, true},
		{{{"X-A: ", HALF}, {"*.a X-A: ", MOST}, {"X-B: ", HALF}},
			false},
		{{{"/a/* X-A: ", MOST}, {"/b/* X-B: ", MOST}}, true},
		{{{"/a/* X-A: ", MOST}, {"/a/b/* X-B: ", 9}}, false},
		{{{"/a/b/* X-A: ", MOST}, {"/a/* X-B: ", 9}}, false},
		{{{"/a/* X-A: ", MOST}, {"/a/b X-B: ", 9}}, false},
		{{{"/a/c X-A: ", MOST}, {"/a/b X-B: ", 9}}, true},
		{{{"/a/b X-A: ", MOST}, {"/a/b X-B: ", 9}}, false},
		{{{"*.a X-A: ", MOST}, {"/a/* X-B: ", 9}}, false},
		{{{"X-A: ", MOST}, {"/a/b X-A: ", 9}, {"/a/b X-B: ", 9}},
			false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char reason[512];
		struct buf error = buf_on(reason, sizeof reason - 1);
		struct site site;
		char *texts[RULES] = {NULL};
		bool fits = true;

		site_init(&site, "/");
		for (size_t j = 0; j < RULES && cases[i].rule[j].begin; j++) {
			texts[j] = (char *)rule_of(
				cases[i].rule[j].begin, cases[i].rule[j].bytes);
			fits = site_add_header(&site, texts[j], &error);
			assert_true(fits || !cases[i].fits);
		}
		if (fits != cases[i].fits)
			fail_msg("case %zu", i);
		reason[error.len] = '\0';
		if (!fits)
			assert_non_null(strstr(reason, "5120 bytes at most"));
		for (size_t j = 0; j < RULES; j++)
			free(texts[j]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_is_a_field_with_or_without_a_pattern),
		cmocka_unit_test(without_rules_there_are_no_fields),
		cmocka_unit_test(a_wrong_text_is_explained),
		cmocka_unit_test(of_one_name_the_most_specific_rule_holds),
		cmocka_unit_test(
			a_removed_field_comes_back_where_a_rule_says_so),
		cmocka_unit_test(
			cors_lets_everybody_read_unless_a_rule_says_who),
		cmocka_unit_test(no_path_gets_more_than_a_head_holds),
	};

	return cmocka_run_group_tests_name("site/headers", tests, NULL, NULL);
}
