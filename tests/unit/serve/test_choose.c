/* test_choose.c - from a request to the file that answers it: names. */
#include "choosing.h"

#define PAGE "Accept: text/html\r\n"

/* ---- the name itself ---- */

static const struct way names[] = {
	{"", "/a", "", {{"a", FOUND_FILE, 0, 0}}, "a v|> 200 a"},
	{"", "/a/b", "", {{"a/b", FOUND_FILE, 0, 0}}, "a/b v|> 200 a/b"},
	{"", "/", "", {{"/", FOUND_FILE, 0, 0}}, "/ v|> 200  index"},
	{"", "/d/", "", {{"d/", FOUND_FILE, 0, 0}}, "d/ v|> 200 d index"},
	{"", "/d", "", {{"d", FOUND_DIRECTORY, 0, 0}}, "d v|> 301 /d/"},
	{"", "/d", "", {{"d", FOUND_SHORTAGE, 0, 0}}, "d v|> 503 "},
	{"", "/d", "", {{"d", FOUND_BUSY, 0, 0}}, "d v|> 503 "},
	{"", "/d", "", {{"d", FOUND_BROKEN, 0, 0}}, "d v|> 500 "},
	{"", "/d", "", {{"d", FOUND_KINDS, 0, 0}}, "d v|> 500 "},
};

static void a_name_is_what_it_leads_to(void **state)
{
	(void)state;
	go_all(names, COUNT(names));
}

/* ---- errors, and the site's pages for them ---- */

static const struct way errors[] = {
	{"", "/a", "", {{NULL, 0, 0, 0}}, "a v|404.html |> 404 "},
	{"", "/a", "", {{"404.html", FOUND_FILE, 0, 0}},
		"a v|404.html |> 404 404.html"},
	{"", "/.git/x", "", {{".git/x", FOUND_FILE, 0, 0}}, "404.html |> 404 "},
	{"", "/.x", "", {{"404.html", FOUND_FILE, 0, 0}},
		"404.html |> 404 404.html"},
	/* there is no page for this one */
	{"", "/a", "", {{"a", FOUND_DENIED, 0, 0}}, "a v|> 403 "},
	{"", "/d/", "", {{"d/", FOUND_NO_INDEX, 0, 0}}, "d/ v|> 403 "},
	/* there is */
	{"p", "/a", "", {{"a", FOUND_DENIED, 0, 0}},
		"a v|errors/no.html |> 403 "},
	{"p", "/a", "",
		{{"a", FOUND_DENIED, 0, 0},
			{"errors/no.html", FOUND_FILE, 0, 0}},
		"a v|errors/no.html |> 403 errors/no.html"},
	{"p", "/d/", "",
		{{"d/", FOUND_NO_INDEX, 0, 0},
			{"errors/no.html", FOUND_FILE, 0, 0}},
		"d/ v|errors/no.html |> 403 errors/no.html"},
	{"p", "/a", "",
		{{"a", FOUND_BROKEN, 0, 0}, {"fault.html", FOUND_FILE, 0, 0}},
		"a v|fault.html |> 500 fault.html"},
	{"p", "/a", "", {{"a", FOUND_BROKEN, 0, 0}}, "a v|fault.html |> 500 "},
	{"p", "/a", "",
		{{"a", FOUND_BROKEN, 0, 0}, {"fault.html", FOUND_BROKEN, 0, 0}},
		"a v|fault.html |> 500 "},
	/* it still varies by what it was refused for, and has no coding */
	{"p", "/a", "Accept-Encoding: br, identity;q=0\r\n",
		{{"a", FOUND_FILE, GZ, 0}, {"what.html", FOUND_FILE, BR, 0}},
		"a v|what.html |> 406 what.html varies"},
	/* for a shortage nobody is asked */
	{"p", "/a", "",
		{{"a", FOUND_SHORTAGE, 0, 0}, {"busy.html", FOUND_FILE, 0, 0}},
		"a v|> 503 "},
	/* the page itself is in no better way: no page for a page */
	{"p", "/a", "", {{"404.html", FOUND_DENIED, 0, 0}},
		"a v|404.html |> 404 "},
	{"", "/a", "", {{"404.html", FOUND_DIRECTORY, 0, 0}},
		"a v|404.html |> 404 "},
	{"", "/a", "", {{"404.html", FOUND_NO_INDEX, 0, 0}},
		"a v|404.html |> 404 "},
	{"cs", "/a", PAGE, {{"404.html", FOUND_NOTHING, 0, 0}},
		"a v|a.html v|/ v|404.html |> 404 "},
	{"", "/a", "", {{"404.html", FOUND_SHORTAGE, 0, 0}},
		"a v|404.html |> 404 "},
	/* of a page, nobody negotiates */
	{"", "/a", "Accept-Encoding: identity;q=0\r\n",
		{{"404.html", FOUND_FILE, 0, 0}},
		"a v|404.html |> 404 404.html"},
};

