/*
 * test_redirects.c - paths that lead elsewhere.
 */
#include "rules.h"

/* Where a path leads: "STATUS LOCATION", or "" for nowhere. */
static void check_leads(
	const struct site *site, const char *path, bool slash, const char *to)
{
	size_t len = strlen(path);
	char *copy = guard_copy(path, len);
	char text[TEXT_MAX];
	char got[TEXT_MAX + 8] = "";
	struct buf b = buf_on(text, sizeof text);
	int status = site_redirect(site, slice_of(copy, len), slash, &b);

	if (status != 0)
		snprintf(got, sizeof got, "%d %.*s", status, (int)b.len, text);
	else
		assert_int_equal(b.len, 0);
	if (strcmp(got, to) != 0)
		fail_msg("%s: '%s', not '%s'", path, got, to);
	guard_free(copy, len);
}

struct leads {
	const char *rule;
	const char *path;
	bool slash;
	const char *to;
};

static void check_one(const struct leads *l)
{
	struct site site;

	site_init(&site, "/");
	add(&site, site_add_redirect, l->rule);
	check_leads(&site, l->path, l->slash, l->to);
}

static void a_rule_leads_from_its_paths_to_its_target(void **state)
{
	static const struct leads cases[] = {
		{"/a /b", "a", false, "301 /b"},
		{"/a /b", "a", true, ""},
		{"/a /b", "b", false, ""},
		{" /a\t/b  302 ", "a", false, "302 /b"},
		{"/a /b 301", "a", false, "301 /b"},
		{"/a /b 303", "a", false, "303 /b"},
		{"/a /b 307", "a", false, "307 /b"},
		{"/a /b 308", "a", false, "308 /b"},
		{"/ /b/", "", true, "301 /b/"},
		{"/a / 302", "a", false, "302 /"},
		{"/a/ /a", "a", true, "301 /a"},
		{"/a /a/", "a", false, "301 /a/"},
		{"/a%20b /c", "a b", false, "301 /c"},
		{"/a /b?c=d#e", "a", false, "301 /b?c=d#e"},
		{"/a /b%20c", "a", false, "301 /b%20c"},
		{"/a /\xc3\xbc", "a", false, "301 /%C3%BC"},
		{"/a https://b.example", "a", false, "301 https://b.example"},
		{"/a HTTP://b.example:8/c?d", "a", false,
			"301 HTTP://b.example:8/c?d"},
		{"/a http://[::1]/", "a", false, "301 http://[::1]/"},
		{"*.php /", "a/b.php", false, "301 /"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_one(&cases[i]);
}

static void splat_is_what_the_star_stood_for_escaped_again(void **state)
{
	static const struct leads cases[] = {
		{"/old/* /new/:splat", "old/a/b", false, "301 /new/a/b"},
		{"/old/* /new/:splat", "old/a", true, "301 /new/a/"},
		{"/old/* /new/:splat", "old", true, "301 /new/"},
		{"/old/* /new/:splat", "old", false, "301 /new/"},
		{"/old/* /new", "old/a", false, "301 /new"},
		{"* https://n.example/:splat 308", "", true,
			"308 https://n.example/"},
		{"* https://n.example/:splat", "a/b", true,
			"301 https://n.example/a/b/"},
		{"*.html /:splat", "a/b.html", false, "301 /a/b"},
		{"/o/* /:splat/:splat", "o/a", false, "301 /a/a"},
		{"/o/* /x?p=:splat&q=1", "o/a&b=c d", false,
			"301 /x?p=a%26b%3Dc%20d&q=1"},
		/* every byte that means something is escaped */
		{"/o/* /:splat", "o/\r\nX: y", false, "301 /%0D%0AX%3A%20y"},
		{"/o/* /:splat", "o/a%2f?#\"<\\", false,
			"301 /a%252f%3F%23%22%3C%5C"},
		{"/o/* /:splat", "o/\xff\x01\x7f", false, "301 /%FF%01%7F"},
		{"/o/* /:splat", "o/a-b._~c", false, "301 /a-b._~c"},
		/* no other host comes of it */
		{"/o/* /:splat/x.example", "o", true, "301 /x.example"},
		{"/o/* /:splat/x", "o/a", true, "301 /a/x"},
		{"/o/* /:splat/:splat/x", "o", false, "301 /x"},
		{"/o/* /:splat//x.example", "o", true, "301 /x.example"},
		{"/o/* /:splat", "o/\\x.example", false, "301 /%5Cx.example"},
		{"/o/* /:splat", "o/x.example", false, "301 /x.example"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_one(&cases[i]);
}

#define NOWHERE "leads nowhere; it must begin with one slash, or be http://HOST"
#define ENCODE "has what no address has"
#define STATUS \
	"is no status of a redirect; it must be 301, 302, 303, 307 or 308"
#define BACK "leads back to where it came from"

static void a_wrong_text_is_explained(void **state)
{
	static const struct refusal cases[] = {
		{"", "'' leads nowhere; it must be 'FROM TO [STATUS]'"},
		{"/a", "'/a' leads nowhere; it must be 'FROM TO [STATUS]'"},
		{"a /b", "'a' is no pattern"},
		{"/a* /b", "'/a*' is no pattern"},
		{"/a b", "'b' " NOWHERE},
		{"/a //b", "'//b' " NOWHERE},
		{"/a ftp://b/", NOWHERE},
		{"/a javascript:alert(1)", NOWHERE},
		{"/a http:/b", NOWHERE},
		{"/a http://", NOWHERE},
		{"/a https:///b", NOWHERE},
		{"/a https://u@b/", NOWHERE},
		{"/* https://:splat/", NOWHERE},
		{"/* https://b:splat/", NOWHERE},
		{"/a https://b#c", NOWHERE},
		{"/a /\\b", "'/\\b' " ENCODE},
		{"/a /b\r\nX:y", ENCODE},
		{"/a /b\x7f", ENCODE},
		{"/a /\"b\"", ENCODE},
		{"/a /b%", ENCODE},
		{"/a /b%4", ENCODE},
		{"/a /b%zz", ENCODE},
		{"/a https://b/<c>", ENCODE},
		{"/a /b 200", "'200' " STATUS},
		{"/a /b 304", "'304' " STATUS},
		{"/a /b 0", "'0' " STATUS},
		{"/a /b 301x", "'301x' " STATUS},
		{"/a /b 301 302", "'301 302' " STATUS},
		{"/a /b 18446744073709551917", STATUS},
		{"/a/* /b/*", "'/b/*' has a star; what the one of FROM stood"},
		{"/a /:splat", "'/:splat' has a :splat, but there is no star"},
		{"/a https://b/:splat", "has a :splat"},
		{"/a /a", "'/a' " BACK},
		{"/a/ /a/?b", BACK},
		{"/ /", BACK},
		{"/ /#a", BACK},
		{"/%61 /a", BACK},
		{"* /:splat", BACK},
		{"* /new/:splat", BACK},
		{"/a/* /a/:splat", BACK},
		{"/a/* /a/b/:splat", BACK},
		{"*.html /x/:splat.html", BACK},
	};

	(void)state;
	check_refusals(site_add_redirect, cases, COUNT(cases));
	check_limit(site_add_redirect, "/a /b", SITE_RULES_MAX);
}

static void the_most_specific_rule_holds_and_then_the_last(void **state)
{
	struct site site;

	(void)state;
	site_init(&site, "/");
	check_leads(&site, "a", false, "");
	add(&site, site_add_redirect, "/a/b /exact");
	add(&site, site_add_redirect, "/a/b/* /longer/:splat");
	add(&site, site_add_redirect, "/a/* /prefix/:splat");
	add(&site, site_add_redirect, "/a/* /later/:splat 302");
	add(&site, site_add_redirect, "*.php /suffix/:splat");
	add(&site, site_add_redirect, "* /all");
	check_leads(&site, "a/b", false, "301 /exact");
	check_leads(&site, "a/b", true, "301 /longer/");
	check_leads(&site, "a/b/c.php", false, "301 /longer/c.php");
	check_leads(&site, "a/c.php", false, "302 /later/c.php");
	check_leads(&site, "c.php", false, "301 /suffix/c");
	check_leads(&site, "c", false, "301 /all");
}

static void nobody_is_sent_to_where_he_is(void **state)
{
	static const struct leads cases[] = {
		{"* /soon.html 302", "a", false, "302 /soon.html"},
		{"* /soon.html 302", "soon.html", false, ""},
		{"* /soon.html?a#b", "soon.html", false, ""},
		{"* /soon%2ehtml", "soon.html", false, ""},
		{"/a/* /a/", "a/b", false, "301 /a/"},
		{"/a/* /a/", "a", true, ""},
		{"/a/* /a/", "a", false, "301 /a/"},
		/* another host is another place */
		{"* https://b.example/a", "a", false,
			"301 https://b.example/a"},
		/* whatever is no pattern is no path that could be asked for */
		{"* /a//b", "a/b", false, "301 /a//b"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_one(&cases[i]);
}

static void without_room_the_status_stays_and_the_buf_is_full(void **state)
{
	char text[4];
	struct buf b = buf_on(text, sizeof text);
	struct buf none = buf_on(NULL, 0);
	struct site site;

	(void)state;
	site_init(&site, "/");
	add(&site, site_add_redirect, "/a/* /b/:splat");
	assert_int_equal(site_redirect(&site, SLICE("a/b"), false, &b), 301);
	assert_false(b.full);
	assert_int_equal(site_redirect(&site, SLICE("a/b"), false, &b), 301);
	assert_true(b.full);
	assert_int_equal(site_redirect(&site, SLICE("a/b"), false, &none), 301);
	assert_true(none.full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_leads_from_its_paths_to_its_target),
		cmocka_unit_test(
			splat_is_what_the_star_stood_for_escaped_again),
		cmocka_unit_test(a_wrong_text_is_explained),
		cmocka_unit_test(
			the_most_specific_rule_holds_and_then_the_last),
		cmocka_unit_test(nobody_is_sent_to_where_he_is),
		cmocka_unit_test(
			without_room_the_status_stays_and_the_buf_is_full),
	};

	return cmocka_run_group_tests_name("site/redirects", tests, NULL, NULL);
}
