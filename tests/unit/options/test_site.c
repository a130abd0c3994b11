/*
 * test_site.c - the options that make the rules of a site.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "options.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { TEXT_MAX = 4096, WORDS_MAX = 24 };

/* Reads the words up to NULL, and "." for a directory behind them. */
static int parse(const char *const *given, struct options *o, struct buf *error)
{
	static char text[TEXT_MAX];
	char *words[WORDS_MAX];
	struct buf copy = buf_on(text, sizeof text);
	int count = 0;

	for (; given[count]; count++) {
		words[count] = text + copy.len;
		buf_text(&copy, given[count]);
		buf_byte(&copy, '\0');
	}
	words[count++] = ".";
	assert_in_range(count, 1, WORDS_MAX);
	assert_false(copy.full);
	return options_parse(count, words, o, error);
}

static void accept(const char *const *given, struct options *o)
{
	char text[TEXT_MAX];
	struct buf error = buf_on(text, sizeof text);

	if (parse(given, o, &error) != 0)
		fail_msg("'%s': %.*s", given[0], (int)error.len, text);
	assert_int_equal(error.len, 0);
}

#define ACCEPT(o, ...) accept((const char *const[]){__VA_ARGS__, NULL}, o)

static void without_options_the_site_has_its_defaults(void **state)
{
	struct options o;

	(void)state;
	accept((const char *const[]){NULL}, &o);
	assert_string_equal(o.site.root, ".");
	assert_int_equal(o.listing, OPTIONS_LISTING_AUTO);
	assert_null(o.mime_types);
	assert_int_equal(o.site.links, SITE_LINKS_WITHIN_ROOT);
	assert_false(o.site.listing || o.site.spa || o.site.clean_urls ||
		     o.site.cors || o.site.immutable);
	assert_true(slice_is(o.site.charset, SLICE("utf-8")));
	assert_true(slice_is(o.site.index, SLICE("index.html")));
	assert_int_equal(o.site.cache_count + o.site.headers_count +
				 o.site.redirects_count +
				 o.site.error_pages_count,
		0);
}

static void a_choice_is_one_of_its_words(void **state)
{
	struct options o;

	(void)state;
	ACCEPT(&o, "--listing", "on");
	assert_int_equal(o.listing, OPTIONS_LISTING_ON);
	ACCEPT(&o, "--listing=off");
	assert_int_equal(o.listing, OPTIONS_LISTING_OFF);
	ACCEPT(&o, "--listing", "off", "--listing=auto");
	assert_int_equal(o.listing, OPTIONS_LISTING_AUTO);
	ACCEPT(&o, "--sandbox", "off");
	assert_int_equal(o.sandbox, OPTIONS_SANDBOX_OFF);
	ACCEPT(&o, "--sandbox", "off", "--sandbox=auto");
	assert_int_equal(o.sandbox, OPTIONS_SANDBOX_AUTO);
	ACCEPT(&o, "--symlinks", "none");
	assert_int_equal(o.site.links, SITE_LINKS_NONE);
	ACCEPT(&o, "--symlinks=all");
	assert_int_equal(o.site.links, SITE_LINKS_ALL);
	ACCEPT(&o, "--symlinks", "all", "--symlinks", "within-root");
	assert_int_equal(o.site.links, SITE_LINKS_WITHIN_ROOT);
}

static void a_flag_sets_its_own_and_no_other(void **state)
{
	static const struct {
		const char *name;
		unsigned mask; /* spa, clean, cors, immutable */
	} cases[] = {
		{"--spa", 1},
		{"--clean-urls", 2},
		{"--cors", 4},
		{"--immutable", 8},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct options o;

		ACCEPT(&o, cases[i].name);
		assert_int_equal(o.site.spa | o.site.clean_urls << 1 |
					 o.site.cors << 2 |
					 o.site.immutable << 3,
			cases[i].mask);
	}
}

static void a_charset_is_a_name_or_off(void **state)
{
	struct options o;

	(void)state;
	ACCEPT(&o, "--charset", "iso-8859-15");
	assert_true(slice_is(o.site.charset, SLICE("iso-8859-15")));
	ACCEPT(&o, "--charset=off");
	assert_int_equal(o.site.charset.len, 0);
}

static void types_are_a_file(void **state)
{
	struct options o;

	(void)state;
	ACCEPT(&o, "--mime-types", "/etc/mime.types");
	assert_string_equal(o.mime_types, "/etc/mime.types");
}

