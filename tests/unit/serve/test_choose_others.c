/* test_choose_others.c - from a request to the file that answers it: codings,
 * redirects, and paths that are too long. */
#include "choosing.h"

/* ---- codings: RFC 9110, 12.5.3 ---- */

#define ANY "Accept-Encoding: gzip, deflate, br, zstd\r\n"
#define BOTH                                \
	{                                   \
		"a", FOUND_FILE, BR | GZ, 5 \
	}
#define NEW_BR                           \
	{                                \
		"a.br", FOUND_FILE, 0, 5 \
	}
#define OLD_BR                           \
	{                                \
		"a.br", FOUND_FILE, 0, 4 \
	}
#define NEW_GZ                           \
	{                                \
		"a.gz", FOUND_FILE, 0, 6 \
	}

static const struct way codings[] = {
	/* nothing to choose from, nothing to vary by */
	{"", "/a", ANY, {{"a", FOUND_FILE, 0, 5}}, "a v|> 200 a"},
	{"", "/a", "", {BOTH, NEW_BR, NEW_GZ}, "a v|> 200 a varies"},
	{"", "/a", ANY, {BOTH, NEW_BR, NEW_GZ}, "a v|a.br |> 200 a varies br"},
	{"", "/a", "Accept-Encoding: gzip\r\n", {BOTH, NEW_BR, NEW_GZ},
		"a v|a.gz |> 200 a varies gzip"},
	{"", "/a", "Accept-Encoding: br;q=0.5, gzip;q=0.6\r\n",
		{BOTH, NEW_BR, NEW_GZ}, "a v|a.gz |> 200 a varies gzip"},
	{"", "/a", "Accept-Encoding: br;q=0, *\r\n", {BOTH, NEW_BR, NEW_GZ},
		"a v|a.gz |> 200 a varies gzip"},
	{"", "/a", "Accept-Encoding: br;q=0.5, identity\r\n",
		{BOTH, NEW_BR, NEW_GZ}, "a v|> 200 a varies"},
	{"", "/a", "Accept-Encoding: zstd\r\n", {BOTH, NEW_BR, NEW_GZ},
		"a v|> 200 a varies"},
	{"", "/a", "Accept-Encoding:\r\n", {BOTH, NEW_BR, NEW_GZ},
		"a v|> 200 a varies"},
	{"", "/a", "Accept-Encoding: zstd, identity;q=0\r\n",
		{BOTH, NEW_BR, NEW_GZ}, "a v|> 406  varies"},
	/* what is refused for its coding does vary */
	{"", "/a", "Accept-Encoding: *;q=0\r\n", {{"a", FOUND_FILE, 0, 5}},
		"a v|> 406  varies"},
	{"", "/a", "Accept-Encoding: gzip\r\nAccept-Encoding: br\r\n",
		{BOTH, NEW_BR, NEW_GZ}, "a v|a.br |> 200 a varies br"},
	/* a neighbour that is not what it should be: the next one, or none */
	{"", "/a", ANY, {BOTH, OLD_BR, NEW_GZ},
		"a v|a.br |a.gz |> 200 a varies gzip"},
	{"", "/a", ANY, {BOTH, OLD_BR, {"a.gz", FOUND_FILE, 0, 4}},
		"a v|a.br |a.gz |> 200 a varies"},
	{"", "/a", "Accept-Encoding: br;q=0.5, gzip\r\n", {BOTH, NEW_BR},
		"a v|a.gz |a.br |> 200 a varies br"},
	{"", "/a", "Accept-Encoding: br, identity;q=0.5, gzip;q=0.4\r\n",
		{BOTH, OLD_BR, NEW_GZ}, "a v|a.br |> 200 a varies"},
	{"", "/a", ANY, {BOTH}, "a v|a.br |a.gz |> 200 a varies"},
	{"", "/a", ANY, {BOTH, {"a.br", FOUND_DIRECTORY, 0, 9}, NEW_GZ},
		"a v|a.br |a.gz |> 200 a varies gzip"},
	{"", "/a", ANY, {BOTH, {"a.br", FOUND_DENIED, 0, 9}, NEW_GZ},
		"a v|a.br |a.gz |> 200 a varies gzip"},
	{"", "/a", ANY, {BOTH, {"a.br", FOUND_SHORTAGE, 0, 9}, NEW_GZ},
		"a v|a.br |a.gz |> 200 a varies gzip"},
	{"", "/a", ANY, {BOTH, {"a.br", FOUND_BROKEN, 0, 9}, NEW_GZ},
		"a v|a.br |a.gz |> 200 a varies gzip"},
	/* nor is what it stands for, if the client refuses that */
	{"", "/a", "Accept-Encoding: br, identity;q=0\r\n",
		{BOTH, OLD_BR, NEW_GZ}, "a v|a.br |> 406  varies"},
	{"", "/a", "Accept-Encoding: br, gzip, *;q=0\r\n",
		{BOTH, OLD_BR, NEW_GZ}, "a v|a.br |a.gz |> 200 a varies gzip"},
	/* of an index, and of a name without its ".html" */
	{"", "/", ANY,
		{{"/", FOUND_FILE, BR, 5}, {"index.html.br", FOUND_FILE, 0, 5}},
		"/ v|index.html.br |> 200  index varies br"},
	{"", "/d/", ANY,
		{{"d/", FOUND_FILE, BR, 5},
			{"d/index.html.br", FOUND_FILE, 0, 5}},
		"d/ v|d/index.html.br |> 200 d index varies br"},
	{"", "/d/", ANY, {{"d/", FOUND_FILE, BR, 5}},
		"d/ v|d/index.html.br |> 200 d index varies"},
	{"", "/", ANY,
		{{"/", FOUND_FILE, BR | GZ, 5},
			{"index.html.gz", FOUND_FILE, 0, 5}},
		"/ v|index.html.br |index.html.gz |> 200  index varies gzip"},
	{"", "/d/", ANY,
		{{"d/", FOUND_FILE, BR | GZ, 5},
			{"d/index.html.gz", FOUND_FILE, 0, 5}},
		"d/ v|d/index.html.br |d/index.html.gz "
		"|> 200 d index varies gzip"},
	{"c", "/a", ANY,
		{{"a.html", FOUND_FILE, BR | GZ, 5},
			{"a.html.gz", FOUND_FILE, 0, 5}},
		"a v|a.html v|a.html.br |a.html.gz "
		"|> 200 a.html varies gzip"},
	{"c", "/a", ANY,
		{{"a.html", FOUND_FILE, BR, 5},
			{"a.html.br", FOUND_FILE, 0, 5}},
		"a v|a.html v|a.html.br |> 200 a.html varies br"},
};

