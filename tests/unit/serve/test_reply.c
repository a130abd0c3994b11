/* test_reply.c - what is answered for what was found, field by field. */
#include "replies.h"

/* ---- a file ---- */

static void a_file_is_described(void **state)
{
	const struct found found = file_of(YESTERDAY, 1000);
	struct replying r;

	(void)state;
	ask(&r, "GET /dir/a.txt HTTP/1.1", "");
	decide(&r, &found);
	write_it(&r);
	head_is(&r, LINE "200 OK\r\n" DATED
			 "Content-Type: text/plain; charset=utf-8\r\n"
			 "Content-Length: 1000\r\n"
			 "Last-Modified: " MODIFIED "\r\n"
			 "ETag: " ETAG "\r\n" RANGES NOSNIFF);
	assert_int_equal(r.rest.len, 0);
	assert_int_equal(r.reply.body, REPLY_FILE);
	assert_int_equal(r.reply.first, 0);
	assert_int_equal(r.reply.len, 1000);
}

static void a_page_must_be_asked_for_anew(void **state)
{
	const struct found found = file_of(YESTERDAY, 1000);
	struct replying r;

	(void)state;
	ask(&r, "GET /a.html HTTP/1.1", "");
	decide(&r, &found);
	write_it(&r);
	head_is(&r, LINE "200 OK\r\n" DATED
			 "Content-Type: text/html; charset=utf-8\r\n"
			 "Content-Length: 1000\r\n"
			 "Last-Modified: " MODIFIED "\r\n"
			 "ETag: " ETAG "\r\n"
			 "Cache-Control: no-cache\r\n" RANGES NOSNIFF);
}

static void an_index_has_the_type_of_its_own_name(void **state)
{
	struct found found = file_of(YESTERDAY, 1000);
	struct replying r;

	(void)state;
	found.index = 1;
	ask(&r, "GET /images.png/ HTTP/1.1", "");
	decide(&r, &found);
	assert_true(slice_is(r.reply.type, SLICE("text/html; charset=utf-8")));
}

static void an_empty_file_is_a_file(void **state)
{
	const struct found found = file_of(YESTERDAY, 0);
	struct replying r;

	(void)state;
	ask(&r, "GET /empty HTTP/1.1", "");
	decide(&r, &found);
	write_it(&r);
	head_is(&r, LINE "200 OK\r\n" DATED
			 "Content-Type: application/octet-stream\r\n"
			 "Content-Length: 0\r\n"
			 "Last-Modified: " MODIFIED "\r\n"
			 "ETag: \"18ea008b6316cd15-0\"\r\n" RANGES NOSNIFF);
	assert_int_equal(r.reply.body, REPLY_FILE);
	assert_int_equal(r.reply.len, 0);
}

static void head_is_answered_like_get(void **state)
{
	const struct found founds[] = {file_of(YESTERDAY, 1000),
		{.kind = FOUND_LISTING, .version = {.size = 1000}}};

	(void)state;
	for (size_t i = 0; i < COUNT(founds); i++) {
		struct replying get, head;

		ask(&get, "GET /a HTTP/1.1", "");
		decide(&get, &founds[i]);
		write_it(&get);
		ask(&head, "HEAD /a HTTP/1.1", "");
		decide(&head, &founds[i]);
		write_it(&head);
		assert_true(slice_is(get.head_written, head.head_written));
		assert_int_equal(head.rest.len, 0);
	}
}

/* ---- validators ---- */

struct age {
	const char *what;
	int64_t modified;
	const char *fields;
};