static void an_error_may_have_a_page(void **state)
{
	(void)state;
	go_all(errors, COUNT(errors));
}

/* ---- clean URLs ---- */

static const struct way cleans[] = {
	{"c", "/about", "", {{"about.html", FOUND_FILE, 0, 0}},
		"about v|about.html v|> 200 about.html"},
	/* the name itself comes first */
	{"c", "/a", "", {{"a", FOUND_FILE, 0, 0}, {"a.html", FOUND_FILE, 0, 0}},
		"a v|> 200 a"},
	{"c", "/a", "",
		{{"a", FOUND_DENIED, 0, 0}, {"a.html", FOUND_FILE, 0, 0}},
		"a v|> 403 "},
	{"c", "/d", "",
		{{"d", FOUND_DIRECTORY, 0, 0}, {"d.html", FOUND_FILE, 0, 0}},
		"d v|> 301 /d/"},
	/* a directory has none */
	{"c", "/d/", "", {{"d.html", FOUND_FILE, 0, 0}},
		"d/ v|404.html |> 404 "},
	{"c", "/", "", {{".html", FOUND_FILE, 0, 0}}, "/ v|404.html |> 404 "},
	{"c", "/a.html", "", {{"a.html.html", FOUND_FILE, 0, 0}},
		"a.html v|a.html.html v|> 200 a.html.html"},
	{"c", "/a", "", {{"a.html", FOUND_DIRECTORY, 0, 0}},
		"a v|a.html v|404.html |> 404 "},
	{"c", "/a", "", {{"a.html", FOUND_DENIED, 0, 0}},
		"a v|a.html v|> 403 "},
	{"c", "/a", "", {{"a.html", FOUND_NO_INDEX, 0, 0}},
		"a v|a.html v|> 403 "},
	{"c", "/.a", "", {{".a.html", FOUND_FILE, 0, 0}}, "404.html |> 404 "},
	{"", "/a", "", {{"a.html", FOUND_FILE, 0, 0}}, "a v|404.html |> 404 "},
};

static void a_name_may_do_without_its_html(void **state)
{
	(void)state;
	go_all(cleans, COUNT(cleans));
}

/* ---- applications of one page ---- */

static const struct way applications[] = {
	{"s", "/user/7", PAGE, {{"/", FOUND_FILE, 0, 0}},
		"user/7 v|/ v|> 200  index"},
	{"s", "/user/", PAGE, {{"/", FOUND_FILE, 0, 0}},
		"user/ v|/ v|> 200  index"},
	{"s", "/v1.2/x", PAGE, {{"/", FOUND_FILE, 0, 0}},
		"v1.2/x v|/ v|> 200  index"},
	{"cs", "/user", PAGE, {{"/", FOUND_FILE, 0, 0}},
		"user v|user.html v|/ v|> 200  index"},
	{"cs", "/user", PAGE,
		{{"/", FOUND_FILE, 0, 0}, {"user.html", FOUND_FILE, 0, 0}},
		"user v|user.html v|> 200 user.html"},
	{"cs", "/user", PAGE,
		{{"/", FOUND_FILE, 0, 0}, {"user.html", FOUND_DIRECTORY, 0, 0}},
		"user v|user.html v|/ v|> 200  index"},
	/* a file of the application that is missing is missing */
	{"s", "/app.js", PAGE, {{"/", FOUND_FILE, 0, 0}},
		"app.js v|404.html |> 404 "},
	{"s", "/user", "Accept: */*\r\n", {{"/", FOUND_FILE, 0, 0}},
		"user v|404.html |> 404 "},
	{"s", "/user", "", {{"/", FOUND_FILE, 0, 0}},
		"user v|404.html |> 404 "},
	{"", "/user", PAGE, {{"/", FOUND_FILE, 0, 0}},
		"user v|404.html |> 404 "},
	{"s", "/.git", PAGE, {{"/", FOUND_FILE, 0, 0}}, "404.html |> 404 "},
	{"s", "/user", PAGE, {{"user", FOUND_DENIED, 0, 0}}, "user v|> 403 "},
	/* an application without a page */
	{"s", "/user", PAGE, {{"/", FOUND_NO_INDEX, 0, 0}},
		"user v|/ v|404.html |> 404 "},
	{"sl", "/user", PAGE, {{"/", FOUND_NO_INDEX, 0, 0}},
		"user v|/ v|404.html |> 404 "},
	{"s", "/user", PAGE, {{"/", FOUND_DIRECTORY, 0, 0}},
		"user v|/ v|404.html |> 404 "},
	{"s", "/user", PAGE, {{"/", FOUND_DENIED, 0, 0}}, "user v|/ v|> 403 "},
	{"s", "/user", PAGE "Accept-Encoding: br\r\n",
		{{"/", FOUND_FILE, BR, 0}, {"index.html.br", FOUND_FILE, 0, 0}},
		"user v|/ v|index.html.br |> 200  index varies br"},
};