static void a_neighbour_may_be_sent_instead(void **state)
{
	(void)state;
	go_all(codings, COUNT(codings));
}

/* ---- redirects ---- */

struct redirect {
	const char *rule;
	const char *target;
	const char *want;
};

static const struct redirect redirects[] = {
	{"/old /new", "/old", "> 301 /new"},
	{"/old /new 302", "/old", "> 302 /new"},
	{"/old /new 308", "/old?a=b&c", "> 308 /new?a=b&c"},
	{"/old /new", "/old?", "> 301 /new?"},
	{"/old /new", "/other", "other v|404.html |> 404 "},
	{"/old/* /new/:splat", "/old/a/b", "> 301 /new/a/b"},
	{"/old/* /new/:splat", "/old/a/?q", "> 301 /new/a/?q"},
	{"/old/* /new/:splat", "/old/%20%3Fx", "> 301 /new/%20%3Fx"},
	{"/old/* https://h.example/:splat", "/old/a?q",
		"> 301 https://h.example/a"},
	/* a query or a fragment of its own is meant as it is */
	{"/old /new?a=b", "/old", "> 301 /new?a=b"},
	{"/old /new?a=b", "/old?c=d", "> 301 /new?a=b"},
	{"/old /new#part", "/old?c=d", "> 301 /new#part"},
	/* before any file, and before what is hidden */
	{"/.git /git", "/.git", "> 301 /git"},
	/* it is there already */
	{"/* /here", "/here", "here v|404.html |> 404 "},
	{"/* /here", "/there", "> 301 /here"},
};

static void what_moved_is_redirected(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(redirects); i++) {
		static const struct name nothing[NAMES];
		static struct choosing c;

		make_site(&c, "");
		assert_true(
			site_add_redirect(&c.site, redirects[i].rule, NULL));
		go(&c, begin(&c, redirects[i].target, ""), nothing);
		if (strcmp(c.trace, redirects[i].want) != 0)
			fail_msg("%s: %s: %s\nand not %s", redirects[i].rule,
				redirects[i].target, c.trace,
				redirects[i].want);
	}
}