static const struct age ages[] = {
	{"long ago", YESTERDAY,
		"Last-Modified: " MODIFIED "\r\nETag: " ETAG "\r\n"},
	{"a tick ago", NOW - SECOND / 50,
		"Last-Modified: Sun, 22 Nov 2026 07:59:59 GMT\r\n"
		"ETag: \"18ea4f1febd8d300-3e8\"\r\n"},
	{"less than a tick ago", NOW - SECOND / 50 + 1,
		"Last-Modified: Sun, 22 Nov 2026 07:59:59 GMT\r\n"
		"ETag: W/\"18ea4f1febd8d301-3e8\"\r\n"},
	{"two seconds ago, in whole seconds", NOW - 2 * SECOND,
		"Last-Modified: Sun, 22 Nov 2026 07:59:58 GMT\r\n"
		"ETag: \"18ea4f1f75d46c00-3e8\"\r\n"},
	{"a second ago, in whole seconds", NOW - SECOND,
		"Last-Modified: Sun, 22 Nov 2026 07:59:59 GMT\r\n"
		"ETag: W/\"18ea4f1fb16f3600-3e8\"\r\n"},
	{"now", NOW,
		"Last-Modified: " DATE "\r\n"
		"ETag: W/\"18ea4f1fed0a0000-3e8\"\r\n"},
	/* Last-Modified is not later than Date: RFC 9110, 8.8.2.1 */
	{"tomorrow", NOW + 86400 * SECOND,
		"Last-Modified: " DATE "\r\n"
		"ETag: W/\"18ea9db47e590000-3e8\"\r\n"},
	{"at the end of time", INT64_MAX,
		"Last-Modified: " DATE "\r\n"
		"ETag: W/\"7fffffffffffffff-3e8\"\r\n"},
	{"on the second day of 1980", 315619200 * SECOND,
		"Last-Modified: Wed, 02 Jan 1980 00:00:00 GMT\r\n"
		"ETag: \"4614dfd7c4b0000-3e8\"\r\n"},
	/* times that tell nothing */
	{"on the first day of 1980", 315619200 * SECOND - 1, ""},
	{"a second after the epoch", SECOND, ""},
	{"at the epoch", 0, ""},
	{"before it", -SECOND, ""},
	{"at the beginning of time", INT64_MIN, ""},
};

static void a_file_is_identified_as_far_as_its_time_allows(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ages); i++) {
		const struct found found = file_of(ages[i].modified, 1000);
		char what[64], want[1024];
		struct replying r;

		snprintf(what, sizeof what, "X-Modified: %s\r\n", ages[i].what);
		ask(&r, "GET /a HTTP/1.1", what);
		decide(&r, &found);
		write_it(&r);
		snprintf(want, sizeof want,
			LINE "200 OK\r\n" DATED
			     "Content-Type: application/octet-stream\r\n"
			     "Content-Length: 1000\r\n%s" RANGES NOSNIFF,
			ages[i].fields);
		head_is(&r, want);
	}
}

static void the_longest_etag_fits(void **state)
{
	const struct found found = file_of(INT64_MAX, INT64_MAX);
	struct replying r;

	(void)state;
	ask(&r, "GET /a HTTP/1.1", "");
	decide(&r, &found);
	assert_true(slice_is(r.reply.validators.etag,
		SLICE("W/\"7fffffffffffffff-7fffffffffffffff\"")));
	assert_ptr_equal(r.reply.validators.etag.at, r.reply.etag);
}

/* ---- conditions: RFC 9110, 13 ---- */

struct condition {
	const char *fields;
	int status;
};

static const struct condition conditions[] = {
	{"If-None-Match: " ETAG "\r\n", 304},
	{"If-None-Match: W/" ETAG "\r\n", 304},
	{"If-None-Match: *\r\n", 304},
	{"If-None-Match: \"other\"\r\n", 200},
	{"If-Modified-Since: " MODIFIED "\r\n", 304},
	{"If-Modified-Since: " DATE "\r\n", 304},
	{"If-Modified-Since: Fri, 20 Nov 2026 08:00:00 GMT\r\n", 200},
	{"If-None-Match: \"other\"\r\nIf-Modified-Since: " DATE "\r\n", 200},
	{"If-Match: " ETAG "\r\n", 200},
	{"If-Match: *\r\n", 200},
	{"If-Match: \"other\"\r\n", 412},
	{"If-Match: W/" ETAG "\r\n", 412},
	{"If-Unmodified-Since: " MODIFIED "\r\n", 200},
	{"If-Unmodified-Since: Fri, 20 Nov 2026 08:00:00 GMT\r\n", 412},
	{"If-Match: \"other\"\r\nIf-None-Match: " ETAG "\r\n", 412},
	/* they come before the range */
	{"If-None-Match: " ETAG "\r\nRange: bytes=0-0\r\n", 304},
	{"If-Match: \"other\"\r\nRange: bytes=2000-\r\n", 412},
	{"If-Match: " ETAG "\r\nRange: bytes=0-0\r\n", 206},
};