static void a_navigation_to_nowhere_may_be_the_applications(void **state)
{
	(void)state;
	go_all(applications, COUNT(applications));
}

/* ---- listings ---- */

#define LISTED                                     \
	{                                          \
		{"d/", FOUND_NO_INDEX, 0, 0},      \
		{                                  \
			"d/?", FOUND_LISTING, 0, 0 \
		}                                  \
	}
#define JSON "Accept: application/json\r\n"

static const struct way listings[] = {
	{"l", "/d/", "", LISTED, "d/ v|d/? |> 200 d"},
	{"l", "/d/", JSON, LISTED, "d/ v|d/? j|> 200 d json"},
	{"l", "/d/?format=json", "", LISTED, "d/ v|d/? j|> 200 d json"},
	{"l", "/d/?sort=size", "", LISTED, "d/ v|d/? s|> 200 d"},
	{"l", "/d/?sort=time", "", LISTED, "d/ v|d/? t|> 200 d"},
	{"l", "/d/?sort=name", "", LISTED, "d/ v|d/? |> 200 d"},
	{"l", "/d/?order=desc", "", LISTED, "d/ v|d/? d|> 200 d"},
	{"l", "/d/?order=asc", "", LISTED, "d/ v|d/? |> 200 d"},
	{"l", "/d/?sort=size&order=desc&format=json", "", LISTED,
		"d/ v|d/? jsd|> 200 d json"},
	{"l", "/d/?order=desc&sort=time", "", LISTED, "d/ v|d/? td|> 200 d"},
	/* one key, the first one */
	{"l", "/d/?sort=size&sort=time", "", LISTED, "d/ v|d/? s|> 200 d"},
	{"l", "/d/?sort=time&sort=size&sort=time", "", LISTED,
		"d/ v|d/? t|> 200 d"},
	{"l", "/d/?sort=time&sort=size&order=desc", "", LISTED,
		"d/ v|d/? td|> 200 d"},
	/* what means nothing */
	{"l", "/d/?", "", LISTED, "d/ v|d/? |> 200 d"},
	{"l", "/d/?&&x=y&sort=sizes&SORT=size&sort", "", LISTED,
		"d/ v|d/? |> 200 d"},
	/* there is none */
	{"", "/d/", "", LISTED, "d/ v|> 403 "},
	{"l", "/d/", "", {{"d/", FOUND_FILE, 0, 0}}, "d/ v|> 200 d index"},
	{"l", "/d", "", {{"d", FOUND_DIRECTORY, 0, 0}}, "d v|> 301 /d/"},
	{"l", "/d", "",
		{{"d", FOUND_NO_INDEX, 0, 0}, {"d/?", FOUND_LISTING, 0, 0}},
		"d v|d/? |> 200 d"},
	/* what it was has changed meanwhile */
	{"l", "/d/", "", {{"d/", FOUND_NO_INDEX, 0, 0}},
		"d/ v|d/? |404.html |> 404 "},
	{"ls", "/d/", PAGE, {{"d/", FOUND_NO_INDEX, 0, 0}},
		"d/ v|d/? |404.html |> 404 "},
	{"l", "/d/", "",
		{{"d/", FOUND_NO_INDEX, 0, 0}, {"d/?", FOUND_NO_INDEX, 0, 0}},
		"d/ v|d/? |> 403 "},
	{"l", "/d/", "",
		{{"d/", FOUND_NO_INDEX, 0, 0}, {"d/?", FOUND_DENIED, 0, 0}},
		"d/ v|d/? |> 403 "},
	{"l", "/d/", "",
		{{"d/", FOUND_NO_INDEX, 0, 0}, {"d/?", FOUND_DIRECTORY, 0, 0}},
		"d/ v|d/? |404.html |> 404 "},
	{"l", "/d/", "",
		{{"d/", FOUND_NO_INDEX, 0, 0}, {"d/?", FOUND_FILE, 0, 0}},
		"d/ v|d/? |> 200 d index"},
	{"l", "/d/", "",
		{{"d/", FOUND_NO_INDEX, 0, 0}, {"d/?", FOUND_SHORTAGE, 0, 0}},
		"d/ v|d/? |> 503 "},
};

static void a_directory_without_an_index_may_be_listed(void **state)
{
	(void)state;
	go_all(listings, COUNT(listings));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_what_it_leads_to),
		cmocka_unit_test(an_error_may_have_a_page),
		cmocka_unit_test(a_name_may_do_without_its_html),
		cmocka_unit_test(
			a_navigation_to_nowhere_may_be_the_applications),
		cmocka_unit_test(a_directory_without_an_index_may_be_listed),
	};

	return cmocka_run_group_tests_name("serve/choose", tests, NULL, NULL);
}
