/* test_request.c - request lines, line ends and limits; fields:
 * test_fields.c. */
#include "heads.h"

#include <stdio.h>
#include <stdlib.h>

#define HOST "Host: h\r\n"

static void a_plain_request_is_understood(void **state)
{
	struct request request;

	(void)state;
	read_head("GET /a/b.txt?c HTTP/1.1\r\n"
		  "Host: example.org\r\n"
		  "user-agent:\t me \r\n"
		  "\r\n",
		&request);
	assert_int_equal(request.method, METHOD_GET);
	assert_slice(request.line, "GET /a/b.txt?c HTTP/1.1");
	assert_slice(request.target, "/a/b.txt?c");
	assert_int_equal(request.minor, 1);
	assert_slice(
		request.fields, "Host: example.org\r\nuser-agent:\t me \r\n");
	assert_slice(request.field[FIELD_HOST], "example.org");
	assert_slice(request.field[FIELD_USER_AGENT], "me");
	assert_slice(request.field[FIELD_RANGE], NULL);
	assert_true(request.keep_alive);
	assert_false(request.expects_continue);
	assert_int_equal(request.framing, FRAMING_NONE);
}

static void a_request_may_have_no_fields(void **state)
{
	struct request request;

	(void)state;
	read_head("GET / HTTP/1.0\r\n\r\n", &request);
	assert_slice(request.fields, "");
	assert_int_equal(request.minor, 0);
}

static void nothing_is_no_request_yet(void **state)
{
	struct request request;
	size_t seen = 0;

	(void)state;
	assert_int_equal(request_parse(slice_of(NULL, 0), &seen, &request), 0);
	assert_int_equal(answer_to(SLICE("\r")), 0);
	assert_int_equal(answer_to(SLICE("\r\n\r\n")), 0);
	assert_int_equal(answer_to(SLICE("GET / HTTP/1.1\r\nHost")), 0);
}

static void the_next_request_is_not_touched(void **state)
{
	static const char *const heads[] = {
		"GET / HTTP/1.1\r\nHost: h\r\n\r\nGET ",
		"GET / HTTP/1.1\r\nHost: h\r\n\r\n\n",
		"GET / HTTP/1.1\r\nHost: h\r\n\r\n\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: h\r\n\r\n\x01\xff bad"};

	(void)state;
	for (size_t i = 0; i < COUNT(heads); i++)
		assert_int_equal(answer_to(slice_text(heads[i])), 16 + 9 + 2);
}