static void conditions_are_heeded(void **state)
{
	static const char *const lines[] = {
		"GET /a HTTP/1.1", "HEAD /a HTTP/1.1"};
	const struct found found = file_of(YESTERDAY, 1000);

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(conditions); i++) {
		const struct condition *condition = &conditions[i / 2];
		int want = condition->status;
		struct replying r;

		/* There are no ranges for HEAD: RFC 9110, 14.2. */
		if (i % 2 == 1 && want == 206)
			want = 200;
		ask(&r, lines[i % 2], condition->fields);
		decide(&r, &found);
		if (r.reply.status != want)
			fail_msg("%s is answered with %d", r.head,
				r.reply.status);
		assert_int_equal(
			r.reply.body, want < 300 ? REPLY_FILE : REPLY_PAGE);
	}
}

/* What a 200 would have said of the file, and nothing of its content: RFC 9110,
 * 15.4.5. */
static void not_modified_repeats_the_validators(void **state)
{
	const struct found found = file_of(YESTERDAY, 1000);
	struct replying r;

	(void)state;
	ask(&r, "GET /a.html HTTP/1.1", "If-None-Match: *\r\n");
	decide(&r, &found);
	write_it(&r);
	head_is(&r, LINE "304 Not Modified\r\n" DATED "Last-Modified: " MODIFIED
			 "\r\n"
			 "ETag: " ETAG "\r\n"
			 "Cache-Control: no-cache\r\n");
	assert_int_equal(r.rest.len, 0);
}

static void not_modified_may_have_nothing_to_repeat(void **state)
{
	const struct found found = file_of(0, 1000);
	struct replying r;

	(void)state;
	ask(&r, "GET /a HTTP/1.1", "If-None-Match: *\r\n");
	decide(&r, &found);
	write_it(&r);
	head_is(&r, LINE "304 Not Modified\r\n" DATED);
}

static void a_failed_precondition_has_a_page(void **state)
{
	const struct found found = file_of(YESTERDAY, 1000);
	struct replying r;

	(void)state;
	ask(&r, "GET /a HTTP/1.1", "If-Match: \"other\"\r\n");
	decide(&r, &found);
	write_it(&r);
	head_is(&r, LINE "412 Precondition Failed\r\n" DATED PAGE NOSNIFF);
	assert_int_equal(r.rest.len, page_len(412));
}

/* ---- ranges: RFC 9110, 14 ---- */

struct part {
	const char *fields;
	int status;
	uint64_t first, len;
};

static const struct part parts[] = {
	{"Range: bytes=0-\r\n", 206, 0, 1000},
	{"Range: bytes=0-0\r\n", 206, 0, 1},
	{"Range: bytes=1-\r\n", 206, 1, 999},
	{"Range: bytes=100-199\r\n", 206, 100, 100},
	{"Range: bytes=999-5000\r\n", 206, 999, 1},
	{"Range: bytes=-1\r\n", 206, 999, 1},
	{"Range: bytes=-5000\r\n", 206, 0, 1000},
	{"Range: bytes=0-9,5-19\r\n", 206, 0, 20},
	{"Range: bytes=2000-,10-19\r\n", 206, 10, 10},
	/* not satisfiable */
	{"Range: bytes=1000-\r\n", 416, 0, 0},
	{"Range: bytes=-0\r\n", 416, 0, 0},
	/* the whole */
	{"Range: bytes=9-0\r\n", 200, 0, 1000},
	{"Range: lines=0-0\r\n", 200, 0, 1000},
	{"Range: bytes=0-999,0-999\r\n", 200, 0, 1000},
	{"Range: bytes=0-0\r\nRange: bytes=1-1\r\n", 200, 0, 1000},
	{"Range: nonsense\r\n", 200, 0, 1000},
	/* If-Range */
	{"Range: bytes=0-0\r\nIf-Range: " ETAG "\r\n", 206, 0, 1},
	{"Range: bytes=0-0\r\nIf-Range: " MODIFIED "\r\n", 206, 0, 1},
	{"Range: bytes=0-0\r\nIf-Range: W/" ETAG "\r\n", 200, 0, 1000},
	{"Range: bytes=0-0\r\nIf-Range: \"other\"\r\n", 200, 0, 1000},
	{"Range: bytes=0-0\r\nIf-Range: " DATE "\r\n", 200, 0, 1000},
	{"Range: bytes=2000-\r\nIf-Range: \"other\"\r\n", 200, 0, 1000},
};

