/* test_attack_mixes.c - pipelines of all kinds of requests, split anywhere, of
 * several clients at once: every answer byte for byte, against a model. */
#include "support/e2e.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum {
	CLIENTS = 6,
	SMALL = 77,
	MIDDLE = 40000,
	LARGE = 400000,
	PACKED = 55,
	ASKED = 400
};

/* What is expected: a status, and bytes of a file of the pattern. */
enum kind {
	PLAIN,
	HEAD_ONLY,
	NONE,
	SAME,
	PART,
	PARTS,
	LIST,
	MOVED,
	PACK,
	SKIPPED,
	CHUNKED,
	OLD,
	REFUSED,
	FAILED,
	UNSATISFIED,
	KINDS
};

struct wanted {
	enum kind kind;
	size_t size; /* of the file */
	uint64_t first, len;
	uint64_t first2, len2;
};

struct asker {
	struct client c;
	struct text out; /* what is to be sent */
	size_t sent;
	struct wanted wanted[ASKED];
	size_t count, checked;
	uint64_t seed;
	bool slow;
};

static uint64_t next_random(struct asker *asker)
{
	uint64_t n = asker->seed += 0x9e3779b97f4a7c15;

	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9;
	n = (n ^ n >> 27) * 0x94d049bb133111eb;
	return n ^ n >> 31;
}

static size_t below(struct asker *asker, size_t limit)
{
	return (size_t)(next_random(asker) % limit);
}

static char etags[3][64]; /* of small, middle, large */
static const char *const names[3] = {"small", "middle", "large"};
static const size_t lens[3] = {SMALL, MIDDLE, LARGE};

/* ---- requests ---- */

static void say(struct asker *asker, const char *method, const char *target,
	const char *version, const char *fields)
{
	char text[1024];

	snprintf(text, sizeof text, "%s %s HTTP/1.%s\r\nHost: t\r\n%s\r\n",
		method, target, version, fields);
	text_add(&asker->out, text, strlen(text));
}

static void ask_part(
	struct asker *asker, struct wanted *w, const char *target, bool two)
{
	char fields[256];
	size_t half = w->size / 2;

	w->first = below(asker, half);
	w->len = 1 + below(asker, half - (size_t)w->first);
	w->first2 = half + below(asker, half - 1);
	w->len2 = 1 + below(asker, w->size - (size_t)w->first2);
	if (two)
		snprintf(fields, sizeof fields,
			"Range: bytes=%llu-%llu,  %llu-%llu\r\n",
			(unsigned long long)w->first,
			(unsigned long long)(w->first + w->len - 1),
			(unsigned long long)w->first2,
			(unsigned long long)(w->first2 + w->len2 - 1));
	else
		snprintf(fields, sizeof fields,
			"If-Range: %s\r\nRange: bytes=%llu-%llu\r\n",
			w->size == SMALL    ? etags[0]
			: w->size == MIDDLE ? etags[1]
					    : etags[2],
			(unsigned long long)w->first,
			(unsigned long long)(w->first + w->len - 1));
	say(asker, "GET", target, "1", fields);
}

static void ask_with_content(
	struct asker *asker, const char *target, bool chunked)
{
	char bytes[4096];
	char fields[64];
	size_t len = below(asker, sizeof bytes);

	memset(bytes, 'G', sizeof bytes);
	if (chunked) {
		say(asker, "GET", target, "1",
			"Transfer-Encoding: chunked\r\n");
		snprintf(fields, sizeof fields, "%zx;a=b\r\n", len + 1);
		text_add(&asker->out, fields, strlen(fields));
		text_add(&asker->out, bytes, len);
		text_add(&asker->out, "E\r\n0\r\nT: x\r\n\r\n", 14);
		return;
	}
	snprintf(fields, sizeof fields, "Content-Length: %zu\r\n", len);
	say(asker, "GET", target, "1", fields);
	text_add(&asker->out, bytes, len);
}

static void ask_for(struct asker *asker, struct wanted *w, size_t which)
{
	char target[64];
	char fields[128];

	snprintf(target, sizeof target, "/%s%s", names[which],
		below(asker, 4) ? "" : "?q=1");
	switch (w->kind) {
	case PLAIN:
		say(asker, "GET", target, "1",
			below(asker, 2) ? "Accept-Encoding: br, gzip\r\n" : "");
		break;
	case HEAD_ONLY:
		say(asker, "HEAD", target, "1", "Range: bytes=0-1\r\n");
		break;
	case NONE:
		say(asker, "GET", below(asker, 2) ? "/none" : "/d/.hidden", "1",
			"If-None-Match: *\r\n");
		break;
	case SAME:
		snprintf(fields, sizeof fields,
			"If-None-Match: \"x\", W/%s\r\n", etags[which]);
		say(asker, "GET", target, "1", fields);
		break;
	case PART:
	case PARTS:
		ask_part(asker, w, target, w->kind == PARTS);
		break;
	case LIST:
		say(asker, "GET", "/d/?format=json", "1", "");
		break;
	case MOVED:
		say(asker, "GET", "/d?x=y", "1", "");
		break;
	case PACK:
		say(asker, "GET", "/v.css", "1",
			"Accept-Encoding: gzip;q=0.5, identity;q=0.1\r\n");
		break;
	case SKIPPED:
	case CHUNKED:
		ask_with_content(asker, target, w->kind == CHUNKED);
		break;
	case OLD:
		say(asker, "GET", target, "0", "Connection: keep-alive\r\n");
		break;
	case REFUSED:
		say(asker, below(asker, 2) ? "DELETE" : "PUT", target, "1",
			"Content-Length: 0\r\n");
		break;
	case FAILED:
		say(asker, "GET", target, "1",
			"Expect: 100-continue\r\nIf-Match: \"y\"\r\n");
		break;
	default:
		say(asker, "GET", target, "1", "Range: bytes=9999999-\r\n");
		break;
	}
}

