/* test_fields.c - field lines, and what they say of a request's framing. */
#include "heads.h"

#include <stdio.h>

/* A request of this version with these field lines. */
static ptrdiff_t parse_fields(
	int minor, const char *lines, struct request *request)
{
	static char head[8192];
	int len = snprintf(
		head, sizeof(head), "GET / HTTP/1.%d\r\n%s\r\n", minor, lines);
	ptrdiff_t got;

	assert_in_range(len, 1, sizeof(head) - 1);
	got = parse(slice_of(head, (size_t)len), request);
	if (got > 0)
		assert_int_equal(got, len);
	return got;
}

/* 0 when the head is good, else the status. */
static int status_of(int minor, const char *lines)
{
	struct request request;
	ptrdiff_t got = parse_fields(minor, lines, &request);

	return got > 0 ? 0 : (int)-got;
}

static void field_lines_are_read_strictly(void **state)
{
	static const struct {
		const char *lines;
		int status;
	} cases[] = {
		{"Host: h\r\n", 0},
		{"Host:h\r\n", 0},
		{"hOST: \t h \t \r\n", 0},
		{"Host: h\r\nX:\r\n", 0},
		{"Host: h\r\nX: \r\n", 0},
		{"Host: h\r\nX: a:b: c\r\n", 0},
		{"Host: h\r\n!#$%&'*+-.^_`|~1aZ: x\r\n", 0},
		{"Host: h\r\nX: \xff\x80 \xc3\xa9\t\r\n", 0},
		/* No name, or no colon. */
		{"Host: h\r\nX\r\n", 400},
		{"Host: h\r\n: x\r\n", 400},
		{"Host: h\r\nX y: z\r\n", 400},
		{"Host: h\r\n\"X\": z\r\n", 400},
		{"Host: h\r\nX(: z\r\n", 400},
		{"Host: h\r\n\xc3\xa9: z\r\n", 400},
		/* RFC 9112, 5.1: a blank before the colon. */
		{"Host : h\r\n", 400},
		{"Host\t: h\r\n", 400},
		{"Host: h\r\nX : y\r\n", 400},
		{"Host: h\r\n :\r\n", 400},
		/* RFC 9112, 2.2: a blank before the first line. */
		{" Host: h\r\n", 400},
		{"\tHost: h\r\n", 400},
		{" \r\nHost: h\r\n", 400},
		/* RFC 9112, 5.2: folded lines. */
		{"Host: h\r\nX: a\r\n b\r\n", 400},
		{"Host: h\r\nX: a\r\n\tb: c\r\n", 400},
		{"Host: h\r\nX: a\r\n \r\n", 400},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(status_of(1, cases[i].lines), cases[i].status);
		assert_int_equal(status_of(0, cases[i].lines), cases[i].status);
	}
}

static void a_name_is_a_token(void **state)
{
	static const char extra[] = "!#$%&'*+-.^_`|~:";
	char lines[] = "Host: h\r\nXx:\r\n";

	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		bool good = (byte >= '0' && byte <= '9') ||
			    (byte >= 'A' && byte <= 'Z') ||
			    (byte >= 'a' && byte <= 'z') ||
			    strchr(extra, byte) != NULL;

		lines[10] = (char)byte;
		assert_int_equal(status_of(1, lines), good ? 0 : 400);
	}
}

static void a_value_holds_no_controls(void **state)
{
	char lines[] = "Host: h\r\nX: axa\r\n";

	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		bool good = byte == '\t' || (byte >= 0x20 && byte != 0x7f);

		lines[13] = (char)byte;
		assert_int_equal(status_of(1, lines), good ? 0 : 400);
	}
}

/* RFC 9112, 3.2 */
static void http_1_1_has_one_host(void **state)
{
	(void)state;
	assert_int_equal(status_of(1, ""), 400);
	assert_int_equal(status_of(1, "X: y\r\n"), 400);
	assert_int_equal(status_of(1, "Host: a\r\n"), 0);
	assert_int_equal(status_of(1, "Host:\r\n"), 0);
	assert_int_equal(status_of(1, "Host: a\r\nHost: a\r\n"), 400);
	assert_int_equal(status_of(1, "Host: a\r\nX: y\r\nhost:\r\n"), 400);
	assert_int_equal(status_of(1, "Host:\r\nHost:\r\n"), 400);
	assert_int_equal(status_of(0, ""), 0);
	assert_int_equal(status_of(0, "Host: a\r\n"), 0);
	assert_int_equal(status_of(0, "Host: a\r\nHost: b\r\n"), 400);
}

