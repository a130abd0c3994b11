/* test_reply_pages.c - answers without a file: pages, redirects, and what each
 * status owes its reader. */
#include "replies.h"

#define NO_STORE "Cache-Control: no-store\r\n"

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
		struct replying r;

		ask(&r, "GET / HTTP/1.1", "");
		reply_refuse(&r.reply, refusals[i].status);
		write_it(&r);
		head_is(&r, refusals[i].head);
		assert_true(slice_is(r.rest, head_page(refusals[i].status)));
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
	head_is(&r, LINE "204 No Content\r\n" DATED ALLOW NOSNIFF);
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
	const struct found found = file_of(0, 1000);
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
		if (i % 2 == 0)
			decide(&r, &found);
		else
			reply_refuse(&r.reply, 404);
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
		cmocka_unit_test(a_refusal_has_its_fields_and_its_page),
		cmocka_unit_test(options_says_what_is_allowed),
		cmocka_unit_test(a_refused_head_request_gets_no_page),
		cmocka_unit_test(what_becomes_of_the_connection_is_said),
		cmocka_unit_test(not_modified_says_it_too),
	};

	return cmocka_run_group_tests_name(
		"serve/reply_pages", tests, NULL, NULL);
}
