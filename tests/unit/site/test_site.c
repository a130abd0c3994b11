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

#include "support/guard.h"

static void a_site_knows_its_root_and_its_index(void **state)
{
	const char *root = "/srv/www";
	struct site site;

	(void)state;
	site_init(&site, root);
	assert_ptr_equal(site.root, root);
	assert_true(slice_is(site.index, SLICE("index.html")));
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
	struct site site;

	(void)state;
	site_init(&site, "/");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = strlen(cases[i].path);
		char *copy = guard_copy(cases[i].path, len);

		if (site_hides(&site, slice_of(copy, len)) != cases[i].hidden)
			fail_msg("%s", cases[i].path);
		guard_free(copy, len);
	}
	assert_false(site_hides(&site, slice_of(NULL, 0)));
}

static void only_html_must_be_asked_for_anew(void **state)
{
	struct site site;

	(void)state;
	site_init(&site, "/");
	assert_true(slice_is(
		site_cache_control(&site, SLICE("text/html; charset=utf-8")),
		SLICE("no-cache")));
	assert_int_equal(site_cache_control(&site, SLICE("text/css")).len, 0);
	assert_int_equal(site_cache_control(&site, SLICE("")).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_site_knows_its_root_and_its_index),
		cmocka_unit_test(names_with_a_dot_in_front_are_hidden),
		cmocka_unit_test(only_html_must_be_asked_for_anew),
	};

	return cmocka_run_group_tests_name("site/site", tests, NULL, NULL);
}
