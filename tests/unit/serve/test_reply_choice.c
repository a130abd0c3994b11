/* test_reply_choice.c - codings, listings, several parts, the rules of a site,
 * and pages of its own. */
#include "replies.h"

#include "http/listing_style.h"
#include "site/types.h"

#define FILE_FIELDS                       \
	"Last-Modified: " MODIFIED "\r\n" \
	"ETag: "

static struct replying r;

static void a_coding_is_said_and_marked(void **state)
{
	static const struct {
		enum coding coding;
		const char *name, *etag;
	} codings[] = {{CODING_BR, "br", "\"18ea008b6316cd15-3e8-b\""},
		{CODING_ZSTD, "zstd", "\"18ea008b6316cd15-3e8-z\""},
		{CODING_GZIP, "gzip", "\"18ea008b6316cd15-3e8-g\""}};
	const struct found found = file_of(YESTERDAY, 1000);

	(void)state;
	for (size_t i = 0; i < COUNT(codings); i++) {
		char want[1024];

		ask(&r, "GET /a HTTP/1.1", "");
		decide_choice(&r, &(struct choice){.found = &found,
					  .path = SLICE("a.js"),
					  .coding = codings[i].coding,
					  .by_coding = true});
		write_it(&r);
		snprintf(want, sizeof want,
			LINE "200 OK\r\n" DATED
			     "Content-Type: text/javascript; charset=utf-8\r\n"
			     "Content-Length: 1000\r\n"
			     "Content-Encoding: %s\r\n" FILE_FIELDS "%s\r\n"
			     "Vary: Accept-Encoding\r\n" RANGES NOSNIFF,
			codings[i].name, codings[i].etag);
		head_is(&r, want);
	}
}

static void what_varies_says_so_without_one_too(void **state)
{
	const struct found found = file_of(YESTERDAY, 1000);
	const struct choice choice = {.found = &found,
		.path = SLICE("a"),
		.coding = CODING_IDENTITY,
		.by_coding = true};

	(void)state;
	ask(&r, "GET /a HTTP/1.1", "");
	decide_choice(&r, &choice);
	write_it(&r);
	head_is(&r, LINE "200 OK\r\n" DATED
			 "Content-Type: application/octet-stream\r\n"
			 "Content-Length: 1000\r\n" FILE_FIELDS ETAG "\r\n"
			 "Vary: Accept-Encoding\r\n" RANGES NOSNIFF);
	ask(&r, "GET /a HTTP/1.1", "If-None-Match: *\r\n");
	decide_choice(&r, &choice);
	write_it(&r);
	head_is(&r, LINE "304 Not Modified\r\n" DATED FILE_FIELDS ETAG "\r\n"
			 "Vary: Accept-Encoding\r\n");
	reply_refuse(&r.reply, 406);
	r.reply.by_coding = true;
	write_it(&r);
	head_is(&r, LINE "406 Not Acceptable\r\n" DATED
			 "Vary: Accept-Encoding\r\n" PAGE NOSNIFF);
}

/* ---- listings ---- */

static void a_listing_is_no_file(void **state)
{
	const struct found found = {
		.kind = FOUND_LISTING, .version = {.size = 1000}};
	char want[2048];

	(void)state;
	for (int json = 0; json < 2; json++) {
		ask(&r, "GET /d/ HTTP/1.1",
			"Range: bytes=0-0\r\nIf-None-Match: \"x\"\r\n");
		decide_choice(&r, &(struct choice){.found = &found,
					  .path = SLICE("d"),
					  .by_type = true,
					  .coding = CODING_IDENTITY,
					  .json = json});
		write_it(&r);
		snprintf(want, sizeof want,
			LINE "200 OK\r\n" DATED "Content-Type: %s\r\n"
			     "Content-Length: 1000\r\n"
			     "Cache-Control: no-cache\r\n"
			     "Vary: Accept\r\n%s%.*s%s" NOSNIFF,
			json ? "application/json" : "text/html; charset=utf-8",
			json ? "" : "Content-Security-Policy: ",
			json ? 0 : (int)listing_policy().len,
			listing_policy().at, json ? "" : "\r\n");
		head_is(&r, want);
		assert_int_equal(r.reply.body, REPLY_LISTING);
	}
}

/* It is there, and that is all there is to say of its version. */
static void a_listing_has_no_version(void **state)
{
	static const struct {
		const char *fields;
		int status;
	} cases[] = {{"If-None-Match: *\r\n", 304}, {"If-Match: *\r\n", 200},
		{"If-Match: \"x\"\r\n", 412},
		{"If-Modified-Since: " DATE "\r\n", 200},
		{"If-Unmodified-Since: " MODIFIED "\r\n", 200},
		{"Range: bytes=9999-\r\n", 200}};
	const struct found found = {
		.kind = FOUND_LISTING, .version = {.size = 1000}};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		ask(&r, "GET /d/ HTTP/1.1", cases[i].fields);
		decide(&r, &found);
		if (r.reply.status != cases[i].status)
			fail_msg("%s is answered with %d", cases[i].fields,
				r.reply.status);
	}
}

/* ---- several parts ---- */