static const struct way directories[] = {
#define IS(name)                                    \
	{                                           \
		{                                   \
			name, FOUND_DIRECTORY, 0, 0 \
		}                                   \
	}
	{"", "/a", "", IS("a"), "a v|> 301 /a/"},
	{"", "/a/b", "", IS("a/b"), "a/b v|> 301 /a/b/"},
	{"", "/a?q=1&r=%2f", "", IS("a"), "a v|> 301 /a/?q=1&r=%2f"},
	{"", "/a?", "", IS("a"), "a v|> 301 /a/?"},
	{"", "/a?b?c", "", IS("a"), "a v|> 301 /a/?b?c"},
	/* every byte that could mean something is escaped again */
	{"", "/%61%20b", "", IS("a b"), "a b v|> 301 /a%20b/"},
	{"", "/a%0d%0aSet-Cookie:x", "", IS("a\r\nSet-Cookie:x"),
		"a\r\nSet-Cookie:x v|> 301 /a%0D%0ASet-Cookie%3Ax/"},
	{"", "/a%3Fb%23c%25d", "", IS("a?b#c%d"),
		"a?b#c%d v|> 301 /a%3Fb%23c%25d/"},
	{"", "/%C3%A9", "", IS("\xc3\xa9"), "\xc3\xa9 v|> 301 /%C3%A9/"},
	{"", "/a\"<b", "", IS("a\"<b"), "a\"<b v|> 301 /a%22%3Cb/"},
	/* no way to another host */
	{"", "//evil.example", "", IS("evil.example"),
		"evil.example v|> 301 /evil.example/"},
	{"", "/%5Cevil.example", "", IS("\\evil.example"),
		"\\evil.example v|> 301 /%5Cevil.example/"},
	{"", "/.//evil.example", "", IS("evil.example"),
		"evil.example v|> 301 /evil.example/"},
	{"", "http://other/a?q", "", IS("a"), "a v|> 301 /a/?q"},
};

static void a_directory_is_one_slash_away(void **state)
{
	(void)state;
	go_all(directories, COUNT(directories));
}

/* ---- long paths ---- */

static struct choosing c;

/* A path of so many letters; longer than a request could have, if need be. */
static enum choose_step begin_long(size_t len, char letter, bool slash)
{
	static char path[CHOOSE_PATH_MAX + CHOOSE_MARGIN];

	(void)begin(&c, "/a", "Accept-Encoding: br\r\nAccept: text/html\r\n");
	memset(path, letter, len);
	c.uri.path = slice_of(path, len);
	c.uri.slash = slash;
	c.trace[0] = '\0';
	return choose_begin(&c.chooser, &c.request, &c.uri, &c.site);
}

static enum choose_step next(enum found_kind kind, uint32_t neighbours)
{
	struct lookup answer = {.found = {.kind = kind,
					.codings = neighbours,
					.index = kind == FOUND_FILE &&
						 c.chooser.flags & JOB_SLASH}};

	return choose_next(&c.chooser, &answer);
}

static void a_location_may_be_too_long(void **state)
{
	enum { ROOM = CHOOSE_PATH_MAX + CHOOSE_MARGIN };

	(void)state;
	make_site(&c, "");
	assert_int_equal(begin_long(ROOM - 2, 'a', false), CHOOSE_LOOK_UP);
	assert_int_equal(next(FOUND_DIRECTORY, 0), CHOOSE_REDIRECT);
	assert_int_equal(c.chooser.path.len, ROOM);
	assert_int_equal(begin_long(ROOM - 1, 'a', false), CHOOSE_LOOK_UP);
	assert_int_equal(next(FOUND_DIRECTORY, 0), CHOOSE_REFUSE);
	assert_int_equal(c.chooser.status, 414);
	assert_int_equal(begin_long(ROOM / 3, '\'', false), CHOOSE_LOOK_UP);
	assert_int_equal(next(FOUND_DIRECTORY, 0), CHOOSE_REFUSE);
	assert_int_equal(c.chooser.status, 414);
}

static void so_may_that_of_a_rule(void **state)
{
	static char query[CHOOSE_PATH_MAX + CHOOSE_MARGIN];

	(void)state;
	make_site(&c, "");
	assert_true(site_add_redirect(&c.site, "/* https://h/:splat", NULL));
	assert_true(site_add_redirect(&c.site, "/a /new", NULL));
	assert_int_equal(begin_long(CHOOSE_PATH_MAX / 3 + 20, '\'', false),
		CHOOSE_REFUSE);
	assert_int_equal(c.chooser.status, 414);
	assert_int_equal(begin_long(1, 'a', false), CHOOSE_REDIRECT);
	memset(query, 'q', sizeof query);
	c.uri.has_query = true;
	c.uri.query = slice_of(query, sizeof query);
	assert_int_equal(choose_begin(&c.chooser, &c.request, &c.uri, &c.site),
		CHOOSE_REFUSE);
	assert_int_equal(c.chooser.status, 414);
}