static void methods_are_known_by_their_exact_names(void **state)
{
	static const struct {
		const char *name;
		enum method method;
	} cases[] = {
		{"GET", METHOD_GET},
		{"HEAD", METHOD_HEAD},
		{"OPTIONS", METHOD_OPTIONS},
		{"POST", METHOD_OTHER},
		{"PUT", METHOD_OTHER},
		{"DELETE", METHOD_OTHER},
		{"PATCH", METHOD_OTHER},
		{"TRACE", METHOD_OTHER},
		{"PROPFIND", METHOD_OTHER},
		{"BASELINE-CONTROL", METHOD_OTHER},
		{"get", METHOD_UNKNOWN},
		{"GETS", METHOD_UNKNOWN},
		{"GE", METHOD_UNKNOWN},
		{"Head", METHOD_UNKNOWN},
		{"!#$%&'*+-.^_`|~09azAZ", METHOD_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request request;
		char head[64];

		snprintf(head, sizeof(head), "%s / HTTP/1.1\r\n" HOST "\r\n",
			cases[i].name);
		read_head(head, &request);
		assert_int_equal(request.method, cases[i].method);
	}
}

static const struct {
	const char *line;
	int status;
} bad_lines[] = {
	/* Not three parts with one blank between them. */
	{"GET", 400},
	{"GET ", 400},
	{"GET /a.txt", 400}, /* HTTP/0.9 */
	{"GET /a.txt ", 400},
	{"GET  / HTTP/1.1", 400},
	{"GET /  HTTP/1.1", 400},
	{"GET / HTTP/1.1 ", 400},
	{"GET /a b HTTP/1.1", 400},
	{" GET / HTTP/1.1", 400},
	{"GET\t/ HTTP/1.1", 400},
	{"GET /\tHTTP/1.1", 400},
	{"GET / HTTP/1.1\t", 400},
	{" / HTTP/1.1", 400},
	{"GET HTTP/1.1", 400},
	/* The method is no token. */
	{"G@T / HTTP/1.1", 400},
	{"GET: / HTTP/1.1", 400},
	{"G\xc3\x89T / HTTP/1.1", 400},
	/* The version. */
	{"GET / HTTP/2.0", 505},
	{"PRI * HTTP/2.0", 505},
	{"GET / HTTP/0.9", 505},
	{"GET / HTTP/3.1", 505},
	{"GET / HTTP/9.9", 505},
	{"GET / http/1.1", 400},
	{"GET / HTTP/1.x", 400},
	{"GET / HTTP/x.1", 400},
	{"GET / HTTP/1.", 400},
	{"GET / HTTP/1", 400},
	{"GET / HTTP/2", 400},
	{"GET / HTTP/1,1", 400},
	{"GET / HTTP/1.10", 400},
	{"GET / HTTP/11.1", 400},
	{"GET / HTTP/01.1", 400},
	{"GET / HTTPS/1.1", 400},
	{"GET / HTPP/1.1", 400},
	{"GET / ICY/1.1", 400},
	/* The target. */
	{"GET a.txt HTTP/1.1", 400},
	{"GET ?q HTTP/1.1", 400},
	{"GET * HTTP/1.1", 400},
	{"PRI * HTTP/1.1", 400},
	{"HEAD h:80 HTTP/1.1", 400},
	{"GET ftp://h/ HTTP/1.1", 400},
	{"GET http:/h/ HTTP/1.1", 400},
	{"GET http:///a HTTP/1.1", 400},
	{"GET http://u@h/ HTTP/1.1", 400},
	{"GET http://h:x/ HTTP/1.1", 400},
	{"GET http://h#f HTTP/1.1", 400},
	{"GET /\xc3\xa9 HTTP/1.1", 400},
	{"OPTIONS ** HTTP/1.1", 400},
	{"OPTIONS h:80 HTTP/1.1", 400},
	{"CONNECT / HTTP/1.1", 400},
	{"CONNECT * HTTP/1.1", 400},
	{"CONNECT h HTTP/1.1", 400},
	{"CONNECT h: HTTP/1.1", 400},
	{"CONNECT http://h:80 HTTP/1.1", 400},
};

static void a_bad_request_line_is_refused_at_its_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad_lines); i++) {
		char line[64];

		snprintf(line, sizeof(line), "%s\r\n", bad_lines[i].line);
		assert_refused_at_end(slice_text(line), bad_lines[i].status);
	}
}

static void a_higher_minor_version_is_1_1(void **state)
{
	(void)state;
	for (int minor = 0; minor <= 9; minor++) {
		struct request request;
		char head[64];

		snprintf(head, sizeof(head), "GET / HTTP/1.%d\r\n" HOST "\r\n",
			minor);
		read_head(head, &request);
		assert_int_equal(request.minor, minor == 0 ? 0 : 1);
	}
}

static void every_form_of_target_has_its_place(void **state)
{
	static const struct {
		const char *method;
		const char *target;
		const char *host;
	} cases[] = {
		{"GET", "/", "h"},
		{"GET", "//x", "h"},
		{"GET", "/http://x", "h"},
		{"GET", "/a{b}|c\"<>^`\\[]#d", "h"},
		/* RFC 9112, 3.2.2: the target's host counts. */
		{"GET", "http://example.org/a", "example.org"},
		{"GET", "http://example.org", "example.org"},
		{"GET", "http://example.org?q", "example.org"},
		{"HEAD", "HTTPS://[::1]:8443/a", "[::1]:8443"},
		{"OPTIONS", "*", "h"},
		{"OPTIONS", "/a", "h"},
		{"CONNECT", "h:443", "h"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request request;
		char head[128];

		snprintf(head, sizeof(head), "%s %s HTTP/1.1\r\n" HOST "\r\n",
			cases[i].method, cases[i].target);
		read_head(head, &request);
		assert_slice(request.target, cases[i].target);
		assert_slice(request.field[FIELD_HOST], cases[i].host);
	}
}

static void a_target_holds_visible_ascii_only(void **state)
{
	char head[] = "GET /?x HTTP/1.0\r\n\r\n";
	struct slice bytes = SLICE(head);

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		head[6] = (char)byte;
		assert_int_equal(answer_to(bytes),
			byte >= 0x21 && byte <= 0x7e ? (int)bytes.len : -400);
	}
}