static void ranges_are_heeded(void **state)
{
	const struct found found = file_of(YESTERDAY, 1000);

	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++) {
		struct replying r;

		ask(&r, "GET /a HTTP/1.1", parts[i].fields);
		decide(&r, &found);
		write_it(&r);
		if (r.reply.status != parts[i].status)
			fail_msg("%s is answered with %d", r.head,
				r.reply.status);
		if (parts[i].status == 416) {
			assert_int_equal(r.reply.body, REPLY_PAGE);
		} else {
			assert_int_equal(r.reply.body, REPLY_FILE);
			assert_int_equal(r.reply.first, parts[i].first);
			assert_int_equal(r.reply.len, parts[i].len);
		}
	}
}

static void a_part_says_which_it_is(void **state)
{
	const struct found found = file_of(YESTERDAY, 1000);
	struct replying r;

	(void)state;
	ask(&r, "GET /a.html HTTP/1.1", "Range: bytes=100-199\r\n");
	decide(&r, &found);
	write_it(&r);
	head_is(&r, LINE "206 Partial Content\r\n" DATED
			 "Content-Type: text/html; charset=utf-8\r\n"
			 "Content-Length: 100\r\n"
			 "Content-Range: bytes 100-199/1000\r\n"
			 "Last-Modified: " MODIFIED "\r\n"
			 "ETag: " ETAG "\r\n"
			 "Cache-Control: no-cache\r\n" RANGES NOSNIFF);
	assert_int_equal(r.rest.len, 0);
}

static void a_part_beyond_the_end_says_where_that_is(void **state)
{
	const struct found found = file_of(YESTERDAY, 1000);
	struct replying r;

	(void)state;
	ask(&r, "GET /a HTTP/1.1", "Range: bytes=1000-\r\n");
	decide(&r, &found);
	write_it(&r);
	head_is(&r, LINE "416 Range Not Satisfiable\r\n" DATED
			 "Content-Range: bytes */1000\r\n" PAGE NOSNIFF);
	assert_int_equal(r.rest.len, page_len(416));
}

static void an_empty_file_has_no_parts(void **state)
{
	const struct found found = file_of(YESTERDAY, 0);
	struct replying r;

	(void)state;
	ask(&r, "GET /a HTTP/1.1", "Range: bytes=0-\r\n");
	decide(&r, &found);
	write_it(&r);
	head_is(&r, LINE "416 Range Not Satisfiable\r\n" DATED
			 "Content-Range: bytes */0\r\n" PAGE NOSNIFF);
}

static void a_large_file_has_large_numbers(void **state)
{
	const struct found found = file_of(YESTERDAY, INT64_MAX);
	struct replying r;

	(void)state;
	ask(&r, "GET /a HTTP/1.1", "Range: bytes=9223372036854775800-\r\n");
	decide(&r, &found);
	write_it(&r);
	head_is(&r,
		LINE "206 Partial Content\r\n" DATED
		     "Content-Type: application/octet-stream\r\n"
		     "Content-Length: 7\r\n"
		     "Content-Range: bytes 9223372036854775800-"
		     "9223372036854775806/9223372036854775807\r\n"
		     "Last-Modified: " MODIFIED "\r\n"
		     "ETag: \"18ea008b6316cd15-7fffffffffffffff\"\r\n" RANGES
			     NOSNIFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_described),
		cmocka_unit_test(a_page_must_be_asked_for_anew),
		cmocka_unit_test(an_index_has_the_type_of_its_own_name),
		cmocka_unit_test(an_empty_file_is_a_file),
		cmocka_unit_test(head_is_answered_like_get),
		cmocka_unit_test(
			a_file_is_identified_as_far_as_its_time_allows),
		cmocka_unit_test(the_longest_etag_fits),
		cmocka_unit_test(conditions_are_heeded),
		cmocka_unit_test(not_modified_repeats_the_validators),
		cmocka_unit_test(not_modified_may_have_nothing_to_repeat),
		cmocka_unit_test(a_failed_precondition_has_a_page),
		cmocka_unit_test(ranges_are_heeded),
		cmocka_unit_test(a_part_says_which_it_is),
		cmocka_unit_test(a_part_beyond_the_end_says_where_that_is),
		cmocka_unit_test(an_empty_file_has_no_parts),
		cmocka_unit_test(a_large_file_has_large_numbers),
	};

	return cmocka_run_group_tests_name("serve/reply", tests, NULL, NULL);
}
