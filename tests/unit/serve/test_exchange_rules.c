/* test_exchange_rules.c - answers as the rules of a site have them, and bodies
 * in several parts. */
#include "calling.h"

#include "site/rule.h"

#include <stdlib.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"
#define WITH(path, fields) \
	"GET " path " HTTP/1.1\r\nHost: h\r\n" fields "\r\n\r\n"

static struct caller c;
static bool is_out_of_memory;

struct parts *__real_parts_new(
	const struct reply *reply, const struct range *ranges);
struct parts *__wrap_parts_new(
	const struct reply *reply, const struct range *ranges);

struct parts *__wrap_parts_new(
	const struct reply *reply, const struct range *ranges)
{
	return is_out_of_memory ? NULL : __real_parts_new(reply, ranges);
}

/* ---- fields ---- */

static void a_redirect_has_the_fields_of_its_own_path(void **state)
{
	(void)state;
	ground_directory(&ground, "root/d");
	assert_true(site_add_header(&site, "/ X-Root: yes", NULL));
	assert_true(site_add_header(&site, "/d X-Own: yes", NULL));
	calls(&c);
	asks(&c, GET("/d"));
	assert_int_equal(count_in(&c, "X-Own: yes\r\n"), 1);
	assert_int_equal(count_in(&c, "X-Root: yes\r\n"), 0);
	was_answered(&c, 301);
	hangs_up(&c);
}

/* As many fields as rules may give do fit. */
static void all_that_rules_may_give_has_room(void **state)
{
	static char field[RULE_FIELDS_MAX - 2 + 1], cache[RULE_CACHE_MAX + 3];

	(void)state;
	memset(field, 'x', sizeof field - 1);
	memcpy(field, "X-A: ", 5);
	assert_true(site_add_header(&site, field, NULL));
	memset(cache, 'x', sizeof cache - 1);
	memcpy(cache, "* no-", 5);
	assert_true(site_add_cache(&site, cache, NULL));
	site.cors = true;
	ground_file(&ground, "root/a.html", "text of a");
	ground_file(&ground, "root/a.html.gz", "zipped");
	calls(&c);
	asks(&c, GET("/a.html"));
	assert_int_equal(count_in(&c, field), 1);
	assert_int_equal(count_in(&c, cache + 2), 1);
	was_answered(&c, 200);
	asks(&c, WITH("/a.html", "Range: bytes=1-2\r\nAccept-Encoding: gzip"));
	was_answered(&c, 206);
	asks(&c, GET("/%00"));
	assert_int_equal(count_in(&c, field), 1);
	was_answered(&c, 400);
	hangs_up(&c);
}

/* Should they have none nevertheless, an answer without them is one. */
static void fields_without_room_are_left_out(void **state)
{
	static char value[REPLY_HEAD_MAX + 1];

	(void)state;
	ground_file(&ground, "root/a", "text of a");
	memset(value, 'x', sizeof value - 1);
	assert_true(site_add_header(&site, "X-Very-Long: x", NULL));
	site.headers[0].value = slice_text(value);
	calls(&c);
	asks(&c, GET("/a"));
	was_answered(&c, 500);
	is_kept(&c);
	asks(&c, GET("/%00"));
	was_answered(&c, 500);
	hangs_up(&c);
}

/* ---- pages of errors ---- */

/* It is no answer to conditions or ranges. */
static void the_page_of_an_error_is_sent_as_it_is(void **state)
{
	static const char *const requests[] = {GET("/none"),
		WITH("/none", "If-None-Match: *"),
		WITH("/none", "If-Modified-Since: "
			      "Sun, 06 Nov 2044 08:49:37 GMT"),
		WITH("/none", "If-Match: \"x\""),
		WITH("/none", "Range: bytes=1-2"),
		WITH("/none", "Range: bytes=1-2,4-5"),
		WITH("/none", "Range: bytes=9999-"),
		WITH("/none", "Accept-Encoding: br"),
		WITH("/none", "Accept-Encoding: identity;q=0")};

	(void)state;
	ground_file(&ground, "root/404.html", "nothing of that name");
	ground_file(&ground, "root/404.html.br", "nothing");
	calls(&c);
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		asks(&c, requests[i]);
		assert_int_equal(
			count_in(&c, "\r\n\r\nnothing of that name"), 1);
		assert_int_equal(count_in(&c, "ETag"), 0);
		assert_int_equal(count_in(&c, "Content-Range"), 0);
		assert_int_equal(count_in(&c, "Accept-Ranges"), 0);
		was_answered(&c, 404);
	}
	asks(&c, "HEAD /none HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_int_equal(count_in(&c, "Content-Length: 20\r\n"), 1);
	assert_int_equal(count_in(&c, "nothing of"), 0);
	was_answered(&c, 404);
	hangs_up(&c);
}

/* Rules are for the path of the request. Those of the page's own, above all how
 * long it may be kept, would hold for a name that may be there soon. */
