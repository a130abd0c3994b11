/* test_uri.c - what a target means, and that it is always below the root. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "http/escape.h"
#include "http/uri.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { ROOM = 512 };

/* Reads the target with just the room that the header promises to be enough,
 * behind something that was there before. The path is in there, or a piece of
 * the target, whose copy goes away: then it is shown in the original. */
static int parse(const char *target, char *room, struct uri *uri)
{
	size_t len = strlen(target);
	char *copy = guard_copy(target, len);
	struct buf into = buf_on(room, 3 + len);
	int status;

	buf_text(&into, "./x");
	status = uri_parse(slice_of(copy, len), &into, uri);
	assert_memory_equal(room, "./x", 3);
	if (status == 0) {
		if (uri->path.at >= copy && uri->path.at <= copy + len) {
			assert_int_equal(into.len, 3);
			uri->path.at = target + (uri->path.at - copy);
		} else {
			assert_ptr_equal(uri->path.at, room + 3);
			assert_int_equal(into.len, 3 + uri->path.len);
		}
		if (uri->has_query) {
			/* It lies in the target, which goes away. */
			assert_true(uri->query.at >= copy);
			uri->query.at = target + (uri->query.at - copy);
		}
	}
	guard_free(copy, len);
	return status;
}

static int status_of(const char *target)
{
	char room[ROOM];
	struct uri uri;

	return parse(target, room, &uri);
}

static const struct {
	const char *target;
	const char *path;
	bool slash;
} clean_paths[] = {
	{"/", "", true},
	{"/a", "a", false},
	{"/a/", "a", true},
	{"/a/b.txt", "a/b.txt", false},
	{"/a%20b", "a b", false},
	{"/%61%2E%7e", "a.~", false},
	{"/%C3%A9/%ff", "\xc3\xa9/\xff", false},
	{"/%01%0d%0a%7f", "\x01\r\n\x7f", false},
	{"/a+b", "a+b", false},
	{"/a;b=c,d:e@f!$&'()*", "a;b=c,d:e@f!$&'()*", false},
	{"/a\\b%5cc", "a\\b\\c", false},
	{"/C:", "C:", false},
	{"/~a", "~a", false},
	/* Once. */
	{"/%2561", "%61", false},
	{"/%252f", "%2f", false},
	{"/%252e%252e", "%2e%2e", false},
	{"/%25", "%", false},
	{"/%3f%23", "?#", false},
	/* Empty names. */
	{"//", "", true},
	{"//a", "a", false},
	{"///a//b//", "a/b", true},
	/* Here. */
	{"/.", "", true},
	{"/./", "", true},
	{"/./a", "a", false},
	{"/a/.", "a", true},
	{"/a/./b", "a/b", false},
	{"/%2e/a/%2E", "a", true},
	/* Up. */
	{"/a/..", "", true},
	{"/a/../", "", true},
	{"/a/../b", "b", false},
	{"/a/b/..", "a", true},
	{"/a/b/../c", "a/c", false},
	{"/a/b/../../c", "c", false},
	{"/a//..", "", true},
	{"/aa/b/%2e%2e/c", "aa/c", false},
	{"/a/.%2e", "", true},
	{"/a/%2E.", "", true},
	/* Names that only look so. */
	{"/...", "...", false},
	{"/.a/..b/c..", ".a/..b/c..", false},
	{"/%2e%2e%2e", "...", false},
	/* Whole URLs. */
	{"http://h", "", true},
	{"http://h/", "", true},
	{"http://h/a", "a", false},
	{"HTTPS://[::1]:8/a/", "a", true},
	{"http://h//x/..", "", true},
};

static void a_path_is_decoded_and_cleaned(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(clean_paths); i++) {
		char room[ROOM];
		struct uri uri;

		assert_int_equal(parse(clean_paths[i].target, room, &uri), 0);
		if (!slice_is(uri.path, slice_text(clean_paths[i].path)))
			fail_msg("%s: %.*s", clean_paths[i].target,
				(int)uri.path.len, uri.path.at);
		assert_int_equal(uri.slash, clean_paths[i].slash);
		assert_false(uri.has_query);
		assert_int_equal(uri.query.len, 0);
	}
}

static void what_cannot_be_a_path_is_refused(void **state)
{
	static const char *const targets[] = {/* Other forms. */
		"", "*", "a", "a/b", "?q", "h:80", "ftp://h/", "http:/a",
		"http://", "http:///a", "http://u@h/", "http://h:x/",
		/* Broken escapes. */
		"/%", "/%4", "/a%", "/%g1", "/%1g", "/%%20", "/% 1", "/%u0041",
		"/a/%/b", "/%2",
		/* A NUL, a slash. */
		"/%00", "/a%00b", "/a.txt%00.png", "/%2f", "/a%2Fb", "/..%2f",
		"/%2e%2e%2f",
		/* A fragment. */
		"/#", "/a#b", "/a?b#c", "#",
		/* Above the root. */
		"/..", "/../", "/../a", "/a/../..", "/a/../../b", "/./..",
		"//..", "/a//../..", "/%2e%2e", "/.%2E/a", "/%2e%2e/%2e%2e",
		"http://h/..",
		/* Bytes that no target has. */
		"/a b", "/\t", "/a\x7f", "/\xc3\xa9", "/\n", "/a?\r\n",
		"/?\x01", " /"};

	(void)state;
	for (size_t i = 0; i < COUNT(targets); i++)
		if (status_of(targets[i]) != 400)
			fail_msg("let pass: %s", targets[i]);
}

