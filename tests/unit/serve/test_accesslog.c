/* test_accesslog.c - the line of a request. */
#include "serve/accesslog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "guard.h"
#include "loop/journal.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define DATE "22/Nov/2026:08:00:00 +0000"

struct line {
	const char *address; /* NULL: of a local socket */
	const char *request; /* NULL: nothing was understood of it */
	const char *referer;
	const char *agent;
	int status;
	uint64_t sent;
	const char *want;
};

static const struct line lines[] = {
	{"192.0.2.7", "GET / HTTP/1.1", "http://a/", "b/1.0", 200, 512,
		"192.0.2.7 - - [" DATE "] \"GET / HTTP/1.1\" 200 512 "
		"\"http://a/\" \"b/1.0\""},
	{"192.0.2.7", "GET / HTTP/1.1", NULL, NULL, 304, 0,
		"192.0.2.7 - - [" DATE "] \"GET / HTTP/1.1\" 304 0 "
		"\"-\" \"-\""},
	{"2001:db8::1", "HEAD /a?b HTTP/1.0", "", "", 404, 1,
		"2001:db8::1 - - [" DATE "] \"HEAD /a?b HTTP/1.0\" 404 1 "
		"\"\" \"\""},
	{NULL, NULL, NULL, NULL, 408, 18446744073709551615U,
		"unix: - - [" DATE "] \"-\" 408 18446744073709551615 "
		"\"-\" \"-\""},
	/* nobody forges a line, or a field of one */
	{"0.0.0.0", "GET /\" 200 1 \"x\" \"y HTTP/1.1", "a\"b\\c", "\t\x7f\xff",
		400, 0,
		"0.0.0.0 - - [" DATE "] \"GET /\\x22 200 1 \\x22x\\x22 "
		"\\x22y HTTP/1.1\" 400 0 \"a\\x22b\\x5Cc\" "
		"\"\\x09\\x7F\\xFF\""},
	{"255.255.255.255", "GET /\r\n127.0.0.1 - - forged", NULL, NULL, 400, 0,
		"255.255.255.255 - - [" DATE "] \"GET /\\x0D\\x0A127.0.0.1 "
		"- - forged\" 400 0 \"-\" \"-\""},
};

static struct sys_peer peer_of(const char *address)
{
	struct sys_peer peer = {.family = AF_UNIX};

	if (address == NULL)
		return peer;
	peer.family = AF_INET;
	if (inet_pton(AF_INET, address, peer.addr) == 1)
		return peer;
	peer.family = AF_INET6;
	assert_int_equal(inet_pton(AF_INET6, address, peer.addr), 1);
	return peer;
}

static struct slice text_or_none(const char *text)
{
	return text ? slice_text(text) : slice_of(NULL, 0);
}

static struct request request_of(const struct line *line)
{
	struct request request = {.line = text_or_none(line->request)};

	request.field[FIELD_REFERER] = text_or_none(line->referer);
	request.field[FIELD_USER_AGENT] = text_or_none(line->agent);
	return request;
}

static void write_line(const struct line *line, struct buf *b)
{
	const struct sys_peer peer = peer_of(line->address);
	const struct request request = request_of(line);

	access_write(b, &(struct access){.peer = &peer,
				.date = SLICE(DATE),
				.text = access_text_of(&request),
				.status = line->status,
				.sent = line->sent});
}

static void a_request_has_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		char bytes[512];
		struct buf b = buf_on(bytes, sizeof bytes);

		write_line(&lines[i], &b);
		assert_false(b.full);
		if (!slice_is(buf_slice_of(&b), slice_text(lines[i].want)))
			fail_msg("%.*s\nis not\n%s", (int)b.len, bytes,
				lines[i].want);
	}
}

/* Whatever the room is, what is there is the line's beginning. */
static void a_line_without_room_is_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++)
		for (size_t len = 0; len < strlen(lines[i].want); len++) {
			char *room = guard_copy(lines[i].want, len);
			struct buf b = buf_on(room, len);

			write_line(&lines[i], &b);
			assert_true(b.full);
			assert_memory_equal(room, lines[i].want, b.len);
			guard_free(room, len);
		}
}

/* The longest of all has every field, and is written in one piece: the rest of
 * it would be another line, and the client's words the server's. */
static void the_longest_line_is_one_write(void **state)
{
	static char text[REQUEST_HEAD_MAX];
	struct line line = {
		.address = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		.request = text,
		.referer = text,
		.agent = text,
		.status = 200,
		.sent = UINT64_MAX};
	char bytes[JOURNAL_LINE];
	struct buf b = buf_on(bytes, sizeof bytes);

	(void)state;
	for (int i = 0; i < 2; i++) {
		memset(text, "x\1"[i], sizeof text - 1);
		b.len = 0;
		write_line(&line, &b);
		assert_false(b.full);
		assert_int_equal(bytes[b.len - 1], '"');
		/* With what the journal adds. */
		assert_true(b.len + 2 <= JOURNAL_LINE);
		assert_true(b.len + 2 <= PIPE_BUF);
	}
}

/* Room for the address of a peer is enough, whatever the peer. */
static void every_address_has_a_text(void **state)
{
	static const char *const longest[] = {"255.255.255.255",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		"::ffff:255.255.255.255"};

	(void)state;
	for (size_t i = 0; i < COUNT(longest); i++) {
		const struct sys_peer peer = peer_of(longest[i]);
		char bytes[64];
		struct buf b = buf_on(bytes, sizeof bytes);

		access_write_peer(&b, &peer);
		assert_true(slice_is(buf_slice_of(&b), slice_text(longest[i])));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_has_its_line),
		cmocka_unit_test(a_line_without_room_is_cut),
		cmocka_unit_test(the_longest_line_is_one_write),
		cmocka_unit_test(every_address_has_a_text),
	};

	return cmocka_run_group_tests_name(
		"serve/accesslog", tests, NULL, NULL);
}
