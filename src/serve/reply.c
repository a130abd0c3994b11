/*
 * reply.c - status and header fields, from request and file.
 */
#include "serve/reply.h"

#include <string.h>

#include "http/head.h"
#include "http/mime.h"
#include "http/range.h"

#define SECOND INT64_C(1000000000)

/* Modification times that build tools set tell nothing of the content: the
 * epoch, and 1980-01-01, the first that a zip archive can hold. */
#define MTIME_LIES_UNTIL (INT64_C(315619200) * SECOND)

static const struct slice none;

/* ---- validators (RFC 9110, 8.8) ---- */

/* Two versions within one tick of the clock look the same, so a file is not
 * identified byte for byte while it is younger than that: 2 s on file systems
 * that keep whole seconds, else a tick of the kernel. */
static bool is_young(int64_t modified, int64_t date)
{
	int64_t tick = modified % SECOND == 0 ? 2 * SECOND : SECOND / 50;

	return date - modified < tick;
}

/* No inode in it: replicas of a site must agree. */
static void set_validators(
	struct reply *reply, const struct version *version, int64_t date)
{
	struct buf etag = buf_on(reply->etag, sizeof reply->etag);
	int64_t modified = version->modified;

	if (modified < MTIME_LIES_UNTIL)
		return;
	if (is_young(modified, date))
		buf_text(&etag, "W/");
	buf_byte(&etag, '"');
	buf_hex(&etag, (uint64_t)modified);
	buf_byte(&etag, '-');
	buf_hex(&etag, (uint64_t)version->size);
	buf_byte(&etag, '"');
	reply->validators.etag = buf_slice_of(&etag);
	/* Never later than Date (8.8.2.1). */
	reply->validators.modified =
		(modified < date ? modified : date) / SECOND;
	reply->validators.dated = true;
}

/* ---- the decision ---- */

static void decide_range(
	struct reply *reply, const struct request *request, int64_t now)
{
	struct range ranges[RANGE_MAX];
	struct slice value = request->field[FIELD_RANGE];
	size_t count;

	if (!value.at || request->method != METHOD_GET ||
		!conditions_allow_range(request, &reply->validators, now))
		return;
	switch (range_parse(value, reply->size, ranges, &count)) {
	case RANGE_NOTHING:
		reply->status = 416;
		reply->has_file = false;
		break;
	case RANGE_SOME:
		/* Several ranges may be answered with the whole (14.2). */
		if (count > 1)
			break;
		reply->status = 206;
		reply->first = ranges[0].first;
		reply->len = ranges[0].len;
		break;
	case RANGE_WHOLE:
		break;
	}
}

static void decide_file(struct reply *reply, const struct request *request,
	const struct version *version, int64_t date)
{
	int64_t now = date / SECOND;

	reply->size = reply->len = (uint64_t)version->size;
	set_validators(reply, version, date);
	switch (conditions_judge(request, &reply->validators, now)) {
	case VERDICT_NOT_MODIFIED:
		reply->status = 304;
		break;
	case VERDICT_FAILED:
		reply->status = 412;
		break;
	case VERDICT_GO:
		reply->status = 200;
		reply->has_file = true;
		decide_range(reply, request, now);
		break;
	}
}

static int status_of(enum found_kind kind)
{
	switch (kind) {
	case FOUND_NOTHING:
		return 404;
	case FOUND_DENIED:
	case FOUND_NO_INDEX:
		return 403;
	case FOUND_SHORTAGE:
		return 503;
	default:
		return 500;
	}
}

void reply_refuse(struct reply *reply, int status)
{
	memset(reply, 0, sizeof *reply);
	reply->status = status;
}

void reply_decide(struct reply *reply, const struct request *request,
	const struct uri *uri, const struct found *found,
	const struct site *site, int64_t date)
{
	reply_refuse(reply, status_of(found->kind));
	if (found->kind == FOUND_DIRECTORY) {
		reply->status = 301;
		reply->redirect = true;
		reply->to = *uri;
	}
	if (found->kind != FOUND_FILE)
		return;
	reply->type = mime_of(found->index ? site->index : uri->path);
	reply->cache_control = site_cache_control(site, reply->type);
	decide_file(reply, request, &found->version, date);
}