static void a_nul_is_refused(void **state)
{
	char room[ROOM];
	struct buf into = buf_on(room, sizeof(room));
	struct uri uri;

	(void)state;
	assert_int_equal(uri_parse(SLICE("/a\0b"), &into, &uri), 400);
	assert_int_equal(uri_parse(slice_of(NULL, 0), &into, &uri), 400);
}

static void a_query_is_left_as_it_is(void **state)
{
	static const struct {
		const char *target;
		const char *path;
		const char *query;
	} cases[] = {
		{"/a?", "a", ""},
		{"/a?b=c&d", "a", "b=c&d"},
		{"/?", "", ""},
		{"/a?/../..", "a", "/../.."},
		{"/a/?%2f%00%", "a", "%2f%00%"},
		{"/a??b?", "a", "?b?"},
		{"http://h?q", "", "q"},
		{"http://h/a?http://x/", "a", "http://x/"},
		{"/a?x%zz", "a", "x%zz"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char room[ROOM];
		struct uri uri;

		assert_int_equal(parse(cases[i].target, room, &uri), 0);
		assert_true(slice_is(uri.path, slice_text(cases[i].path)));
		assert_true(uri.has_query);
		assert_true(slice_is(uri.query, slice_text(cases[i].query)));
	}
}

/* RFC 3986 does not care how a dot is spelled; nor where it stands. */
static void dots_in_every_spelling_mean_the_same(void **state)
{
	static const char *const dots[] = {".", "%2e", "%2E"};

	(void)state;
	for (size_t a = 0; a < COUNT(dots); a++) {
		for (size_t b = 0; b < COUNT(dots); b++) {
			char target[64];
			char room[ROOM];
			struct uri uri;

			snprintf(target, sizeof(target), "/%s%s", dots[a],
				dots[b]);
			assert_int_equal(status_of(target), 400);
			snprintf(target, sizeof(target), "/x/y/%s%s/z", dots[a],
				dots[b]);
			assert_int_equal(parse(target, room, &uri), 0);
			assert_true(slice_is(uri.path, SLICE("x/z")));
		}
	}
}

static void every_byte_but_two_can_be_escaped(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		char target[16];
		char room[ROOM];
		char want[4] = {'x', (char)byte, 'y', 0};
		struct uri uri;
		int status;

		snprintf(target, sizeof(target), "/x%%%02xy", (unsigned)byte);
		status = parse(target, room, &uri);
		if (byte == 0 || byte == '/') {
			assert_int_equal(status, 400);
			continue;
		}
		assert_int_equal(status, 0);
		assert_true(slice_is(uri.path, slice_of(want, 3)));
	}
}

static void without_room_it_is_414(void **state)
{
	(void)state;
	for (size_t room = 0; room <= 6; room++) {
		char *end = guard_copy("      ", room);
		struct buf into = buf_on(end, room);
		struct uri uri;

		assert_int_equal(uri_parse(SLICE("/ab/c%64"), &into, &uri),
			room < 5 ? 414 : 0);
		guard_free(end, room);
	}
}

static void what_is_escaped_can_be_read_again(void **state)
{
	char name[255];
	char text[ROOM * 2];
	char room[ROOM * 2];
	struct buf b = buf_on(text, sizeof(text));
	struct buf into = buf_on(room, sizeof(room));
	struct uri uri;

	(void)state;
	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = (char)(i + 1);
	buf_byte(&b, '/');
	escape_path(&b, slice_of(name, sizeof(name)));
	assert_false(b.full);
	assert_int_equal(uri_parse(buf_slice_of(&b), &into, &uri), 0);
	assert_true(slice_is(uri.path, slice_of(name, sizeof(name))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_is_decoded_and_cleaned),
		cmocka_unit_test(what_cannot_be_a_path_is_refused),
		cmocka_unit_test(a_nul_is_refused),
		cmocka_unit_test(a_query_is_left_as_it_is),
		cmocka_unit_test(dots_in_every_spelling_mean_the_same),
		cmocka_unit_test(every_byte_but_two_can_be_escaped),
		cmocka_unit_test(without_room_it_is_414),
		cmocka_unit_test(what_is_escaped_can_be_read_again),
	};

	return cmocka_run_group_tests_name("http/uri", tests, NULL, NULL);
}
