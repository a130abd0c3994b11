/*
 * test_error_pages.c - what people see instead.
 */
#include "rules.h"

#include "http/request.h"

static void check_page(const struct site *site, int status, const char *path)
{
	assert_true(slice_is(site_error_page(site, status), slice_text(path)));
}

static void a_status_has_its_page(void **state)
{
	struct site site;

	(void)state;
	site_init(&site, "/");
	add(&site, site_add_error_page, "403=/errors/403.html");
	add(&site, site_add_error_page, "503=/.busy page.html");
	check_page(&site, 403, "errors/403.html");
	check_page(&site, 503, ".busy page.html");
	check_page(&site, 500, "");
	check_page(&site, 200, "");
}

static void only_404_has_one_by_itself(void **state)
{
	struct site site;

	(void)state;
	site_init(&site, "/");
	check_page(&site, 404, "404.html");
	check_page(&site, 403, "");
	add(&site, site_add_error_page, "404=/gone.html");
	check_page(&site, 404, "gone.html");
}

static void of_two_pages_the_later_one_is_taken(void **state)
{
	struct site site;

	(void)state;
	site_init(&site, "/");
	add(&site, site_add_error_page, "404=/a");
	add(&site, site_add_error_page, "403=/b");
	add(&site, site_add_error_page, "404=/c");
	check_page(&site, 404, "c");
	check_page(&site, 403, "b");
	assert_int_equal(site.error_pages_count, 2);
}

#define NO_STATUS                                                            \
	"is no status that can have a page; it must be 403, 404, 405, 406, " \
	"412, 416, 500 or 503"
#define NO_PATH "is no path of a file; it must begin with a slash"

static void a_wrong_text_is_explained(void **state)
{
	static const struct refusal cases[] = {
		{"", "'' is no page; it must be STATUS=/PATH"},
		{"404", "'404' is no page"},
		{"404 /404.html", "'404 /404.html' is no page"},
		{"=/a", "'' " NO_STATUS},
		{"200=/a", "'200' " NO_STATUS},
		{"304=/a", "'304' " NO_STATUS},
		{"399=/a", "'399' " NO_STATUS},
		{"400=/a", "'400' " NO_STATUS},
		{"501=/a", "'501' " NO_STATUS},
		{"499=/a", "'499' " NO_STATUS},
		{"600=/a", "'600' " NO_STATUS},
		{"18446744073709551615=/a", NO_STATUS},
		{"4294967700=/a", NO_STATUS},
		{"4xx=/a", "'4xx' " NO_STATUS},
		{"404=", "'' " NO_PATH},
		{"404=/", "'/' " NO_PATH},
		{"404=a", "'a' " NO_PATH},
		{"404=//a", "'//a' " NO_PATH},
		{"404=/a/", "'/a/' " NO_PATH},
		{"404=/a//b", NO_PATH},
		{"404=/../a", NO_PATH},
		{"404=/a/./b", NO_PATH},
		{"404=http://a/", NO_PATH},
	};

	(void)state;
	check_refusals(site_add_error_page, cases, COUNT(cases));
}

/* The longest that a helper can be asked for. */
static void a_path_has_an_end(void **state)
{
	static char text[4 + REQUEST_LINE_MAX + 2] = "404=/";
	static const struct refusal too_long[] = {
		{text, "is too long; it must be 8192 bytes at most"}};
	struct site site;

	(void)state;
	memset(text + 5, 'a', REQUEST_LINE_MAX - 1);
	site_init(&site, "/");
	add(&site, site_add_error_page, text);
	assert_int_equal(site_error_page(&site, 404).len, REQUEST_LINE_MAX - 1);
	text[4 + REQUEST_LINE_MAX] = 'a';
	check_refusals(site_add_error_page, too_long, COUNT(too_long));
}

/* All statuses that a page can be shown for, and no other. */
static void a_page_is_for_an_understood_request(void **state)
{
	static const int statuses[] = {403, 404, 405, 406, 412, 416, 500, 503};
	struct site site;

	(void)state;
	site_init(&site, "/");
	for (int status = 0; status < 1000; status++) {
		char text[32], reason[TEXT_MAX];
		struct buf error = buf_on(reason, sizeof reason);
		bool can_have = false;

		for (size_t i = 0; i < COUNT(statuses); i++)
			can_have |= statuses[i] == status;
		snprintf(text, sizeof text, "%d=/a%d", status, status);
		assert_int_equal(
			site_add_error_page(&site, text, &error), can_have);
		if (can_have)
			check_page(&site, status, strchr(text, '/') + 1);
	}
	assert_int_equal(site.error_pages_count, COUNT(statuses));
	add(&site, site_add_error_page, "404=/b");
	check_page(&site, 404, "b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_status_has_its_page),
		cmocka_unit_test(only_404_has_one_by_itself),
		cmocka_unit_test(of_two_pages_the_later_one_is_taken),
		cmocka_unit_test(a_wrong_text_is_explained),
		cmocka_unit_test(a_path_has_an_end),
		cmocka_unit_test(a_page_is_for_an_understood_request),
	};

	return cmocka_run_group_tests_name(
		"site/error_pages", tests, NULL, NULL);
}