static void a_few_empty_lines_may_come_first(void **state)
{
	static const char head[] =
		"\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n";

	(void)state;
	for (size_t skip = 0; skip <= 8; skip += 2) {
		struct request request;

		read_head(head + skip, &request);
		assert_slice(request.line, "GET / HTTP/1.1");
	}
	assert_refused_at_end(SLICE("\r\n\r\n\r\n\r\n\r\n"), 400);
	assert_refused_at_end(SLICE("\n"), 400);
	assert_refused_at_end(SLICE("\r\n\n"), 400);
	assert_refused_at_end(SLICE("\rG"), 400);
	assert_refused_at_end(SLICE("\r\n\r\r"), 400);
}

static void what_no_head_may_hold_is_refused_at_once(void **state)
{
	static const char head[] =
		"GET / HTTP/1.1\r\nHost: h\r\nX: a b\r\n\r\n";
	static const char bad[] = {
		'\0', '\x01', '\n', '\v', '\r', '\x1b', '\x7f'};
	const size_t len = sizeof(head) - 1;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		for (size_t at = 0; at < len; at++) {
			char text[sizeof(head)];
			struct request request;
			size_t certain;

			/* A second LF behind the head is not its affair. */
			if (bad[i] == '\n' && at == len - 1)
				continue;
			memcpy(text, head, at);
			text[at] = bad[i];
			memcpy(text + at + 1, head + at, len - at);
			assert_int_equal(parse_until(slice_of(text, len + 1),
						 &request, &certain),
				-400);
			/* A CR is known to be bare one byte later, an LF
			 * before another one CR earlier. */
			assert_in_range(certain, at + 1, at + 2);
		}
	}
}

static void bytes_of_another_protocol_are_refused_at_once(void **state)
{
	(void)state;
	assert_refused_at_end(SLICE("\x16"), 400); /* TLS */
	assert_refused_at_end(SLICE("GET / HTTP/1.1\n"), 400);
	assert_refused_at_end(SLICE("GET / HTTP/1.1\r\nHost: h\n"), 400);
	assert_refused_at_end(SLICE("GET / HTTP/1.1\r\nHost: h\r\n\n"), 400);
	assert_refused_at_end(SLICE("PRI * HTTP/2.0\r\n"), 505);
}

static void a_refused_line_can_be_logged(void **state)
{
	struct request request;

	(void)state;
	assert_int_equal(parse(SLICE("GET /a HTTP/1.x\r\n"), &request), -400);
	assert_slice(request.line, "GET /a HTTP/1.x");
	assert_slice(request.target, "/a");
	assert_int_equal(parse(SLICE("GET /a\x01"), &request), -400);
	assert_slice(request.line, "GET /a");
	assert_slice(request.target, NULL);
	assert_int_equal(request.method, METHOD_UNKNOWN);
	assert_int_equal(
		parse(SLICE("GET /a HTTP/1.1\r\nHost: h\r\nX\x01"), &request),
		-400);
	assert_slice(request.line, "GET /a HTTP/1.1");
	assert_slice(request.target, "/a");
	assert_int_equal(request.method, METHOD_GET);
}

/* What follows is large: only a few cuts of it. */

static ptrdiff_t parse_cut(struct slice bytes, size_t cut)
{
	struct request request;
	size_t seen = 0;
	char *copy = guard_copy(bytes.at, cut);
	ptrdiff_t got = request_parse(slice_of(copy, cut), &seen, &request);

	guard_free(copy, cut);
	if (got != 0)
		return got;
	copy = guard_copy(bytes.at, bytes.len);
	got = request_parse(slice_of(copy, bytes.len), &seen, &request);
	guard_free(copy, bytes.len);
	return got;
}

static void assert_answer(struct slice bytes, ptrdiff_t want, size_t certain)
{
	for (size_t cut = certain - 3; cut <= bytes.len; cut++) {
		struct request request;
		size_t seen = 0;

		assert_int_equal(parse_cut(bytes, cut), want);
		assert_int_equal(
			request_parse(slice_of(bytes.at, cut), &seen, &request),
			cut < certain ? 0 : want);
	}
}

