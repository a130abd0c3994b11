/*
 * head.c - writes the head of a response.
 */
#include "http/head.h"

#include "http/listing_style.h"
#include "serve/reply.h"

/* What else of the request chose this answer (RFC 9110, 12.5.5). */
static void write_vary(const struct reply *reply, struct buf *b)
{
	if (reply->by_coding && reply->by_type)
		head_field(b, SLICE("Vary"), SLICE("Accept, Accept-Encoding"));
	else if (reply->by_coding)
		head_field(b, SLICE("Vary"), SLICE("Accept-Encoding"));
	else if (reply->by_type)
		head_field(b, SLICE("Vary"), SLICE("Accept"));
}

/* The fields that 200 and 304 both have (RFC 9110, 15.4.5). */
static void write_cache_fields(const struct reply *reply, struct buf *b)
{
	if (reply->validators.dated)
		head_date(
			b, SLICE("Last-Modified"), reply->validators.modified);
	if (reply->validators.etag.len > 0)
		head_field(b, SLICE("ETag"), reply->validators.etag);
	if (reply->cache_control.len > 0)
		head_field(b, SLICE("Cache-Control"), reply->cache_control);
	write_vary(reply, b);
}

static void write_parts_type(const struct reply *reply, struct buf *b)
{
	buf_text(b, "Content-Type: multipart/byteranges; boundary=");
	buf_slice(b, slice_of(reply->boundary, MULTIPART_BOUNDARY_LEN));
	buf_text(b, "\r\n");
}

static void write_file_fields(const struct reply *reply, struct buf *b)
{
	if (reply->body == REPLY_PARTS)
		write_parts_type(reply, b);
	else
		head_field(b, SLICE("Content-Type"), reply->type);
	head_number(b, SLICE("Content-Length"), reply->len);
	if (reply->coding != CODING_IDENTITY)
		head_field(b, SLICE("Content-Encoding"),
			coding_name(reply->coding));
	if (reply->status == 206 && reply->body == REPLY_FILE)
		head_range(b, &(struct range){reply->first, reply->len},
			reply->size);
	write_cache_fields(reply, b);
	head_field(b, SLICE("Accept-Ranges"), SLICE("bytes"));
}

static void write_listing_fields(const struct reply *reply, struct buf *b)
{
	head_field(b, SLICE("Content-Type"), reply->type);
	head_number(b, SLICE("Content-Length"), reply->len);
	write_cache_fields(reply, b);
	if (!reply->json)
		head_field(
			b, SLICE("Content-Security-Policy"), listing_policy());
}

/* The fields that a status needs. */
static void write_status_fields(const struct reply *reply, struct buf *b)
{
	if (reply->location.len > 0)
		head_field(b, SLICE("Location"), reply->location);
	switch (reply->status) {
	case 204:
	case 405:
	case 501:
		head_field(b, SLICE("Allow"), SLICE("GET, HEAD, OPTIONS"));
		break;
	case 416:
		head_range(b, NULL, reply->size);
		break;
	case 503:
		head_field(b, SLICE("Retry-After"), SLICE("1"));
		break;
	default:
		break;
	}
	if (reply->status >= 500)
		head_field(b, SLICE("Cache-Control"), SLICE("no-store"));
	write_vary(reply, b);
}

static void write_error_fields(const struct reply *reply, struct buf *b)
{
	head_field(b, SLICE("Content-Type"), reply->type);
	head_number(b, SLICE("Content-Length"), reply->len);
	if (reply->status < 500)
		head_field(b, SLICE("Cache-Control"), SLICE("no-cache"));
	write_status_fields(reply, b);
}

/* A browser sends OPTIONS first when a page of another origin requests
 * a part. */
static void write_preflight(struct buf *b)
{
	head_field(b, SLICE("Access-Control-Allow-Methods"),
		SLICE("GET, HEAD, OPTIONS"));
	head_field(b, SLICE("Access-Control-Allow-Headers"), SLICE("*"));
	head_field(b, SLICE("Access-Control-Max-Age"), SLICE("86400"));
}

static void write_page_fields(
	const struct reply *reply, struct buf *b, struct slice page)
{
	write_status_fields(reply, b);
	if (reply->status == 204)
		return;
	head_field(b, SLICE("Content-Type"), SLICE("text/html; charset=utf-8"));
	head_number(b, SLICE("Content-Length"), page.len);
}

static void write_body_fields(
	const struct reply *reply, struct buf *b, struct slice *page)
{
	switch (reply->body) {
	case REPLY_PAGE:
		if (reply->status == 304) {
			write_cache_fields(reply, b);
			return;
		}
		if (reply->status != 204)
			*page = head_page(reply->status);
		write_page_fields(reply, b, *page);
		break;
	case REPLY_LISTING:
		write_listing_fields(reply, b);
		break;
	case REPLY_ERROR:
		write_error_fields(reply, b);
		break;
	default:
		write_file_fields(reply, b);
		break;
	}
	head_field(b, SLICE("X-Content-Type-Options"), SLICE("nosniff"));
}

size_t reply_write(const struct reply *reply, const struct request *request,
	const struct site *site, struct slice date, struct buf *b)
{
	struct slice page = SLICE("");
	size_t from = b->len;
	size_t head;

	head_begin(b, reply->status);
	head_field(b, SLICE("Date"), date);
	write_body_fields(reply, b, &page);
	site_write_headers(site, reply->path, b);
	if (reply->status == 204 && site->cors)
		write_preflight(b);
	head_connection(b, reply->close, request->minor);
	head_end(b);
	head = b->len - from;
	if (request->method != METHOD_HEAD)
		buf_slice(b, page);
	return head;
}
