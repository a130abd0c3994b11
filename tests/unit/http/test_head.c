/*
 * test_head.c - response heads and the pages we write ourselves.
 */
#include "http/head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* RFC 9110, 15; 429 and 431: RFC 6585 */
static const struct {
	int status;
	const char *reason;
} statuses[] = {
	{100, "Continue"},
	{200, "OK"},
	{204, "No Content"},
	{206, "Partial Content"},
	{301, "Moved Permanently"},
	{302, "Found"},
	{303, "See Other"},
	{304, "Not Modified"},
	{307, "Temporary Redirect"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{408, "Request Timeout"},
	{410, "Gone"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{416, "Range Not Satisfiable"},
	{417, "Expectation Failed"},
	{421, "Misdirected Request"},
	{426, "Upgrade Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{503, "Service Unavailable"},
	{504, "Gateway Timeout"},
	{505, "HTTP Version Not Supported"},
};

static void every_status_we_send_has_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(statuses); i++)
		assert_true(slice_is(head_reason(statuses[i].status),
			slice_text(statuses[i].reason)));
}

static void other_statuses_have_none(void **state)
{
	size_t known = 0;

	(void)state;
	for (int status = -1; status < 1000; status++)
		known += head_reason(status).len > 0;
	assert_int_equal(known, COUNT(statuses));
}

static void assert_text(const struct buf *b, const char *text)
{
	assert_false(b->full);
	assert_true(slice_is(buf_slice_of(b), slice_text(text)));
}

static void a_head_is_a_line_fields_and_an_empty_line(void **state)
{
	char at[512];
	struct buf b = buf_on(at, sizeof(at));

	(void)state;
	head_begin(&b, 200);
	head_date(&b, SLICE("Date"), 784111777);
	head_field(&b, SLICE("Content-Type"), SLICE("text/html"));
	head_field(&b, SLICE("X-Empty"), SLICE(""));
	head_number(&b, SLICE("Content-Length"), UINT64_MAX);
	head_end(&b);
	assert_text(&b, "HTTP/1.1 200 OK\r\n"
			"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
			"Content-Type: text/html\r\n"
			"X-Empty: \r\n"
			"Content-Length: 18446744073709551615\r\n"
			"\r\n");
}

static void a_head_without_room_is_full(void **state)
{
	char at[20];
	struct buf b = buf_on(at, sizeof(at));

	(void)state;
	head_begin(&b, 200);
	assert_false(b.full);
	head_end(&b);
	head_field(&b, SLICE("A"), SLICE("b"));
	assert_true(b.full);
}

/* How often `part` stands in the text. */
static size_t times(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)) != NULL; text += strlen(part))
		n++;
	return n;
}

static void read_page(int status, char page[1024])
{
	struct slice s = head_page(status);

	assert_true(s.len < 1024);
	memcpy(page, s.at, s.len);
	page[s.len] = '\0';
}

static void a_page_says_what_happened_and_leads_back(void **state)
{
	static const char *const once[] = {
		"<!doctype html>\n<html lang=\"en\">",
		"<meta charset=\"utf-8\">", "<meta name=\"viewport\"",
		"<meta name=\"color-scheme\" content=\"light dark\">",
		"<title>", "</title>", "<style>", "</style>", "<main>",
		"</main>", "<h1>", "</h1>", "<a href=\"/\">", "</a>", "</head>",
		"<body>", "</body>", "</html>\n"};
	char page[1024], heading[64];

	(void)state;
	for (size_t i = 0; i < COUNT(statuses); i++) {
		read_page(statuses[i].status, page);
		for (size_t j = 0; j < COUNT(once); j++)
			if (times(page, once[j]) != 1)
				fail_msg("%s in %s", once[j], page);
		snprintf(heading, sizeof(heading), ">%d %s</",
			statuses[i].status, statuses[i].reason);
		assert_int_equal(times(page, heading), 2);
		assert_ptr_equal(strstr(page, "<!doctype"), page);
		assert_int_equal(times(page, "<p>"), 2);
		assert_int_equal(times(page, "</p>"), 2);
		assert_int_equal(times(page, "<p></p>"), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_status_we_send_has_its_reason),
		cmocka_unit_test(other_statuses_have_none),
		cmocka_unit_test(a_head_is_a_line_fields_and_an_empty_line),
		cmocka_unit_test(a_head_without_room_is_full),
		cmocka_unit_test(a_page_says_what_happened_and_leads_back),
	};

	return cmocka_run_group_tests_name("http/head", tests, NULL, NULL);
}