static void several_parts_are_one_body(void **state)
{
	const struct found found = file_of(YESTERDAY, 1000);
	char want[1024];

	(void)state;
	ask(&r, "GET /a HTTP/1.1", "Range: bytes=0-0,9-9\r\n");
	decide(&r, &found);
	write_it(&r);
	snprintf(want, sizeof want,
		LINE "206 Partial Content\r\n" DATED
		     "Content-Type: multipart/byteranges; boundary=%.*s\r\n"
		     "Content-Length: %llu\r\n" FILE_FIELDS ETAG
		     "\r\n" RANGES NOSNIFF,
		MULTIPART_BOUNDARY_LEN, r.reply.boundary,
		(unsigned long long)multipart_len(
			r.ranges, 2, r.reply.type, 1000));
	head_is(&r, want);
	assert_int_equal(r.reply.body, REPLY_PARTS);
	assert_int_equal(r.reply.parts, 2);
}

/* ---- the rules of a site ---- */

static void the_fields_of_rules_come_along(void **state)
{
	const struct found found = file_of(0, 1000);

	(void)state;
	ask(&r, "GET /a HTTP/1.1", "");
	assert_true(site_add_header(&r.site, "/a X-One: 1", NULL));
	assert_true(site_add_header(&r.site, "/b X-Two: 2", NULL));
	assert_true(site_add_cache(&r.site, "/a 1h", NULL));
	decide(&r, &found);
	write_it(&r);
	head_is(&r, LINE "200 OK\r\n" DATED
			 "Content-Type: application/octet-stream\r\n"
			 "Content-Length: 1000\r\n"
			 "Cache-Control: max-age=3600\r\n" RANGES NOSNIFF
			 "X-One: 1\r\n");
	reply_refuse(&r.reply, 404);
	r.reply.path = SLICE("b");
	write_it(&r);
	head_is(&r, LINE "404 Not Found\r\n" DATED PAGE NOSNIFF "X-Two: 2\r\n");
}

static void a_browser_may_ask_first(void **state)
{
	(void)state;
	ask(&r, "OPTIONS /a HTTP/1.1", "");
	r.site.cors = true;
	reply_refuse(&r.reply, 204);
	write_it(&r);
	head_is(&r, LINE "204 No Content\r\n" DATED
			 "Allow: GET, HEAD, OPTIONS\r\n" NOSNIFF
			 "Access-Control-Allow-Origin: *\r\n"
			 "Access-Control-Expose-Headers: Accept-Ranges, "
			 "Content-Encoding, Content-Length, Content-Range, "
			 "ETag, *\r\n"
			 "Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\n"
			 "Access-Control-Allow-Headers: *\r\n"
			 "Access-Control-Max-Age: 86400\r\n");
}

static void a_redirect_says_where_to(void **state)
{
	(void)state;
	ask(&r, "GET /name HTTP/1.1", "");
	reply_refuse(&r.reply, 301);
	r.reply.location = SLICE("/name/");
	write_it(&r);
	head_is(&r, LINE "301 Moved Permanently\r\n" DATED
			 "Location: /name/\r\n" PAGE NOSNIFF);
	assert_int_equal(r.rest.len, page_len(301));
}

/* The page is a file, but no part of it can be had. */
static void a_page_of_the_sites_own_is_an_error(void **state)
{
	const struct found found = file_of(YESTERDAY, 1000);

	(void)state;
	ask(&r, "GET /none HTTP/1.1", "");
	reply_error(&r.reply,
		&(struct choice){.found = &found,
			.path = SLICE("404.html"),
			.coding = CODING_IDENTITY},
		&r.site, 404);
	write_it(&r);
	head_is(&r, LINE "404 Not Found\r\n" DATED
			 "Content-Type: text/html; charset=utf-8\r\n"
			 "Content-Length: 1000\r\n"
			 "Cache-Control: no-cache\r\n" NOSNIFF);
	assert_int_equal(r.rest.len, 0);
}

/* What the site may say of a type has room. */
static void a_type_may_be_as_long_as_a_sites(void **state)
{
	const struct found found = file_of(YESTERDAY, 1000);
	static struct site_types types;
	struct types_mistake mistake;
	static char text[TYPES_TYPE_MAX + 8];

	(void)state;
	snprintf(text, sizeof text, "text/%0*d x", TYPES_TYPE_MAX - 5, 0);
	assert_int_equal(types_read(&types, slice_text(text), &mistake), 0);
	ask(&r, "GET /a.x HTTP/1.1", "");
	r.site.types = &types;
	decide(&r, &found);
	assert_int_equal(
		r.reply.type.len, TYPES_TYPE_MAX + strlen("; charset=utf-8"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_coding_is_said_and_marked),
		cmocka_unit_test(what_varies_says_so_without_one_too),
		cmocka_unit_test(a_listing_is_no_file),
		cmocka_unit_test(a_listing_has_no_version),
		cmocka_unit_test(several_parts_are_one_body),
		cmocka_unit_test(the_fields_of_rules_come_along),
		cmocka_unit_test(a_browser_may_ask_first),
		cmocka_unit_test(a_redirect_says_where_to),
		cmocka_unit_test(a_page_of_the_sites_own_is_an_error),
		cmocka_unit_test(a_type_may_be_as_long_as_a_sites),
	};

	return cmocka_run_group_tests_name(
		"serve/reply_choice", tests, NULL, NULL);
}