static void no_name_is_longer_than_a_job_takes(void **state)
{
	(void)state;
	make_site(&c, "c");
	for (size_t len = CHOOSE_PATH_MAX - 10; len <= CHOOSE_PATH_MAX; len++) {
		assert_int_equal(begin_long(len, 'a', false), CHOOSE_LOOK_UP);
		assert_int_equal(next(FOUND_NOTHING, 0), CHOOSE_LOOK_UP);
		if (len + strlen(".html") > CHOOSE_PATH_MAX)
			assert_int_equal(c.chooser.stage, CHOOSE_ERROR);
		else
			assert_int_equal(
				c.chooser.path.len, len + strlen(".html"));
	}
}

/* Without room for the neighbour's name there is no neighbour; above all not
 * that of another name. */
static void a_long_name_has_no_neighbour(void **state)
{
	static const char *const ends[] = {".br", "/index.html.br"};

	(void)state;
	make_site(&c, "");
	for (size_t i = 0; i < 40; i++) {
		size_t len = CHOOSE_PATH_MAX - 20 + i / 2;
		const char *end = ends[i % 2];
		enum choose_step step;

		(void)begin_long(len, 'a', i % 2 == 1);
		step = next(FOUND_FILE, BR);
		if (len + strlen(end) > CHOOSE_PATH_MAX) {
			assert_int_equal(step, CHOOSE_SEND);
			assert_int_equal(c.chooser.coding, CODING_IDENTITY);
		} else {
			assert_int_equal(step, CHOOSE_LOOK_UP);
			assert_int_equal(c.chooser.path.len, len + strlen(end));
			assert_true(
				slice_ends(c.chooser.path, slice_text(end)));
		}
		assert_true(c.chooser.by_coding);
		assert_int_equal(c.chooser.name.len, len);
	}
}

/* ---- files are held ---- */

static void only_what_is_sent_is_held(void **state)
{
	struct file plain = {.holders = 3}, neighbour = {.holders = 3};
	struct lookup answer = {
		.file = &plain, .found = {.kind = FOUND_FILE, .codings = BR}};

	(void)state;
	make_site(&c, "");
	(void)begin(&c, "/a", "Accept-Encoding: br\r\n");
	assert_int_equal(choose_next(&c.chooser, &answer), CHOOSE_LOOK_UP);
	assert_null(answer.file);
	assert_ptr_equal(c.chooser.file, &plain);
	answer = (struct lookup){
		.file = &neighbour, .found = {.kind = FOUND_FILE}};
	assert_int_equal(choose_next(&c.chooser, &answer), CHOOSE_SEND);
	assert_null(answer.file);
	assert_ptr_equal(c.chooser.file, &neighbour);
	assert_int_equal(plain.holders, 2);
	choose_end(&c.chooser);
	assert_int_equal(neighbour.holders, 2);
	assert_null(c.chooser.file);
	choose_end(&c.chooser);
}

static void an_old_neighbour_is_its_askers(void **state)
{
	struct file plain = {.holders = 2}, neighbour = {.holders = 2};
	struct lookup answer = {.file = &plain,
		.found = {.kind = FOUND_FILE,
			.codings = BR,
			.version = {.modified = 7}}};

	(void)state;
	make_site(&c, "");
	(void)begin(&c, "/a", "Accept-Encoding: br\r\n");
	(void)choose_next(&c.chooser, &answer);
	answer = (struct lookup){.file = &neighbour,
		.found = {.kind = FOUND_FILE, .version = {.modified = 6}}};
	assert_int_equal(choose_next(&c.chooser, &answer), CHOOSE_SEND);
	assert_ptr_equal(answer.file, &neighbour);
	assert_ptr_equal(c.chooser.file, &plain);
	choose_end(&c.chooser);
	assert_int_equal(plain.holders, 1);
	assert_int_equal(neighbour.holders, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_neighbour_may_be_sent_instead),
		cmocka_unit_test(what_moved_is_redirected),
		cmocka_unit_test(a_directory_is_one_slash_away),
		cmocka_unit_test(a_location_may_be_too_long),
		cmocka_unit_test(so_may_that_of_a_rule),
		cmocka_unit_test(no_name_is_longer_than_a_job_takes),
		cmocka_unit_test(a_long_name_has_no_neighbour),
		cmocka_unit_test(only_what_is_sent_is_held),
		cmocka_unit_test(an_old_neighbour_is_its_askers),
	};

	return cmocka_run_group_tests_name(
		"serve/choose_others", tests, NULL, NULL);
}