/* Small files, and plain requests, more often. */
static void ask_something(struct asker *asker)
{
	static const size_t often[8] = {0, 0, 0, 0, 0, 1, 1, 2};
	size_t which = often[below(asker, 8)];
	struct wanted *w = &asker->wanted[asker->count++];

	*w = (struct wanted){.kind = PLAIN, .size = lens[which]};
	if (below(asker, 2))
		w->kind = (enum kind)below(asker, KINDS);
	ask_for(asker, w, which);
}

/* ---- answers ---- */

static const struct {
	int status;
	const char *method;
} known[KINDS] = {
	[PLAIN] = {200, "GET"},
	[HEAD_ONLY] = {200, "HEAD"},
	[NONE] = {404, "GET"},
	[SAME] = {304, "GET"},
	[PART] = {206, "GET"},
	[PARTS] = {206, "GET"},
	[LIST] = {200, "GET"},
	[MOVED] = {301, "GET"},
	[PACK] = {200, "GET"},
	[SKIPPED] = {200, "GET"},
	[CHUNKED] = {200, "GET"},
	[OLD] = {200, "GET"},
	[REFUSED] = {405, "GET"},
	[FAILED] = {412, "GET"},
	[UNSATISFIED] = {416, "GET"},
};

static void is_pattern(const char *at, uint64_t from, uint64_t len)
{
	for (uint64_t i = 0; i < len; i++)
		if (at[i] != tree_pattern(from + i))
			fail_msg("a wrong byte at %llu",
				(unsigned long long)(from + i));
}

static const char *is_one_part(const char *at, const char *boundary,
	const struct wanted *w, uint64_t first, uint64_t len)
{
	char head[512];

	snprintf(head, sizeof head,
		"\r\n--%s\r\nContent-Type: application/octet-stream\r\n"
		"Content-Range: bytes %llu-%llu/%zu\r\n\r\n",
		boundary, (unsigned long long)first,
		(unsigned long long)(first + len - 1), w->size);
	if (strncmp(at, head, strlen(head)) != 0)
		fail_msg("a part begins with %.200s", at);
	is_pattern(at + strlen(head), first, len);
	return at + strlen(head) + len;
}

static void is_parts(const struct answer *a, const struct wanted *w)
{
	const char *type = answer_field(a, "Content-Type");
	const char *at = a->body.at;
	char end[128];

	assert_non_null(type);
	assert_memory_equal(type, "multipart/byteranges; boundary=", 31);
	at = is_one_part(at, type + 31, w, w->first, w->len);
	at = is_one_part(at, type + 31, w, w->first2, w->len2);
	snprintf(end, sizeof end, "\r\n--%s--\r\n", type + 31);
	assert_string_equal(at, end);
	assert_int_equal(at + strlen(end) - a->body.at, a->length);
}

static void is_list(const struct answer *a)
{
	const char *names_at = strstr(a->body.at, "\"name\":\"one\"");

	answer_has(a, "Content-Type", "application/json");
	assert_non_null(names_at);
	assert_non_null(strstr(a->body.at, "\"name\":\"z two\""));
	assert_null(strstr(a->body.at, "hidden"));
	assert_int_equal(a->body.at[a->body.len - 2], ']');
}

static void is_part(const struct answer *a, const struct wanted *w)
{
	char range[128];

	snprintf(range, sizeof range, "bytes %llu-%llu/%zu",
		(unsigned long long)w->first,
		(unsigned long long)(w->first + w->len - 1), w->size);
	answer_has(a, "Content-Range", range);
	assert_int_equal(a->body.len, w->len);
	is_pattern(a->body.at, w->first, w->len);
}

