/* test_reply_pages.c - answers without a file: pages, redirects, and what each
 * status owes its reader. */
#include "replies.h"

/* ---- what was found is no file ---- */

struct finding {
	enum found_kind kind;
	const char *head;
};

#define NO_STORE "Cache-Control: no-store\r\n"

static const struct finding findings[] = {
	{FOUND_NOTHING, LINE "404 Not Found\r\n" DATED PAGE NOSNIFF},
	{FOUND_DENIED, LINE "403 Forbidden\r\n" DATED PAGE NOSNIFF},
	{FOUND_NO_INDEX, LINE "403 Forbidden\r\n" DATED PAGE NOSNIFF},
	{FOUND_SHORTAGE, LINE "503 Service Unavailable\r\n" DATED
			      "Retry-After: 1\r\n" NO_STORE PAGE NOSNIFF},
	{FOUND_BROKEN, LINE
		"500 Internal Server Error\r\n" DATED NO_STORE PAGE NOSNIFF},
	{FOUND_DIRECTORY, LINE "301 Moved Permanently\r\n" DATED
			       "Location: /name/\r\n" PAGE NOSNIFF},
};

static void what_is_no_file_has_its_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(findings); i++) {
		const struct found found = {.kind = findings[i].kind};
		struct replying r;

		ask(&r, "GET /name HTTP/1.1", "");
		decide(&r, &found);
		write_it(&r);
		head_is(&r, findings[i].head);
		assert_int_equal(r.rest.len, page_len(r.reply.status));
		assert_false(r.reply.has_file);
		assert_false(r.reply.close);
	}
}

/* ---- refused without a look ---- */

struct refusal {
	int status;
	const char *head;
};

#define ALLOW "Allow: GET, HEAD, OPTIONS\r\n"

static const struct refusal refusals[] = {
	{400, LINE "400 Bad Request\r\n" DATED PAGE NOSNIFF},
	{403, LINE "403 Forbidden\r\n" DATED PAGE NOSNIFF},
	{404, LINE "404 Not Found\r\n" DATED PAGE NOSNIFF},
	{405, LINE "405 Method Not Allowed\r\n" DATED ALLOW PAGE NOSNIFF},
	{408, LINE "408 Request Timeout\r\n" DATED PAGE NOSNIFF},
	{413, LINE "413 Content Too Large\r\n" DATED PAGE NOSNIFF},
	{414, LINE "414 URI Too Long\r\n" DATED PAGE NOSNIFF},
	{417, LINE "417 Expectation Failed\r\n" DATED PAGE NOSNIFF},
	{431, LINE
		"431 Request Header Fields Too Large\r\n" DATED PAGE NOSNIFF},
	{500, LINE "500 Internal Server Error\r\n" DATED NO_STORE PAGE NOSNIFF},
	{501, LINE "501 Not Implemented\r\n" DATED ALLOW NO_STORE PAGE NOSNIFF},
	{503, LINE "503 Service Unavailable\r\n" DATED
		   "Retry-After: 1\r\n" NO_STORE PAGE NOSNIFF},
	{505, LINE "505 HTTP Version Not Supported\r\n" DATED NO_STORE PAGE
			NOSNIFF},
};

static void a_refusal_has_its_fields_and_its_page(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		char page[1024];
		struct buf b = buf_on(page, sizeof page);
		struct replying r;

		ask(&r, "GET / HTTP/1.1", "");
		reply_refuse(&r.reply, refusals[i].status);
		write_it(&r);
		head_is(&r, refusals[i].head);
		head_page(&b, refusals[i].status);
		assert_true(slice_is(r.rest, buf_slice_of(&b)));
	}
}

/* RFC 9110, 8.6: no Content-Length in a 204. */
static void options_says_what_is_allowed(void **state)
{
	struct replying r;

	(void)state;
	ask(&r, "OPTIONS * HTTP/1.1", "");
	reply_refuse(&r.reply, 204);
	write_it(&r);
	head_is(&r, LINE "204 No Content\r\n" DATED ALLOW);
	assert_int_equal(r.rest.len, 0);
}

static void a_refused_head_request_gets_no_page(void **state)
{
	struct replying r;

	(void)state;
	ask(&r, "HEAD / HTTP/1.1", "");
	reply_refuse(&r.reply, 404);
	write_it(&r);
	head_is(&r, LINE "404 Not Found\r\n" DATED PAGE NOSNIFF);
	assert_int_equal(r.rest.len, 0);
}

/* ---- where a directory is ---- */

struct redirect {
	const char *line;
	const char *location;
};