static void rules_add_up(void **state)
{
	struct options o;
	char text[256];
	struct buf b = buf_on(text, sizeof text);

	(void)state;
	ACCEPT(&o, "--cache", "*.css 1h", "--cache=* no-store", "--header",
		"X-A: b", "--header=/a/* X-A:", "--redirect", "/a /b 302",
		"--redirect=/c/* /d/:splat", "--error-page", "404=/gone.html",
		"--error-page=503=/busy.html");
	assert_int_equal(o.site.cache_count, 2);
	assert_int_equal(o.site.headers_count, 2);
	assert_int_equal(o.site.redirects_count, 2);
	assert_int_equal(o.site.error_pages_count, 2);
	assert_true(slice_is(
		site_cache_control(&o.site, SLICE("x.css"), SLICE("text/css")),
		SLICE("max-age=3600")));
	assert_true(slice_is(
		site_cache_control(&o.site, SLICE("x"), SLICE("text/html")),
		SLICE("no-store")));
	site_write_headers(&o.site, SLICE("x"), &b);
	assert_true(slice_is(buf_slice_of(&b), SLICE("X-A: b\r\n")));
	b.len = 0;
	assert_int_equal(site_redirect(&o.site, SLICE("a"), false, &b), 302);
	assert_true(slice_is(buf_slice_of(&b), SLICE("/b")));
	assert_true(
		slice_is(site_error_page(&o.site, 503), SLICE("busy.html")));
}

static void what_is_wrong_is_named_with_what_would_be_right(void **state)
{
	static const struct {
		const char *name;
		const char *value;
		const char *says;
	} cases[] = {
		{"--listing", "yes",
			"argument 1: '--listing' is 'yes'; it must be auto, on "
			"or off\nTry 'contd --help'."},
		{"--symlinks", "outside",
			"'--symlinks' is 'outside'; it must be within-root, "
			"none or all\n"},
		{"--charset", "utf 8",
			"'--charset' is 'utf 8'; it must be the name of a "
			"charset, or off\n"},
		{"--charset", "", "it must be the name of a charset, or off\n"},
		{"--charset", "utf-8\r\nX: y", "the name of a charset"},
		{"--charset", "12345678901234567890123456789012345678901",
			"the name of a charset"},
		{"--mime-types", "", "'--mime-types' is ''; it must be a name"},
		{"--cache", "img 1h",
			"argument 1: '--cache' is 'img 1h'; 'img' is no "
			"pattern; it must be /path, /folder/*, *.suffix or *"},
		{"--cache", "*.css 10", "'10' is no duration; it must be"},
		{"--cache", "1h", "it must be 'PATTERN VALUE'"},
		{"--header", "X-A", "it must be '[PATTERN] NAME: VALUE'"},
		{"--header", "ETag: x",
			"'--header' is 'ETag: x'; 'ETag' cannot be set"},
		{"--redirect", "/a", "it must be 'FROM TO [STATUS]'"},
		{"--redirect", "/a //b",
			"'//b' leads nowhere; it must begin with one slash"},
		{"--redirect", "/a /b 200", "it must be 301, 302, 303, 307"},
		{"--error-page", "404.html",
			"'404.html' is no page; it must be STATUS=/PATH"},
		{"--error-page", "404=x", "it must begin with a slash"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *words[] = {cases[i].name, cases[i].value, NULL};
		char text[TEXT_MAX];
		struct buf error = buf_on(text, sizeof text - 1);
		struct options o;

		assert_int_equal(parse(words, &o, &error), 64);
		assert_false(error.full);
		text[error.len] = '\0';
		if (!strstr(text, cases[i].says))
			fail_msg("%s '%s': %s", cases[i].name, cases[i].value,
				text);
	}
}

static void a_wrong_word_is_told_from_the_near_ones(void **state)
{
	static const struct {
		const char *word;
		const char *near;
	} cases[] = {
		{"--listings", "'--listing'"},
		{"--symlink", "'--symlinks'"},
		{"--headers", "'--header'"},
		{"--redirects", "'--redirect'"},
		{"--clean-url", "'--clean-urls'"},
		{"--error-pages", "'--error-page'"},
		{"--mimetypes", "'--mime-types'"},
		{"--imutable", "'--immutable'"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *words[] = {cases[i].word, "x", NULL};
		char text[TEXT_MAX];
		struct buf error = buf_on(text, sizeof text - 1);
		struct options o;

		assert_int_equal(parse(words, &o, &error), 64);
		text[error.len] = '\0';
		if (!strstr(text, cases[i].near))
			fail_msg("%s: %s", cases[i].word, text);
	}
}

static void a_very_long_value_is_cut_in_the_message(void **state)
{
	static const char *const names[] = {"--cache", "--header", "--redirect",
		"--error-page", "--charset", "--listing"};
	char value[2000];

	(void)state;
	memset(value, 'x', sizeof value);
	value[sizeof value - 1] = '\0';
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *words[] = {names[i], value, NULL};
		char text[1024];
		struct buf error = buf_on(text, sizeof text);
		struct options o;

		assert_int_equal(parse(words, &o, &error), 64);
		assert_false(error.full);
		assert_in_range(error.len, 200, 700);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_options_the_site_has_its_defaults),
		cmocka_unit_test(a_choice_is_one_of_its_words),
		cmocka_unit_test(a_flag_sets_its_own_and_no_other),
		cmocka_unit_test(a_charset_is_a_name_or_off),
		cmocka_unit_test(types_are_a_file),
		cmocka_unit_test(rules_add_up),
		cmocka_unit_test(
			what_is_wrong_is_named_with_what_would_be_right),
		cmocka_unit_test(a_wrong_word_is_told_from_the_near_ones),
		cmocka_unit_test(a_very_long_value_is_cut_in_the_message),
	};

	return cmocka_run_group_tests_name("options/site", tests, NULL, NULL);
}
