/* test_listing_html.c - a listing as a page. */
#include "helper/listing_html.h"

#include "listed.h"

#include <stdio.h>

#include "page.h"

#define BAD "\xef\xbf\xbd" /* U+FFFD */

static char *write_page(struct listing *l, const char *path, uint32_t flags)
{
	struct scratch *s = listed_begin();
	char *page;

	listing_html(s, l, slice_text(path), flags);
	page = listed_end(s);
	page_check(page);
	listing_free(l);
	return page;
}

static void expect(const char *page, const char *text, size_t count)
{
	if (page_count(page, text) != count)
		fail_msg("%zu times: %s", page_count(page, text), text);
}

/* ---- names ---- */

/* One entry of this name: its row leads to it and says it. */
static void check_name(const char *name, bool directory, const char *shown)
{
	struct listing l = {.count = 0};
	char *text = malloc(8 * strlen(name) + 2);
	struct page_row row;
	const char *at;
	char *page;

	assert_non_null(text);
	listed_add(&l, name, directory, 5, 0);
	page = write_page(&l, "", 0);
	at = page;
	assert_true(page_row(&at, &row));
	/* A path without a scheme, a query, a fragment or a host. */
	assert_null(memchr(row.href.at, ':', row.href.len));
	assert_null(memchr(row.href.at, '?', row.href.len));
	assert_null(memchr(row.href.at, '#', row.href.len));
	assert_int_not_equal(row.href.at[0], '/');
	assert_int_equal(slice_ends(row.href, SLICE("/")), directory);
	row.href.len -= directory;
	page_decode(row.href, text);
	assert_string_equal(text, name);
	if (shown != NULL) {
		row.name.len -= directory;
		page_unescape(row.name, text);
		assert_string_equal(text, shown);
	}
	assert_false(page_row(&at, &row));
	free(page);
	free(text);
}

static void every_byte_of_a_name_comes_back(void **state)
{
	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		char alone[] = {(char)byte, '\0'};
		char within[] = {'a', (char)byte, 'b', '\0'};

		/* No name holds one, and "." is none. */
		if (byte == '/' || byte == '.')
			continue;
		check_name(alone, false, NULL);
		check_name(within, true, NULL);
	}
}

static void a_name_is_text_and_nothing_else(void **state)
{
	/* No real name has a slash, but it shows what the others are after. */
	static const struct {
		const char *name;
		const char *shown; /* unless it is the same */
	} cases[] = {
		{"<script>alert(1)</script>", NULL},
		{"\"><img src=x onerror=alert(1)>", NULL},
		{"' onmouseover='alert(1)", NULL},
		{"</a></td></tr></table><h1>owned", NULL},
		{"</style></title>", NULL},
		{"&lt;b&gt;", NULL},
		{"javascript:alert(1)", NULL},
		{"data:text,x", NULL},
		{"//example.com", NULL},
		{"http:", NULL},
		{"?sort=size", NULL},
		{"#top", NULL},
		{"%2e%2e%2f", NULL},
		{"100%", NULL},
		{"a\\b", NULL},
		{"two  blanks ", NULL},
		{"a\nb\r\tc", "a" BAD "b" BAD BAD "c"},
		{"\x1b[2J\x7f", BAD "[2J" BAD},
		{"\xc3\xa4\xe2\x82\xac\xf0\x9f\x99\x82", NULL},
		{"latin-\xe4", "latin-" BAD},
		{"\xff\xfe", BAD BAD},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *shown = cases[i].shown;

		check_name(cases[i].name, false,
			shown != NULL ? shown : cases[i].name);
		check_name(cases[i].name, true,
			shown != NULL ? shown : cases[i].name);
	}
}

static void a_long_name_is_whole(void **state)
{
	static char name[1024];

	(void)state;
	memset(name, '"', sizeof(name) - 1);
	check_name(name, false, name);
	name[255] = '\0';
	check_name(name, true, name);
}

/* ---- the page ---- */

