/*
 * test_site.c - what is served, and how.
 */
#include "site/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "site/types.h"
#include "support/guard.h"

static void a_site_knows_its_root_and_its_index(void **state)
{
	const char *root = "/srv/www";
	struct site site;

	(void)state;
	site_init(&site, root);
	assert_ptr_equal(site.root, root);
	assert_true(slice_is(site.index, SLICE("index.html")));
	assert_true(slice_is(site.charset, SLICE("utf-8")));
	assert_int_equal(site.links, SITE_LINKS_WITHIN_ROOT);
	assert_false(site.listing || site.spa || site.clean_urls || site.cors ||
		     site.immutable);
	assert_null(site.types);
}

static void names_with_a_dot_in_front_are_hidden(void **state)
{
	static const struct {
		const char *path;
		bool hidden;
	} cases[] = {
		{"", false},
		{"index.html", false},
		{"a.b/c.d", false},
		{"a./b", false},
		{".htaccess", true},
		{".git/config", true},
		{"a/.git/config", true},
		{"a/b/.env", true},
		{"...", true},
		/* RFC 8615 */
		{".well-known", false},
		{".well-known/acme-challenge/x", false},
		{".well-known/.secret", true},
		{".well-known/a/.secret", true},
		{".well-known.bak", true},
		{".well-knowns/a", true},
		{".Well-Known/a", true},
		{"a/.well-known/b", true},
		{".well-known/.well-known", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = strlen(cases[i].path);
		char *copy = guard_copy(cases[i].path, len);

		if (site_hides(slice_of(copy, len)) != cases[i].hidden)
			fail_msg("%s", cases[i].path);
		guard_free(copy, len);
	}
	assert_false(site_hides(slice_of(NULL, 0)));
}

static void check_type(
	const struct site *site, const char *name, const char *type)
{
	char text[SITE_TYPE_MAX];
	struct buf into = buf_on(text, sizeof text);
	size_t len = strlen(name);
	char *copy = guard_copy(name, len);
	struct slice got = site_type(site, slice_of(copy, len), &into);

	if (!slice_is(got, slice_text(type)))
		fail_msg("%s: %.*s, not %s", name, (int)got.len, got.at, type);
	guard_free(copy, len);
}

static void text_has_the_charset_and_nothing_else_has(void **state)
{
	struct site site;

	(void)state;
	site_init(&site, "/");
	check_type(&site, "a.html", "text/html; charset=utf-8");
	check_type(&site, "a.png", "image/png");
	check_type(&site, "a.svg", "image/svg+xml");
	check_type(&site, "a", "application/octet-stream");
	site.charset = SLICE("ISO-8859-15");
	check_type(&site, "a.html", "text/html; charset=ISO-8859-15");
	check_type(&site, "a.js", "text/javascript; charset=ISO-8859-15");
	check_type(&site, "a.json", "application/json");
	site.charset = SLICE("");
	check_type(&site, "a.html", "text/html");
	check_type(&site, "a.json", "application/json");
}

static void types_of_the_operators_own_come_first(void **state)
{
	static struct site_types types;
	struct slice text = SLICE("Text/x-a html\ntext/xml xml\n"
				  "TEXT/XML xsl\nimage/x-b png\n"
				  "text/y tar.gz\n");
	struct types_mistake mistake;
	struct site site;

	(void)state;
	assert_int_equal(types_read(&types, text, &mistake), 0);
	site_init(&site, "/");
	site.types = &types;
	check_type(&site, "a.html", "Text/x-a; charset=utf-8");
	check_type(&site, "a.tar.gz", "text/y; charset=utf-8");
	check_type(&site, "a.gz", "application/gzip");
	check_type(&site, "a.png", "image/x-b");
	check_type(&site, "a.css", "text/css; charset=utf-8");
	/* XML names its encoding itself (RFC 7303, 3) */
	check_type(&site, "a.xml", "text/xml");
	check_type(&site, "a.xsl", "TEXT/XML");
	site.charset = SLICE("koi8-r");
	check_type(&site, "a.html", "Text/x-a; charset=koi8-r");
	check_type(&site, "a.xml", "text/xml");
	site.charset = SLICE("");
	check_type(&site, "a.html", "Text/x-a");
}

static void without_room_no_charset_is_said(void **state)
{
	char text[16] = "ab";
	struct buf into = buf_on(text, sizeof text);
	struct site site;

	(void)state;
	site_init(&site, "/");
	site.charset = SLICE("koi8-r");
	into.len = 2;
	assert_true(slice_is(
		site_type(&site, SLICE("a.html"), &into), SLICE("text/html")));
	assert_int_equal(into.len, 2);
}

static void the_room_that_is_promised_is_enough(void **state)
{
	static struct site_types types;
	char line[TYPES_TYPE_MAX + 3] = "text/";
	char charset[SITE_CHARSET_MAX];
	char text[SITE_TYPE_MAX];
	struct buf into = buf_on(text, sizeof text);
	struct types_mistake mistake;
	struct site site;
	struct slice got;

	(void)state;
	memset(line + 5, 'x', TYPES_TYPE_MAX - 5);
	strcpy(line + TYPES_TYPE_MAX, " a");
	memset(charset, 'c', sizeof charset);
	assert_int_equal(types_read(&types, slice_text(line), &mistake), 0);
	site_init(&site, "/");
	site.types = &types;
	site.charset = slice_of(charset, sizeof charset);
	got = site_type(&site, SLICE("b.a"), &into);
	assert_false(into.full);
	assert_true(slice_ends(got, site.charset));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_site_knows_its_root_and_its_index),
		cmocka_unit_test(names_with_a_dot_in_front_are_hidden),
		cmocka_unit_test(text_has_the_charset_and_nothing_else_has),
		cmocka_unit_test(types_of_the_operators_own_come_first),
		cmocka_unit_test(without_room_no_charset_is_said),
		cmocka_unit_test(the_room_that_is_promised_is_enough),
	};

	return cmocka_run_group_tests_name("site/site", tests, NULL, NULL);
}