static const struct redirect redirects[] = {
	{"GET /a HTTP/1.1", "/a/"},
	{"GET /a/b HTTP/1.1", "/a/b/"},
	{"GET /a?q=1&r=%2f HTTP/1.1", "/a/?q=1&r=%2f"},
	{"GET /a? HTTP/1.1", "/a/?"},
	{"GET /a?b?c HTTP/1.1", "/a/?b?c"},
	/* every byte that could mean something is escaped again */
	{"GET /%61%20b HTTP/1.1", "/a%20b/"},
	{"GET /a%0d%0aSet-Cookie:x HTTP/1.1", "/a%0D%0ASet-Cookie%3Ax/"},
	{"GET /a%3Fb%23c%25d HTTP/1.1", "/a%3Fb%23c%25d/"},
	{"GET /%C3%A9 HTTP/1.1", "/%C3%A9/"},
	{"GET /a\"<b HTTP/1.1", "/a%22%3Cb/"},
	/* no way to another host */
	{"GET //evil.example HTTP/1.1", "/evil.example/"},
	{"GET /%5Cevil.example HTTP/1.1", "/%5Cevil.example/"},
	{"GET /.//evil.example HTTP/1.1", "/evil.example/"},
	{"GET http://other/a?q HTTP/1.1", "/a/?q"},
};

static void a_directory_is_one_slash_away(void **state)
{
	const struct found found = {.kind = FOUND_DIRECTORY};

	(void)state;
	for (size_t i = 0; i < COUNT(redirects); i++) {
		char want[1024];
		struct replying r;

		ask(&r, redirects[i].line, "");
		assert_false(r.uri.slash);
		decide(&r, &found);
		write_it(&r);
		snprintf(want, sizeof want,
			LINE "301 Moved Permanently\r\n" DATED
			     "Location: %s\r\n" PAGE NOSNIFF,
			redirects[i].location);
		head_is(&r, want);
	}
}

static void a_location_may_be_too_long(void **state)
{
	static char path[REQUEST_LINE_MAX];
	static char bytes[REPLY_HEAD_MAX];
	const struct found found = {.kind = FOUND_DIRECTORY};
	struct buf b = buf_on(bytes, sizeof bytes);
	struct replying r;

	(void)state;
	ask(&r, "GET /a HTTP/1.1", "");
	memset(path, '\'', sizeof path);
	r.uri.path = slice_of(path, sizeof path);
	decide(&r, &found);
	reply_write(&r.reply, &r.request, SLICE(DATE), &b);
	assert_true(b.full);
}

/* ---- the connection: RFC 9112, 9.3 ---- */

struct keeping {
	const char *line;
	bool close;
	const char *field;
};

static const struct keeping keepings[] = {
	{"GET /a HTTP/1.1", false, ""},
	{"GET /a HTTP/1.1", true, "Connection: close\r\n"},
	{"GET /a HTTP/1.0", false, "Connection: keep-alive\r\n"},
	{"GET /a HTTP/1.0", true, "Connection: close\r\n"},
};

static void what_becomes_of_the_connection_is_said(void **state)
{
	const struct found founds[] = {
		file_of(0, 1000), {.kind = FOUND_NOTHING}};
	static const char *const heads[] = {LINE
		"200 OK\r\n" DATED "Content-Type: application/octet-stream\r\n"
		"Content-Length: 1000\r\n" RANGES NOSNIFF,
		LINE "404 Not Found\r\n" DATED PAGE NOSNIFF};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(keepings); i++) {
		const struct keeping *keeping = &keepings[i / 2];
		char want[1024];
		struct replying r;

		ask(&r, keeping->line, "");
		decide(&r, &founds[i % 2]);
		r.reply.close = keeping->close;
		write_it(&r);
		snprintf(want, sizeof want, "%s%s", heads[i % 2],
			keeping->field);
		head_is(&r, want);
	}
}

static void not_modified_says_it_too(void **state)
{
	const struct found found = file_of(0, 1000);
	struct replying r;

	(void)state;
	ask(&r, "GET /a HTTP/1.1", "If-None-Match: *\r\n");
	decide(&r, &found);
	r.reply.close = true;
	write_it(&r);
	head_is(&r, LINE "304 Not Modified\r\n" DATED "Connection: close\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_file_has_its_status),
		cmocka_unit_test(a_refusal_has_its_fields_and_its_page),
		cmocka_unit_test(options_says_what_is_allowed),
		cmocka_unit_test(a_refused_head_request_gets_no_page),
		cmocka_unit_test(a_directory_is_one_slash_away),
		cmocka_unit_test(a_location_may_be_too_long),
		cmocka_unit_test(what_becomes_of_the_connection_is_said),
		cmocka_unit_test(not_modified_says_it_too),
	};

	return cmocka_run_group_tests_name(
		"serve/reply_pages", tests, NULL, NULL);
}