static void the_page_says_where_it_is(void **state)
{
	struct listing l = {.count = 0};
	char *page = write_page(&l, "a&b/<c>/d e", 0);

	(void)state;
	expect(page, "<html lang=\"en\">", 1);
	expect(page, "<meta charset=\"utf-8\">", 1);
	expect(page, "<meta name=\"viewport\"", 1);
	expect(page, "<title>Index of /a&amp;b/&lt;c&gt;/d e/</title>", 1);
	expect(page, "<h1>", 1);
	expect(page,
		"<nav aria-label=\"Path\"><h1>Index of "
		"<a href=\"../../../\">/</a><a href=\"../../\">a&amp;b/</a>"
		"<a href=\"../\">&lt;c&gt;/</a>"
		"<span aria-current=\"page\">d e/</span></h1></nav>",
		1);
	free(page);
}

static void the_root_has_no_parent(void **state)
{
	struct listing l = {.count = 0};
	char *page = write_page(&l, "", 0);
	const char *at = page;
	struct page_row row;

	(void)state;
	expect(page, "<title>Index of /</title>", 1);
	expect(page, "<span aria-current=\"page\">/</span>", 1);
	expect(page, "../", 0);
	assert_false(page_row(&at, &row));
	free(page);
}

static void the_parent_is_the_first_link_of_the_table(void **state)
{
	struct listing l = {.count = 0};
	struct page_row row;
	const char *at;
	char *page;

	(void)state;
	listed_add(&l, "!", true, 0, 0);
	page = write_page(&l, "a/b", JOB_DESCENDING);
	at = page;
	assert_true(page_row(&at, &row));
	assert_true(slice_is(row.href, SLICE("../")));
	assert_true(slice_is(row.name, SLICE("../")));
	assert_true(page_row(&at, &row));
	assert_true(slice_is(row.href, SLICE("%21/")));
	assert_false(page_row(&at, &row));
	free(page);
}

static void nothing_is_loaded_from_anywhere(void **state)
{
	struct listing l = {.count = 0};
	char *page;

	(void)state;
	listed_add(&l, "a", false, 1, 1);
	page = write_page(&l, "b", 0);
	expect(page, "<link ", 1);
	expect(page, "<link rel=\"icon\" href=\"data:,\">", 1);
	expect(page, "src=", 0);
	expect(page, "url(", 0);
	expect(page, "://", 0);
	expect(page, "<script", 0);
	expect(page, "style=", 0);
	free(page);
}