/* A head whose request line has so many bytes. */
static struct slice long_line(char *into, size_t len)
{
	static const char end[] = " HTTP/1.0\r\n\r\n";

	memset(into, 'a', len);
	memcpy(into, "GET /", 5);
	memcpy(into + len - 9, end, sizeof(end) - 1);
	return slice_of(into, len + 4);
}

static void a_request_line_has_a_limit(void **state)
{
	static char text[REQUEST_LINE_MAX + 64];
	struct slice bytes = long_line(text, REQUEST_LINE_MAX);
	struct request request;
	size_t seen = 0;

	(void)state;
	assert_answer(bytes, REQUEST_LINE_MAX + 4, bytes.len);
	bytes = long_line(text, REQUEST_LINE_MAX + 1);
	assert_answer(bytes, -414, REQUEST_LINE_MAX + 1);
	assert_int_equal(request_parse(bytes, &seen, &request), -414);
	assert_int_equal(request.line.len, REQUEST_LINE_MAX);
	text[REQUEST_LINE_MAX] = '\n';
	assert_answer(bytes, -400, REQUEST_LINE_MAX + 1);
}

static void empty_lines_before_it_do_not_count_as_its_own(void **state)
{
	static char text[REQUEST_LINE_MAX + 64] = "\r\n\r\n";
	struct slice bytes = long_line(text + 4, REQUEST_LINE_MAX);

	(void)state;
	assert_answer(
		slice_of(text, bytes.len + 4), REQUEST_LINE_MAX + 8, 8200);
}

/* A good head of so many bytes, and twenty bytes of the next. */
static struct slice long_head(char *into, size_t len)
{
	memset(into, 'a', len + 20);
	memcpy(into, "GET / HTTP/1.0\r\nX:", 18);
	memcpy(into + len - 4, "\r\n\r\n", 4);
	return slice_of(into, len + 20);
}

static void a_head_has_a_limit(void **state)
{
	static char text[REQUEST_HEAD_MAX + 64];

	(void)state;
	assert_answer(long_head(text, REQUEST_HEAD_MAX), REQUEST_HEAD_MAX,
		REQUEST_HEAD_MAX);
	for (size_t more = 1; more <= 4; more++)
		assert_answer(long_head(text, REQUEST_HEAD_MAX + more), -431,
			REQUEST_HEAD_MAX);
	text[REQUEST_HEAD_MAX] = '\0'; /* nobody gets to see it */
	assert_answer(
		slice_of(text, REQUEST_HEAD_MAX + 1), -431, REQUEST_HEAD_MAX);
}

static void a_byte_that_was_looked_at_is_not_looked_at_again(void **state)
{
	char head[] = "GET / HTTP/1.1\r\nHost: h\r\nX: y";
	struct request request;
	size_t seen = 0;

	(void)state;
	assert_int_equal(request_parse(slice_of(head, 25), &seen, &request), 0);
	memset(head, '\n', 25); /* would be refused if anybody saw it */
	assert_int_equal(request_parse(slice_of(head, sizeof(head) - 1), &seen,
				 &request),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_request_is_understood),
		cmocka_unit_test(a_request_may_have_no_fields),
		cmocka_unit_test(nothing_is_no_request_yet),
		cmocka_unit_test(the_next_request_is_not_touched),
		cmocka_unit_test(methods_are_known_by_their_exact_names),
		cmocka_unit_test(a_bad_request_line_is_refused_at_its_end),
		cmocka_unit_test(a_higher_minor_version_is_1_1),
		cmocka_unit_test(every_form_of_target_has_its_place),
		cmocka_unit_test(a_target_holds_visible_ascii_only),
		cmocka_unit_test(a_few_empty_lines_may_come_first),
		cmocka_unit_test(what_no_head_may_hold_is_refused_at_once),
		cmocka_unit_test(bytes_of_another_protocol_are_refused_at_once),
		cmocka_unit_test(a_refused_line_can_be_logged),
		cmocka_unit_test(a_request_line_has_a_limit),
		cmocka_unit_test(empty_lines_before_it_do_not_count_as_its_own),
		cmocka_unit_test(a_head_has_a_limit),
		cmocka_unit_test(
			a_byte_that_was_looked_at_is_not_looked_at_again),
	};

	return cmocka_run_group_tests_name("http/request", tests, NULL, NULL);
}
