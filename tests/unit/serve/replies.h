/*
 * replies.h - a request in, the bytes of its reply out.
 *
 * Every reply is written once more into memory that ends at a wall, with just
 * the room it needs, and with less than that.
 */
#ifndef CONTD_TESTS_UNIT_SERVE_REPLIES_H
#define CONTD_TESTS_UNIT_SERVE_REPLIES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "http/head.h"
#include "http/uri.h"
#include "serve/reply.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define SECOND INT64_C(1000000000)
#define NOW (INT64_C(1795334400) * SECOND)
#define DATE "Sun, 22 Nov 2026 08:00:00 GMT"

/* A file of 1000 bytes, and what is said of it. */
#define YESTERDAY (NOW - 86400 * SECOND + 123456789)
#define MODIFIED "Sat, 21 Nov 2026 08:00:00 GMT"
#define ETAG "\"18ea008b6316cd15-3e8\""

#define LINE "HTTP/1.1 "
#define DATED "Date: " DATE "\r\n"
#define NOSNIFF "X-Content-Type-Options: nosniff\r\n"
#define RANGES "Accept-Ranges: bytes\r\n"
#define PAGE "Content-Type: text/html; charset=utf-8\r\nContent-Length: @\r\n"

struct replying {
	char head[4096]; /* the request's */
	char path[4096];
	struct request request;
	struct uri uri;
	struct site site;
	struct range ranges[RANGE_MAX];
	struct reply reply;
	char bytes[REPLY_HEAD_MAX];
	struct slice head_written, rest;
};

/* Reads "GET /a HTTP/1.1" and fields, each with its CRLF. */
static inline void ask(struct replying *r, const char *line, const char *fields)
{
	struct buf path = buf_on(r->path, sizeof r->path);
	size_t seen = 0;
	ptrdiff_t len;

	site_init(&r->site, "/");
	snprintf(r->head, sizeof r->head, "%s\r\n%s%s\r\n", line,
		strstr(line, "/1.1") ? "Host: h\r\n" : "", fields);
	len = request_parse(slice_text(r->head), &seen, &r->request);
	assert_int_equal(len, strlen(r->head));
	if (!slice_is(r->request.target, SLICE("*")))
		assert_int_equal(
			uri_parse(r->request.target, &path, &r->uri), 0);
}

/* The same into memory of every interesting size: nothing is written behind it,
 * and what fits is the beginning. */
static inline void write_into_less(const struct replying *r, size_t len)
{
	char *room = guard_copy(r->bytes, len);
	struct buf b = buf_on(room, len);

	memset(room, '?', len);
	reply_write(&r->reply, &r->request, &r->site, SLICE(DATE), &b);
	assert_int_equal(b.full, len < r->head_written.len + r->rest.len);
	assert_true(b.len <= len);
	assert_memory_equal(room, r->bytes, b.len);
	guard_free(room, len);
}

/* Behind others it is the same. */
static inline void write_behind(const struct replying *r)
{
	char room[REPLY_HEAD_MAX + 6];
	struct buf b = buf_on(room, sizeof room);

	buf_text(&b, "before");
	assert_int_equal(
		reply_write(&r->reply, &r->request, &r->site, SLICE(DATE), &b),
		r->head_written.len);
	assert_int_equal(b.len, 6 + r->head_written.len + r->rest.len);
	assert_memory_equal(room + 6, r->bytes, b.len - 6);
}

static inline void write_it(struct replying *r)
{
	struct buf b = buf_on(r->bytes, sizeof r->bytes);
	size_t head =
		reply_write(&r->reply, &r->request, &r->site, SLICE(DATE), &b);

	assert_false(b.full);
	assert_true(head <= b.len);
	r->head_written = slice_of(r->bytes, head);
	r->rest = slice_of(r->bytes + head, b.len - head);
	for (size_t len = 0; len <= b.len; len += len < head ? 1 : 97)
		write_into_less(r, len);
	write_into_less(r, b.len);
	write_behind(r);
}

/* For one of several codings, or a listing's form, as chosen. */
static inline void decide_choice(
	struct replying *r, const struct choice *choice)
{
	reply_decide(&r->reply, &r->request, choice, &r->site, NOW, r->ranges);
}

static inline void decide(struct replying *r, const struct found *found)
{
	decide_choice(r, &(struct choice){.found = found,
				 .path = r->uri.path,
				 .coding = CODING_IDENTITY});
}

static inline struct found file_of(int64_t modified, int64_t size)
{
	return (struct found){.kind = FOUND_FILE,
		.version = {.size = size, .modified = modified}};
}

/* The length of the page that belongs to a status. */
static inline size_t page_len(int status)
{
	return head_page(status).len;
}

/* The head is this text, the empty line behind it; "@" stands for the length of
 * the status' page. */
static inline void head_is(const struct replying *r, const char *text)
{
	const char *at = strchr(text, '@');
	char want[4096];

	if (at)
		snprintf(want, sizeof want, "%.*s%zu%s\r\n", (int)(at - text),
			text, page_len(r->reply.status), at + 1);
	else
		snprintf(want, sizeof want, "%s\r\n", text);
	if (!slice_is(r->head_written, slice_text(want)))
		fail_msg("%s\nis answered with\n%.*sand not with\n%s", r->head,
			(int)r->head_written.len, r->head_written.at, want);
}

#endif