static void a_host_that_is_none_is_refused(void **state)
{
	static const char *const hosts[] = {"a b", "a/b", "a@b", "http://a",
		"a,b c", "a:80:80", "a:b", ":80", "[::1", "a\\b", "a?b", "a#b",
		"\xc3\xa9"};

	(void)state;
	for (size_t i = 0; i < COUNT(hosts); i++) {
		char lines[64];

		snprintf(lines, sizeof(lines), "Host: %s\r\n", hosts[i]);
		assert_int_equal(status_of(1, lines), 400);
		assert_int_equal(status_of(0, lines), 400);
	}
}

static void a_whole_url_needs_a_host_field_too(void **state)
{
	(void)state;
	assert_int_equal(
		answer_to(SLICE("GET http://a/ HTTP/1.1\r\n\r\n")), -400);
	assert_int_equal(answer_to(SLICE("GET http://a/ HTTP/1.1\r\n"
					 "Host: b@\r\n\r\n")),
		-400);
	assert_int_equal(
		answer_to(SLICE("GET http://a/ HTTP/1.0\r\n\r\n")), 26);
}

static void content_length_is_one_number(void **state)
{
	static const struct {
		const char *value;
		bool good;
		uint64_t length;
	} cases[] = {
		{"0", true, 0},
		{"5", true, 5},
		{" 5\t", true, 5},
		{"0005", true, 5},
		{"9223372036854775808", true, UINT64_C(1) << 63},
		{"18446744073709551615", true, UINT64_MAX},
		{"18446744073709551616", false, 0},
		{"99999999999999999999999", false, 0},
		{"", false, 0},
		{"+5", false, 0},
		{"-5", false, 0},
		{"5,", false, 0},
		{"5,5", false, 0},
		{"5, 5", false, 0},
		{"5 5", false, 0},
		{"0x5", false, 0},
		{"5a", false, 0},
		{"5.0", false, 0},
		{"\xd9\xa5", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request request;
		char lines[80];
		ptrdiff_t got;

		snprintf(lines, sizeof(lines),
			"Host: h\r\nContent-Length: %s\r\n", cases[i].value);
		got = parse_fields(1, lines, &request);
		if (!cases[i].good) {
			assert_int_equal(got, -400);
			continue;
		}
		assert_true(got > 0);
		assert_int_equal(request.framing, FRAMING_LENGTH);
		assert_true(request.length == cases[i].length);
	}
}

static void two_lengths_are_refused_even_when_equal(void **state)
{
	(void)state;
	assert_int_equal(status_of(1, "Host: h\r\nContent-Length: 5\r\n"
				      "Content-Length: 5\r\n"),
		400);
	assert_int_equal(status_of(1, "Host: h\r\nContent-Length: 0\r\n"
				      "content-length: 6\r\n"),
		400);
}

/* RFC 9112, 6.1 and 6.3 */
static const struct {
	const char *lines;
	int status;
} codings[] = {
	{"Transfer-Encoding: chunked\r\n", 0},
	{"transfer-encoding:CHUNKED\r\n", 0},
	{"Transfer-Encoding: \tchunked \r\n", 0},
	/* Codings we do not know. */
	{"Transfer-Encoding: gzip\r\n", 501},
	{"Transfer-Encoding: identity\r\n", 501},
	{"Transfer-Encoding: xchunked\r\n", 501},
	{"Transfer-Encoding: gzip, chunked\r\n", 501},
	{"Transfer-Encoding: gzip;q=1, chunked\r\n", 501},
	{"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", 501},
	/* Chunked, and not once or not last. */
	{"Transfer-Encoding: chunked, gzip\r\n", 400},
	{"Transfer-Encoding: chunked, chunked\r\n", 400},
	{"Transfer-Encoding: chunked, identity\r\n", 400},
	{"Transfer-Encoding: gzip, chunked, chunked\r\n", 400},
	{"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400},
	{"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", 400},
	{"Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n", 400},
	/* Nothing that can be trusted. */
	{"Transfer-Encoding:\r\n", 400},
	{"Transfer-Encoding: ,\r\n", 400},
	{"Transfer-Encoding: , chunked\r\n", 400},
	{"Transfer-Encoding: chunked,\r\n", 400},
	{"Transfer-Encoding: chunked;a=b\r\n", 400},
	{"Transfer-Encoding: chunked ;a\r\n", 400},
	{"Transfer-Encoding: \"chunked\"\r\n", 400},
	{"Transfer-Encoding: chunked chunked\r\n", 400},
	{"Transfer-Encoding: x chunked\r\n", 400},
	{"Transfer-Encoding: \xa0"
	 "chunked\r\n",
		400},
	/* Beside a Content-Length. */
	{"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400},
	{"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400},
	{"Content-Length: 0\r\nTransfer-Encoding: gzip\r\n", 400},
	{"Content-Length: 5\r\nTransfer-Encoding:\r\n", 400},
};

static void transfer_encoding_is_chunked_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(codings); i++) {
		struct request request;
		char lines[160];
		ptrdiff_t got;

		snprintf(lines, sizeof(lines), "Host: h\r\n%s",
			codings[i].lines);
		assert_int_equal(status_of(0, lines), 400);
		got = parse_fields(1, lines, &request);
		if (codings[i].status == 0) {
			assert_true(got > 0);
			assert_int_equal(request.framing, FRAMING_CHUNKED);
		} else {
			assert_int_equal(got, -codings[i].status);
		}
	}
}

/* RFC 9112, 9.3 */
static void connection_says_what_comes_after(void **state)
{
	static const struct {
		const char *lines;
		bool in_1_0;
		bool in_1_1;
	} cases[] = {
		{"", false, true},
		{"Connection: close\r\n", false, false},
		{"connection:CLOSE\r\n", false, false},
		{"Connection: keep-alive\r\n", true, true},
		{"Connection: Keep-Alive\r\n", true, true},
		{"Connection: x, ,\tKeep-Alive ,y\r\n", true, true},
		{"Connection: x,close\r\n", false, false},
		{"Connection: keep-alive, close\r\n", false, false},
		{"Connection: close, keep-alive\r\n", false, false},
		{"Connection: x\r\nConnection: close\r\n", false, false},
		{"Connection: x\r\nA: b\r\nConnection: keep-alive\r\n", true,
			true},
		{"Connection: closed\r\n", false, true},
		{"Connection:\r\n", false, true},
		{"Keep-Alive: timeout=5\r\n", false, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request request;
		char lines[128];

		snprintf(lines, sizeof(lines), "Host: h\r\n%s", cases[i].lines);
		assert_true(parse_fields(0, lines, &request) > 0);
		assert_int_equal(request.keep_alive, cases[i].in_1_0);
		assert_true(parse_fields(1, lines, &request) > 0);
		assert_int_equal(request.keep_alive, cases[i].in_1_1);
	}
}

/* RFC 9110, 10.1.1 */
static void there_is_one_expectation(void **state)
{
	static const struct {
		const char *lines;
		int status;
		bool expects;
	} cases[] = {
		{"Expect: 100-continue\r\n", 0, true},
		{"expect: 100-CONTINUE\r\n", 0, true},
		{"Expect: 100-continue, 100-continue\r\n", 0, true},
		{"Expect: ,100-continue\r\n", 0, true},
		{"Expect:\r\n", 0, false},
		{"Expect: 100-continued\r\n", 417, false},
		{"Expect: 100 continue\r\n", 417, false},
		{"Expect: 200-ok\r\n", 417, false},
		{"Expect: 100-continue=yes\r\n", 417, false},
		{"Expect: 100-continue, more\r\n", 417, true},
		{"Expect: 100-continue\r\nExpect: more\r\n", 417, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request request;
		char lines[128];
		ptrdiff_t got;

		snprintf(lines, sizeof(lines), "Host: h\r\n%s", cases[i].lines);
		got = parse_fields(1, lines, &request);
		assert_int_equal(got > 0 ? 0 : -got, cases[i].status);
		assert_int_equal(request.expects_continue, cases[i].expects);
		assert_true(parse_fields(0, lines, &request) > 0);
		assert_false(request.expects_continue);
	}
}

static void what_is_smuggled_comes_before_what_is_expected(void **state)
{
	(void)state;
	assert_int_equal(status_of(1, "Host: h\r\nExpect: x\r\n"
				      "Content-Length: a\r\n"),
		400);
}

static void every_known_field_is_found_once(void **state)
{
	static const struct {
		enum field field;
		const char *name;
	} cases[] = {
		{FIELD_HOST, "host"},
		{FIELD_CONNECTION, "CONNECTION"},
		{FIELD_CONTENT_LENGTH, "Content-Length"},
		{FIELD_TRANSFER_ENCODING, "transfer-Encoding"},
		{FIELD_EXPECT, "Expect"},
		{FIELD_RANGE, "range"},
		{FIELD_IF_RANGE, "if-range"},
		{FIELD_IF_MATCH, "If-MATCH"},
		{FIELD_IF_NONE_MATCH, "If-None-Match"},
		{FIELD_IF_MODIFIED_SINCE, "IF-MODIFIED-SINCE"},
		{FIELD_IF_UNMODIFIED_SINCE, "If-Unmodified-Since"},
		{FIELD_ACCEPT, "aCCEPT"},
		{FIELD_ACCEPT_ENCODING, "Accept-Encoding"},
		{FIELD_REFERER, "Referer"},
		{FIELD_USER_AGENT, "user-AGENT"},
	};

	(void)state;
	assert_int_equal(COUNT(cases), FIELD_COUNT);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct request request;
		char lines[64];

		/* Whatever is said of it: what was understood is there. */
		snprintf(lines, sizeof(lines), "Xy: 2\r\n%s: 1 \r\n",
			cases[i].name);
		parse_fields(0, lines, &request);
		for (int field = 0; field < FIELD_COUNT; field++)
			assert_slice(request.field[field],
				field == (int)cases[i].field ? "1" : NULL);
	}
}

static void the_first_of_a_repeated_field_counts(void **state)
{
	struct request request;

	(void)state;
	assert_true(parse_fields(0,
			    "Range: bytes=0-1\r\nRange: bytes=2-3\r\n"
			    "If-Range:\r\nIf-Range: \"x\"\r\n",
			    &request) > 0);
	assert_slice(request.field[FIELD_RANGE], "bytes=0-1");
	assert_slice(request.field[FIELD_IF_RANGE], "");
}

static void every_value_of_a_field_can_be_had(void **state)
{
	struct request request;
	struct slice value = {NULL, 0};

	(void)state;
	assert_true(parse_fields(0,
			    "If-Match: \"a\"\r\nX: y\r\nIF-MATCH:\r\n"
			    "If-None-Match: *\r\nif-match: \"b:c\", \"d\" \r\n",
			    &request) > 0);
	assert_true(request_next(&request, FIELD_IF_MATCH, &value));
	assert_slice(value, "\"a\"");
	assert_true(request_next(&request, FIELD_IF_MATCH, &value));
	assert_slice(value, "");
	assert_true(request_next(&request, FIELD_IF_MATCH, &value));
	assert_slice(value, "\"b:c\", \"d\"");
	assert_false(request_next(&request, FIELD_IF_MATCH, &value));
	assert_false(request_next(&request, FIELD_IF_MATCH, &value));
	assert_true(request_repeats(&request, FIELD_IF_MATCH));

	value = slice_of(NULL, 0);
	assert_true(request_next(&request, FIELD_IF_NONE_MATCH, &value));
	assert_slice(value, "*");
	assert_false(request_next(&request, FIELD_IF_NONE_MATCH, &value));
	assert_false(request_repeats(&request, FIELD_IF_NONE_MATCH));

	value = slice_of(NULL, 0);
	assert_false(request_next(&request, FIELD_ACCEPT, &value));
	assert_false(request_repeats(&request, FIELD_ACCEPT));
}

/* What it was refused for is no value. */
static void the_values_of_a_refused_head_have_an_end(void **state)
{
	struct request request;
	struct slice value = {NULL, 0};

	(void)state;
	assert_int_equal(parse_fields(0, "Accept: a\r\nAccept: b\r\nAccept\r\n",
				 &request),
		-400);
	assert_true(request_next(&request, FIELD_ACCEPT, &value));
	assert_slice(value, "a");
	assert_true(request_next(&request, FIELD_ACCEPT, &value));
	assert_slice(value, "b");
	assert_false(request_next(&request, FIELD_ACCEPT, &value));
}

/* So many field lines. */
static int status_with(int lines)
{
	static char text[8 * REQUEST_FIELDS_MAX];
	struct request request;
	size_t seen = 0;
	size_t len = 16;
	ptrdiff_t got;

	memcpy(text, "GET / HTTP/1.0\r\n", len);
	for (int i = 0; i < lines; i++, len += 4)
		memcpy(text + len, "X:\r\n", 4);
	memcpy(text + len, "\r\n", 2);
	got = request_parse(slice_of(text, len + 2), &seen, &request);
	return got > 0 ? 0 : (int)-got;
}

static void field_lines_have_a_limit(void **state)
{
	(void)state;
	assert_int_equal(status_with(REQUEST_FIELDS_MAX), 0);
	assert_int_equal(status_with(REQUEST_FIELDS_MAX + 1), 431);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(field_lines_are_read_strictly),
		cmocka_unit_test(a_name_is_a_token),
		cmocka_unit_test(a_value_holds_no_controls),
		cmocka_unit_test(http_1_1_has_one_host),
		cmocka_unit_test(a_host_that_is_none_is_refused),
		cmocka_unit_test(a_whole_url_needs_a_host_field_too),
		cmocka_unit_test(content_length_is_one_number),
		cmocka_unit_test(two_lengths_are_refused_even_when_equal),
		cmocka_unit_test(transfer_encoding_is_chunked_or_refused),
		cmocka_unit_test(connection_says_what_comes_after),
		cmocka_unit_test(there_is_one_expectation),
		cmocka_unit_test(
			what_is_smuggled_comes_before_what_is_expected),
		cmocka_unit_test(every_known_field_is_found_once),
		cmocka_unit_test(the_first_of_a_repeated_field_counts),
		cmocka_unit_test(the_values_of_a_refused_head_have_an_end),
		cmocka_unit_test(every_value_of_a_field_can_be_had),
		cmocka_unit_test(field_lines_have_a_limit),
	};

	return cmocka_run_group_tests_name("http/fields", tests, NULL, NULL);
}
