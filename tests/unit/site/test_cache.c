/*
 * test_cache.c - how long what we send may be kept.
 */
#include "rules.h"

static void check_cache(
	const struct site *site, const char *path, const char *value)
{
	size_t len = strlen(path);
	char *copy = guard_copy(path, len);
	struct slice got = site_cache_control(
		site, slice_of(copy, len), SLICE("text/css"));

	if (!slice_is(got, slice_text(value)))
		fail_msg("%s: %.*s, not %s", path, (int)got.len, got.at, value);
	guard_free(copy, len);
}

static void a_value_is_a_duration_or_a_cache_control(void **state)
{
	static const struct {
		const char *text;
		const char *value;
	} cases[] = {
		{"* 0", "max-age=0"},
		{"* 0s", "max-age=0"},
		{"* 90s", "max-age=90"},
		{"* 5m", "max-age=300"},
		{"* 1h", "max-age=3600"},
		{"* 2d", "max-age=172800"},
		{"* 1w", "max-age=604800"},
		{"* 1y", "max-age=31536000"},
		{"* 68y", "max-age=2144448000"},
		{"* 2147483647s", "max-age=2147483647"},
		{"* 1y immutable", "max-age=31536000, immutable"},
		{" \t* \t 2147483647s\timmutable ",
			"max-age=2147483647, immutable"},
		{"* no-store", "no-store"},
		{"* public, max-age=600", "public, max-age=600"},
		{"* max-age=60,stale-while-revalidate=30",
			"max-age=60,stale-while-revalidate=30"},
		{"* private=\"set-cookie, x\" , no-transform",
			"private=\"set-cookie, x\" , no-transform"},
		{"* x=\"\"", "x=\"\""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct site site;

		site_init(&site, "/");
		add(&site, site_add_cache, cases[i].text);
		check_cache(&site, "a", cases[i].value);
	}
}

#define NO_DURATION \
	"is no duration; it must be a number with s, m, h, d, w or y"
#define NO_VALUE "is no value; it must be a duration such as 1h"

static void a_wrong_text_is_explained(void **state)
{
	static const struct refusal cases[] = {
		{"", "'' is no rule; it must be 'PATTERN VALUE'"},
		{"1h", "'1h' is no rule"},
		{"*.css", "'*.css' is no rule"},
		{"*.css ", "'*.css' is no rule"},
		{"css 1h", "'css' is no pattern; it must be /path"},
		{"/img* 1h", "'/img*' is no pattern; it must be /path"},
		{"* 10", "'10' " NO_DURATION},
		{"* 1x", "'1x' " NO_DURATION},
		{"* 1hour", "'1hour' " NO_DURATION},
		{"* 1.5h", "'1.5h' " NO_DURATION},
		{"* 1H", "'1H' " NO_DURATION},
		{"* 69y", "'69y' " NO_DURATION},
		{"* 2147483648s", "'2147483648s' " NO_DURATION},
		{"* 99999999999999999999s", NO_DURATION},
		{"* 1y, immutable", "'1y,' " NO_DURATION},
		{"* 1h public", "'public' is more than may stand behind a "
				"duration: nothing, or immutable"},
		{"* no store", "'no store' " NO_VALUE},
		{"* ,no-store", NO_VALUE},
		{"* no-store,", NO_VALUE},
		{"* no-store,,x", NO_VALUE},
		{"* max-age=", NO_VALUE},
		{"* max-age=1;x", NO_VALUE},
		{"* private=\"x", NO_VALUE},
		{"* private=\"x\"y", NO_VALUE},
		{"* private=\"x\r\ny: z\"", NO_VALUE},
		{"* no-store\r\nX: y", NO_VALUE},
	};

	(void)state;
	check_refusals(site_add_cache, cases, COUNT(cases));
	check_limit(site_add_cache, "* 1h", SITE_RULES_MAX);
}

static void the_most_specific_rule_holds_and_then_the_last(void **state)
{
	static const char *const rules[] = {
		"/a/b.css 1s",
		"/a/b/* 2s",
		"/a/* 3s",
		"*.min.css 4s",
		"*.css 5s",
		"* 6s",
		"/twice/* 7s",
		"/twice/* 8s",
	};
	static const struct {
		const char *path;
		const char *value;
	} cases[] = {
		{"a/b.css", "max-age=1"},
		{"a/b/c.css", "max-age=2"},
		{"a/b", "max-age=2"},
		{"a/c.css", "max-age=3"},
		{"a", "max-age=3"},
		{"b.min.css", "max-age=4"},
		{"b.css", "max-age=5"},
		{"b", "max-age=6"},
		{"", "max-age=6"},
		{"twice/a", "max-age=8"},
	};
	struct site forward;
	struct site backward;

	(void)state;
	site_init(&forward, "/");
	site_init(&backward, "/");
	for (size_t i = 0; i < COUNT(rules); i++) {
		add(&forward, site_add_cache, rules[i]);
		add(&backward, site_add_cache, rules[COUNT(rules) - 1 - i]);
	}
	for (size_t i = 0; i < COUNT(cases); i++)
		check_cache(&forward, cases[i].path, cases[i].value);
	for (size_t i = 0; i + 1 < COUNT(cases); i++)
		check_cache(&backward, cases[i].path, cases[i].value);
	check_cache(&backward, "twice/a", "max-age=7");
}

static void a_rule_for_a_directory_is_for_its_index(void **state)
{
	struct site site;

	(void)state;
	site_init(&site, "/");
	add(&site, site_add_cache, "/ 1s");
	add(&site, site_add_cache, "/a/ 2s");
	add(&site, site_add_cache, "/b 3s");
	check_cache(&site, "", "max-age=1");
	check_cache(&site, "a", "max-age=2");
	check_cache(&site, "b", "max-age=3");
	check_cache(&site, "c", "");
}

static void without_a_rule_html_is_asked_for_anew(void **state)
{
	static const struct slice html = {"text/html; charset=utf-8", 24};
	struct site site;

	(void)state;
	site_init(&site, "/");
	assert_true(slice_is(site_cache_control(&site, SLICE("a"), html),
		SLICE("no-cache")));
	check_cache(&site, "a.css", "");
	assert_int_equal(
		site_cache_control(&site, slice_of(NULL, 0), SLICE("")).len, 0);
	site.immutable = true;
	assert_true(slice_is(
		site_cache_control(&site, SLICE("a.3f9a2c1b.html"), html),
		SLICE("no-cache")));
	add(&site, site_add_cache, "*.html 1h");
	assert_true(slice_is(site_cache_control(&site, SLICE("a.html"), html),
		SLICE("max-age=3600")));
}

static void a_fingerprint_is_hexadecimal_with_a_letter_and_a_digit(void **state)
{
	static const struct {
		const char *path;
		bool has;
	} cases[] = {
		{"app.3f9a2c1b.js", true},
		{"main-5f3e9ab0.css", true},
		{"chunk.0123456789abcdef.js", true},
		{"a/b/app.3F9A2C1B.js", true},
		{"3f9a2c1b.js", true},
		{"app.min.3f9a2c1b.js.map", true},
		{"app-3f9a2c1b-x", true},
		{"a.b/app.3f9a2c1b.js", true},
		/* a date, a word, a short one, other letters */
		{"photo.20240131.jpg", false},
		{"my.defaced.js", false},
		{"my.deadbeef.js", false},
		{"app.3f9a2c1.js", false},
		{"app.3f9a2c1g.js", false},
		{"index-BxK3_9aZ.js", false},
		/* the suffix itself, a directory */
		{"app.3f9a2c1b", false},
		{"3f9a2c1b", false},
		{"v.3f9a2c1b.x/app.js", false},
		{"3f9a2c1b/app.js", false},
		{"", false},
		{"-", false},
		{".", false},
	};
	struct site site;

	(void)state;
	site_init(&site, "/");
	for (size_t i = 0; i < COUNT(cases); i++) {
		site.immutable = false;
		check_cache(&site, cases[i].path, "");
		site.immutable = true;
		check_cache(&site, cases[i].path,
			cases[i].has ? "max-age=31536000, immutable" : "");
	}
	add(&site, site_add_cache, "*.js no-cache");
	check_cache(&site, "app.3f9a2c1b.js", "no-cache");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_a_duration_or_a_cache_control),
		cmocka_unit_test(a_wrong_text_is_explained),
		cmocka_unit_test(
			the_most_specific_rule_holds_and_then_the_last),
		cmocka_unit_test(a_rule_for_a_directory_is_for_its_index),
		cmocka_unit_test(without_a_rule_html_is_asked_for_anew),
		cmocka_unit_test(
			a_fingerprint_is_hexadecimal_with_a_letter_and_a_digit),
	};

	return cmocka_run_group_tests_name("site/cache", tests, NULL, NULL);
}