static void it_has_the_fields_of_the_path_that_was_asked_for(void **state)
{
	(void)state;
	assert_true(site_add_cache(&site, "* 1y immutable", NULL));
	assert_true(site_add_cache(&site, "/none 1w", NULL));
	assert_true(site_add_header(&site, "/404.html X-Page: yes", NULL));
	assert_true(site_add_header(&site, "/none X-Own: yes", NULL));
	ground_file(&ground, "root/404.html", "nothing of that name");
	calls(&c);
	asks(&c, GET("/none"));
	assert_int_equal(count_in(&c, "\r\n\r\nnothing of that name"), 1);
	assert_int_equal(count_in(&c, "\r\nCache-Control: no-cache\r\n"), 1);
	assert_int_equal(count_in(&c, "Cache-Control"), 1);
	assert_int_equal(count_in(&c, "\r\nX-Own: yes\r\n"), 1);
	assert_int_equal(count_in(&c, "X-Page"), 0);
	was_answered(&c, 404);
	asks(&c, GET("/404.html"));
	assert_int_equal(count_in(&c, "\r\nX-Page: yes\r\n"), 1);
	assert_int_equal(count_in(&c, "max-age=31536000, immutable\r\n"), 1);
	was_answered(&c, 200);
	hangs_up(&c);
}

/* ---- neighbours ---- */

static void a_neighbour_is_sent_to_those_who_take_it(void **state)
{
	(void)state;
	ground_file(&ground, "root/a.js", "a long text");
	ground_file(&ground, "root/a.js.br", "short");
	calls(&c);
	asks(&c, WITH("/a.js", "Accept-Encoding: br"));
	assert_int_equal(count_in(&c, "\r\n\r\nshort"), 1);
	assert_int_equal(count_in(&c, "Content-Type: text/javascript"), 1);
	assert_int_equal(count_in(&c, "Vary: Accept-Encoding\r\n"), 1);
	was_answered(&c, 200);
	asks(&c, GET("/a.js"));
	assert_int_equal(count_in(&c, "\r\n\r\na long text"), 1);
	assert_int_equal(count_in(&c, "Vary: Accept-Encoding\r\n"), 1);
	was_answered(&c, 200);
	asks(&c, WITH("/a.js", "Accept-Encoding: identity;q=0, gzip"));
	assert_int_equal(count_in(&c, "Vary: Accept-Encoding\r\n"), 1);
	was_answered(&c, 406);
	hangs_up(&c);
}

/* ---- listings ---- */

static void a_listing_is_made_for_each(void **state)
{
	(void)state;
	site.listing = true;
	ground_file(&ground, "root/one", "1");
	calls(&c);
	asks(&c, GET("/"));
	assert_int_equal(count_in(&c, "Vary: Accept\r\n"), 1);
	assert_true(count_in(&c, "one") > 0);
	was_answered(&c, 200);
	ground_file(&ground, "root/two", "2");
	asks(&c, WITH("/", "Accept: application/json"));
	assert_int_equal(count_in(&c, "application/json\r\n"), 1);
	assert_true(count_in(&c, "two") > 0);
	was_answered(&c, 200);
	assert_null(store_find_open(
		server->store, SLICE(""), JOB_SLASH | JOB_LISTING | JOB_JSON));
	hangs_up(&c);
}

/* ---- several parts ---- */

static void parts_come_between_their_boundaries(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "0123456789");
	calls(&c);
	/* From the disk, from memory, and not at all. */
	for (int i = 0; i < 2; i++) {
		asks(&c, WITH("/a", "Range: bytes=0-1,-2"));
		assert_int_equal(
			count_in(&c, "bytes 0-1/10\r\n\r\n01\r\n--"), 1);
		assert_int_equal(
			count_in(&c, "bytes 8-9/10\r\n\r\n89\r\n--"), 1);
		was_answered(&c, 206);
		asks(&c, GET("/a"));
		was_answered(&c, 200);
	}
	asks(&c, "HEAD /a HTTP/1.1\r\nHost: h\r\n"
		 "Range: bytes=0-1,-2\r\n\r\n");
	was_answered(&c, 200);
	is_kept(&c);
	hangs_up(&c);
}

static void without_memory_for_parts_it_is_the_whole(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "0123456789");
	calls(&c);
	is_out_of_memory = true;
	asks(&c, WITH("/a", "Range: bytes=0-1,-2"));
	is_out_of_memory = false;
	assert_int_equal(count_in(&c, "\r\n\r\n0123456789"), 1);
	was_answered(&c, 200);
	hangs_up(&c);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_server, shut_server)
	const struct CMUnitTest tests[] = {
		TEST(a_redirect_has_the_fields_of_its_own_path),
		TEST(all_that_rules_may_give_has_room),
		TEST(fields_without_room_are_left_out),
		TEST(the_page_of_an_error_is_sent_as_it_is),
		TEST(it_has_the_fields_of_the_path_that_was_asked_for),
		TEST(a_neighbour_is_sent_to_those_who_take_it),
		TEST(a_listing_is_made_for_each),
		TEST(parts_come_between_their_boundaries),
		TEST(without_memory_for_parts_it_is_the_whole),
	};

	return cmocka_run_group_tests_name(
		"serve/exchange_rules", tests, NULL, NULL);
}
