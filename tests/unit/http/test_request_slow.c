/* test_request_slow.c - the parser and a slow reader say the same: slow.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "guard.h"
#include "slow.h"

enum { ROOM = 1024, ROUNDS = 4000 };

/* What is changed, a little, again and again. */
static const char *const heads[] = {
	"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
	"\r\nGET /a/b.txt?c=d HTTP/1.0\r\nRange: bytes=0-1\r\n\r\n",
	"HEAD http://h:80/x HTTP/1.1\r\nhost: other\r\nUser-Agent: me\r\n"
	"Accept: */*\r\nAccept-Encoding: gzip, br\r\nReferer: http://r/\r\n"
	"If-None-Match: \"a\", W/\"b\"\r\nIf-Range: x\r\nIf-Match: *\r\n"
	"If-Modified-Since: then\r\nIf-Unmodified-Since: now\r\n\r\n",
	"POST /p HTTP/1.1\r\nHost:\t[::1]:8 \r\nContent-Length: 12\r\n"
	"Expect: 100-continue\r\nConnection: keep-alive, close\r\n\r\n",
	"PUT /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip;q\r\n"
	"Transfer-Encoding: chunked\r\nConnection: x\r\n\r\n",
	"OPTIONS * HTTP/1.1\r\nHost: a-b.c\r\nX-Other: \xc3\xa9\r\n\r\nGET",
	"CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\nX:\r\nA:b\r\n\r\n",
};

/* Always the same numbers (xorshift). */
static uint32_t next_number(void)
{
	static uint32_t number = 2463534242U;

	number ^= number << 13;
	number ^= number >> 17;
	number ^= number << 5;
	return number;
}

static size_t below(size_t limit)
{
	return next_number() % limit;
}

static char any_byte(void)
{
	static const char common[] = "\r\n\t :,;/*.-%?#\x7f\x80\xff\0019Aagh@[";

	return below(4) == 0 ? (char)below(256)
			     : common[below(sizeof common - 1)];
}

static void compare(const char *head, size_t len)
{
	char *copy = guard_copy(head, len);
	struct slice bytes = slice_of(copy, len);
	struct request fast, slow;
	size_t seen = 0;
	ptrdiff_t got = request_parse(bytes, &seen, &fast);

	if (slow_parse(bytes, &slow) != got ||
		(got > 0 && !slow_agrees(&fast, &slow)))
		fail_msg("%ld and %ld of: %.*s", (long)got,
			(long)slow_parse(bytes, &slow), (int)len, head);
	guard_free(copy, len);
}

/* A byte is another one, comes or goes, or a piece of the head comes again
 * somewhere else. */
static size_t change(char *head, size_t len)
{
	size_t at = below(len);
	size_t from = below(len);
	size_t piece = below(len - from) % 24 + 1;

	switch (below(4)) {
	case 0:
		head[at] = any_byte();
		return len;
	case 1:
		memmove(head + at, head + at + 1, len - at - 1);
		return len - 1;
	case 2:
		memmove(head + at + 1, head + at, len - at);
		head[at] = any_byte();
		return len + 1;
	default:
		if (piece > len - at || piece > len - from)
			return len;
		memmove(head + at, head + from, piece);
		return len;
	}
}

static void changed_heads_mean_the_same_to_both(void **state)
{
	enum { CHANGES = 6 };

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
		for (int round = 0; round < ROUNDS; round++) {
			char head[ROOM];
			size_t len = strlen(heads[i]);

			memcpy(head, heads[i], len);
			compare(head, len);
			for (int n = 0; n < CHANGES; n++) {
				len = change(head, len);
				compare(head, len);
			}
		}
}

/* Names that are nearly ours, or share their places. */
static void every_short_change_of_a_name_is_another_name(void **state)
{
	(void)state;
	for (int field = 0; field < FIELD_COUNT; field++)
		for (size_t at = 0; at < strlen(slow_names[field]); at++)
			for (int byte = 1; byte < 256; byte++) {
				char head[ROOM] = "GET / HTTP/1.0\r\n";
				size_t start = strlen(head);

				strcat(head, slow_names[field]);
				strcat(head, ": 1\r\n\r\n");
				head[start + at] = (char)byte;
				compare(head, strlen(head));
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changed_heads_mean_the_same_to_both),
		cmocka_unit_test(every_short_change_of_a_name_is_another_name),
	};

	return cmocka_run_group_tests_name(
		"http/request_slow", tests, NULL, NULL);
}