/* ---- the bytes ---- */

static void write_range(const struct reply *reply, struct buf *b)
{
	buf_text(b, "Content-Range: bytes ");
	if (reply->status == 416) {
		buf_byte(b, '*');
	} else {
		buf_number(b, reply->first);
		buf_byte(b, '-');
		buf_number(b, reply->first + reply->len - 1);
	}
	buf_byte(b, '/');
	buf_number(b, reply->size);
	buf_text(b, "\r\n");
}

/* On this host, whatever the path is: "/" and no second one (RFC 3986, 4.2). */
static void write_location(const struct reply *reply, struct buf *b)
{
	buf_text(b, "Location: ");
	uri_write(b, reply->to.path);
	buf_byte(b, '/');
	if (reply->to.has_query) {
		buf_byte(b, '?');
		buf_slice(b, reply->to.query);
	}
	buf_text(b, "\r\n");
}

static void write_validators(const struct reply *reply, struct buf *b)
{
	if (reply->validators.dated)
		head_date(
			b, SLICE("Last-Modified"), reply->validators.modified);
	if (reply->validators.etag.len > 0)
		head_field(b, SLICE("ETag"), reply->validators.etag);
	if (reply->cache_control.len > 0)
		head_field(b, SLICE("Cache-Control"), reply->cache_control);
}

static void write_file_fields(const struct reply *reply, struct buf *b)
{
	head_field(b, SLICE("Content-Type"), reply->type);
	head_number(b, SLICE("Content-Length"), reply->len);
	if (reply->status == 206)
		write_range(reply, b);
	write_validators(reply, b);
	head_field(b, SLICE("Accept-Ranges"), SLICE("bytes"));
	head_field(b, SLICE("X-Content-Type-Options"), SLICE("nosniff"));
}

/* What else a status owes its reader. */
static void write_page_fields(const struct reply *reply, struct buf *b)
{
	switch (reply->status) {
	case 301:
		write_location(reply, b);
		break;
	case 204:
	case 405:
	case 501:
		head_field(b, SLICE("Allow"), SLICE("GET, HEAD, OPTIONS"));
		break;
	case 416:
		write_range(reply, b);
		break;
	case 503:
		head_field(b, SLICE("Retry-After"), SLICE("1"));
		break;
	default:
		break;
	}
	if (reply->status >= 500)
		head_field(b, SLICE("Cache-Control"), SLICE("no-store"));
}

/* The page's fields, and the page itself as what follows the head. */
static struct slice write_page_head(
	const struct reply *reply, struct buf *b, struct buf *page)
{
	write_page_fields(reply, b);
	if (reply->status == 204)
		return none;
	head_page(page, reply->status);
	head_field(b, SLICE("Content-Type"), SLICE("text/html; charset=utf-8"));
	head_number(b, SLICE("Content-Length"), page->len);
	head_field(b, SLICE("X-Content-Type-Options"), SLICE("nosniff"));
	return buf_slice_of(page);
}

size_t reply_write(const struct reply *reply, const struct request *request,
	struct slice date, struct buf *b)
{
	char bytes[1024];
	struct buf page = buf_on(bytes, sizeof bytes);
	struct slice rest = none;
	size_t head;

	head_begin(b, reply->status);
	head_field(b, SLICE("Date"), date);
	if (reply->has_file)
		write_file_fields(reply, b);
	else if (reply->status == 304)
		write_validators(reply, b);
	else
		rest = write_page_head(reply, b, &page);
	if (reply->close)
		head_field(b, SLICE("Connection"), SLICE("close"));
	else if (request->minor == 0)
		head_field(b, SLICE("Connection"), SLICE("keep-alive"));
	head_end(b);
	head = b->len;
	if (request->method != METHOD_HEAD)
		buf_slice(b, rest);
	return head;
}