static void is_wanted(const struct answer *a, const struct wanted *w)
{
	const char *length = answer_field(a, "Content-Length");

	if (a->status != known[w->kind].status)
		fail_msg("kind %d: %d", (int)w->kind, a->status);
	assert_non_null(answer_field(a, "Date"));
	assert_null(answer_field(a, "Transfer-Encoding"));
	if (w->kind == SAME)
		assert_null(length);
	else
		assert_non_null(length);
	switch (w->kind) {
	case PLAIN:
	case SKIPPED:
	case CHUNKED:
	case OLD:
		assert_int_equal(a->body.len, w->size);
		is_pattern(a->body.at, 0, w->size);
		assert_null(answer_field(a, "Content-Encoding"));
		if (w->kind == OLD)
			answer_has(a, "Connection", "keep-alive");
		else
			assert_null(answer_field(a, "Connection"));
		break;
	case HEAD_ONLY:
		assert_int_equal(atol(length), w->size);
		break;
	case PART:
		is_part(a, w);
		break;
	case PARTS:
		is_parts(a, w);
		break;
	case LIST:
		is_list(a);
		break;
	case MOVED:
		answer_has(a, "Location", "/d/?x=y");
		break;
	case PACK:
		answer_has(a, "Content-Encoding", "gzip");
		answer_has(a, "Vary", "Accept-Encoding");
		assert_int_equal(a->body.len, PACKED);
		is_pattern(a->body.at, 0, PACKED);
		break;
	default:
		break;
	}
}

/* ---- all of them at once ---- */

static void begin(struct asker *asker, const struct server *s, uint64_t seed)
{
	int small = 2048 << (seed % 3) * 4;

	*asker = (struct asker){.seed = seed, .slow = seed % 2};
	client_open(&asker->c, s);
	if (seed % 3 == 1)
		setsockopt(asker->c.fd, SOL_SOCKET, SO_RCVBUF, &small,
			sizeof small);
	while (asker->count < ASKED)
		ask_something(asker);
}

static void send_some(struct asker *asker)
{
	size_t len = 1 + below(asker, below(asker, 4) ? 60 : 6000);
	ssize_t n;

	if (len > asker->out.len - asker->sent)
		len = asker->out.len - asker->sent;
	n = send(asker->c.fd, asker->out.at + asker->sent, len,
		MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n > 0)
		asker->sent += (size_t)n;
}

static void check_some(struct asker *asker, struct answer *a)
{
	size_t most = 1 + below(asker, 10);

	while (most-- > 0 && asker->checked < asker->count &&
		client_has_heard(&asker->c)) {
		struct wanted *w = &asker->wanted[asker->checked++];

		/* A head that is cut must not wait for bytes that we hold. */
		while (asker->sent < asker->out.len && below(asker, 3))
			send_some(asker);
		client_head(&asker->c, a, known[w->kind].method);
		client_body(&asker->c, a);
		is_wanted(a, w);
	}
}

static void learn_etags(const struct server *s)
{
	struct answer a = {0};
	char target[64];

	for (int i = 0; i < 3; i++) {
		snprintf(target, sizeof target, "/%s", names[i]);
		get(s, target, &a);
		snprintf(etags[i], sizeof etags[i], "%s",
			answer_field(&a, "ETag"));
		assert_int_equal(etags[i][0], '"');
	}
	answer_free(&a);
}

static const struct tree *plant(void)
{
	const struct tree *tree = tree_make();

	for (int i = 0; i < 3; i++)
		tree_file(tree, names[i], lens[i]);
	tree_dir(tree, "d");
	tree_text(tree, "d/one", "1");
	tree_text(tree, "d/z two", "2");
	tree_text(tree, "d/.hidden", "3");
	tree_file(tree, "v.css", 3000);
	tree_file(tree, "v.css.gz", PACKED);
	return tree;
}

static void every_answer_is_the_right_one(void **state)
{
	static struct asker askers[CLIENTS];
	const struct tree *tree = plant();
	int rounds = getenv("CONTD_LONG") ? 60 : 4;
	struct answer a = {0};
	struct server *s;

	(void)state;
	s = serve("--log", "off", "--listing", "on", tree->path);
	learn_etags(s);
	for (int round = 0; round < rounds; round++) {
		size_t left = CLIENTS;

		for (size_t i = 0; i < CLIENTS; i++)
			begin(&askers[i], s, (uint64_t)round * 100 + i);
		while (left > 0) {
			left = 0;
			for (size_t i = 0; i < CLIENTS; i++) {
				struct asker *asker = &askers[i];

				send_some(asker);
				if (!asker->slow ||
					asker->sent == asker->out.len)
					check_some(asker, &a);
				else if (asker->sent < asker->out.len &&
					 await_for(asker->c.fd, POLLOUT, 0) ==
						 0)
					asker->slow = false;
				left += asker->checked < asker->count;
			}
		}
		for (size_t i = 0; i < CLIENTS; i++) {
			assert_false(client_has_heard(&askers[i].c));
			client_close(&askers[i].c);
			text_free(&askers[i].out);
		}
	}
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(every_answer_is_the_right_one),
	};

	return cmocka_run_group_tests_name(
		"e2e/attack-mixes", tests, NULL, NULL);
}