static void folders_and_files_are_counted(void **state)
{
	static const struct {
		size_t folders, files;
		const char *text;
	} cases[] = {
		{0, 0, "<p>0 folders, 0 files</p>"},
		{1, 0, "<p>1 folder, 0 files</p>"},
		{0, 1, "<p>0 folders, 1 file</p>"},
		{2, 3, "<p>2 folders, 3 files</p>"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct listing l = {.count = 0};
		size_t all = cases[i].folders + cases[i].files;
		char *page;

		for (size_t n = 0; n < all; n++)
			listed_add(&l, "x", n < cases[i].folders, 0, 0);
		page = write_page(&l, "", 0);
		expect(page, cases[i].text, 1);
		free(page);
	}
}

static void what_is_left_out_is_told(void **state)
{
	struct listing l = {.more = true};
	char *page;

	(void)state;
	listed_add(&l, "a", false, 0, 0);
	listed_add(&l, "b", false, 0, 0);
	page = write_page(&l, "", 0);
	expect(page,
		"<p>This folder has more entries: only 2 of them are "
		"shown.</p>",
		1);
	free(page);
}

/* ---- the columns ---- */

static void a_column_can_be_sorted_by(void **state)
{
	static const struct {
		uint32_t flags;
		const char *columns[3];
	} cases[] = {
		{0, {" aria-sort=\"ascending\"><a "
		     "href=\"?sort=name&amp;order=desc\">Name",
			    "><a href=\"?sort=time&amp;order=desc\">Modif",
			    "><a href=\"?sort=size&amp;order=desc\">Si"}},
		{JOB_DESCENDING,
			{" aria-sort=\"descending\"><a "
			 "href=\"?sort=name&amp;order=asc\">Name",
				"><a href=\"?sort=time&amp;order=desc\">Modif",
				"><a href=\"?sort=size&amp;order=desc\">Si"}},
		{JOB_BY_TIME | JOB_DESCENDING,
			{"><a href=\"?sort=name&amp;order=asc\">Name",
				" aria-sort=\"descending\"><a "
				"href=\"?sort=time&amp;order=asc\">Modif",
				"><a href=\"?sort=size&amp;order=desc\">Si"}},
		{JOB_BY_SIZE,
			{"><a href=\"?sort=name&amp;order=asc\">Name",
				"><a href=\"?sort=time&amp;order=desc\">Modif",
				" aria-sort=\"ascending\"><a "
				"href=\"?sort=size&amp;order=desc\">Si"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct listing l = {.count = 0};
		char *page = write_page(&l, "", cases[i].flags);

		expect(page, "<th scope=\"col\"", 3);
		expect(page, "aria-sort=\"", 1);
		for (size_t n = 0; n < 3; n++)
			expect(page, cases[i].columns[n], 1);
		free(page);
	}
}

static void a_size_is_exact_or_short(void **state)
{
	static const struct {
		int64_t size;
		const char *shown;
		const char *title;
	} cases[] = {
		{0, "0", "0 bytes"},
		{1, "1", "1 byte"},
		{1023, "1023", "1023 bytes"},
		{1024, "1024", "1024 bytes"},
		{1048575, "1048575", "1048575 bytes"},
		{1048576, "1.0 MiB", "1048576 bytes"},
		{1100000, "1.0 MiB", "1100000 bytes"},
		{1102000, "1.1 MiB", "1102000 bytes"},
		{1572864, "1.5 MiB", "1572864 bytes"},
		{1073689395, "1023.9 MiB", "1073689395 bytes"},
		{1073741823, "1.0 GiB", "1073741823 bytes"},
		{1234567890, "1.1 GiB", "1234567890 bytes"},
		{INT64_C(1) << 40, "1.0 TiB", "1099511627776 bytes"},
		{INT64_C(1) << 50, "1.0 PiB", "1125899906842624 bytes"},
		{INT64_MAX, "8.0 EiB", "9223372036854775807 bytes"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct listing l = {.count = 0};
		struct page_row row;
		const char *at;
		char *page;

		listed_add(&l, "a", false, cases[i].size, 0);
		page = write_page(&l, "", 0);
		at = page;
		assert_true(page_row(&at, &row));
		if (!slice_is(row.size, slice_text(cases[i].shown)))
			fail_msg("%s: %.*s", cases[i].shown, (int)row.size.len,
				row.size.at);
		assert_true(slice_is(row.title, slice_text(cases[i].title)));
		free(page);
	}
}

static void a_directory_has_a_time_and_no_size(void **state)
{
	struct listing l = {.count = 0};
	struct page_row row;
	const char *at;
	char *page;

	(void)state;
	listed_add(&l, "a", true, 0, 784111777);
	page = write_page(&l, "", 0);
	at = page;
	assert_true(page_row(&at, &row));
	assert_true(slice_is(row.time, SLICE("1994-11-06T08:49:37Z")));
	assert_true(slice_is(row.size, SLICE("-")));
	assert_int_equal(row.title.len, 0);
	expect(page, ">1994-11-06 <span>08:49</span></time>", 1);
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_of_a_name_comes_back),
		cmocka_unit_test(a_name_is_text_and_nothing_else),
		cmocka_unit_test(a_long_name_is_whole),
		cmocka_unit_test(the_page_says_where_it_is),
		cmocka_unit_test(the_root_has_no_parent),
		cmocka_unit_test(the_parent_is_the_first_link_of_the_table),
		cmocka_unit_test(nothing_is_loaded_from_anywhere),
		cmocka_unit_test(folders_and_files_are_counted),
		cmocka_unit_test(what_is_left_out_is_told),
		cmocka_unit_test(a_column_can_be_sorted_by),
		cmocka_unit_test(a_size_is_exact_or_short),
		cmocka_unit_test(a_directory_has_a_time_and_no_size),
	};

	return cmocka_run_group_tests_name(
		"helper/listing_html", tests, NULL, NULL);
}
