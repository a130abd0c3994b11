/*
 * reply.c - decides the response from request and file.
 */
#include "serve/reply.h"

#include <string.h>

#include "sys/clock.h"

/* Modification times that build tools set tell nothing of the content: the
 * epoch, and 1980-01-01, the first that a zip archive can hold. */
#define MTIME_LIES_UNTIL (INT64_C(315619200) * SYS_SECOND)

/* ---- validators (RFC 9110, 8.8) ---- */

/* Two versions within one tick of the file system's clock have the same time,
 * so the ETag is weak while the file is younger than that: 2 s on file systems
 * with times in whole seconds, else 20 ms, more than a tick of the kernel. */
static bool is_young(int64_t modified, int64_t date)
{
	int64_t tick =
		modified % SYS_SECOND == 0 ? 2 * SYS_SECOND : SYS_SECOND / 50;

	return date - modified < tick;
}

/* The ETag has no inode number, so that replicas of a site send the same. */
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
	if (reply->coding != CODING_IDENTITY) {
		buf_byte(&etag, '-');
		buf_slice(&etag, coding_mark(reply->coding));
	}
	buf_byte(&etag, '"');
	reply->validators.etag = buf_slice_of(&etag);
	/* Never later than Date (8.8.2.1). */
	reply->validators.modified =
		(modified < date ? modified : date) / SYS_SECOND;
	reply->validators.dated = true;
}

/* ---- ranges (RFC 9110, 14) ---- */

/* Only GET has ranges (14.2), and a repeated Range field is ignored. */
bool reply_has_range(const struct request *request,
	const struct validators *validators, int64_t now)
{
	return request->field[FIELD_RANGE].at &&
	       request->method == METHOD_GET &&
	       !request_repeats(request, FIELD_RANGE) &&
	       conditions_allow_range(request, validators, now);
}

/* The author of a file must not be able to guess the boundary: it is made from
 * the time of day in nanoseconds. */
static void set_parts(struct reply *reply, const struct range *ranges,
	size_t count, int64_t date)
{
	multipart_boundary(reply->boundary, (uint64_t)date);
	reply->status = 206;
	reply->body = REPLY_PARTS;
	reply->parts = count;
	reply->len = multipart_len(ranges, count, reply->type, reply->size);
}

static void decide_range(struct reply *reply, const struct request *request,
	int64_t date, struct range *ranges)
{
	size_t count;

	if (!reply_has_range(request, &reply->validators, date / SYS_SECOND))
		return;
	switch (range_parse(
		request->field[FIELD_RANGE], reply->size, ranges, &count)) {
	case RANGE_NOTHING:
		reply->status = 416;
		reply->body = REPLY_PAGE;
		break;
	case RANGE_SOME:
		if (count > 1) {
			set_parts(reply, ranges, count, date);
			break;
		}
		reply->status = 206;
		reply->first = ranges[0].first;
		reply->len = ranges[0].len;
		break;
	case RANGE_WHOLE:
		break;
	}
}

/* ---- the decision ---- */

static void decide_file(struct reply *reply, const struct request *request,
	int64_t date, struct range *ranges)
{
	switch (conditions_judge(
		request, &reply->validators, date / SYS_SECOND)) {
	case VERDICT_NOT_MODIFIED:
		reply->status = 304;
		reply->body = REPLY_PAGE;
		break;
	case VERDICT_FAILED:
		reply->status = 412;
		reply->body = REPLY_PAGE;
		break;
	case VERDICT_GO:
		if (reply->body == REPLY_FILE)
			decide_range(reply, request, date, ranges);
		break;
	}
}

static void set_type(struct reply *reply, const struct choice *choice,
	const struct site *site)
{
	struct buf bytes = buf_on(reply->type_bytes, sizeof reply->type_bytes);

	if (reply->body == REPLY_LISTING)
		reply->type = choice->json ? SLICE("application/json")
					   : SLICE("text/html; charset=utf-8");
	else
		reply->type = site_type(site,
			choice->found->index ? site->index : choice->path,
			&bytes);
}

int reply_status_of_method(enum method method)
{
	switch (method) {
	case METHOD_GET:
	case METHOD_HEAD:
		return 0;
	case METHOD_OPTIONS:
		return 204;
	case METHOD_OTHER:
		return 405;
	default:
		return 501;
	}
}

void reply_refuse(struct reply *reply, int status)
{
	memset(reply, 0, sizeof *reply);
	reply->status = status;
	reply->coding = CODING_IDENTITY;
}

void reply_error(struct reply *reply, const struct choice *page,
	const struct site *site, int status)
{
	reply_refuse(reply, status);
	reply->body = REPLY_ERROR;
	reply->by_coding = page->by_coding;
	reply->by_type = page->by_type;
	reply->len = (uint64_t)page->found->version.size;
	set_type(reply, page, site);
}

void reply_decide(struct reply *reply, const struct request *request,
	const struct choice *choice, const struct site *site, int64_t date,
	struct range ranges[RANGE_MAX])
{
	const struct version *version = &choice->found->version;
	bool is_listing = choice->found->kind == FOUND_LISTING;

	reply_refuse(reply, 200);
	reply->body = is_listing ? REPLY_LISTING : REPLY_FILE;
	reply->path = choice->path;
	reply->coding = choice->coding;
	reply->by_coding = choice->by_coding;
	reply->by_type = choice->by_type;
	reply->json = choice->json;
	reply->size = reply->len = (uint64_t)version->size;
	set_type(reply, choice, site);
	/* A listing has no validators: it shows sizes and times of files, which
	 * change without a change of the directory. */
	if (is_listing) {
		reply->cache_control = SLICE("no-cache");
	} else {
		reply->cache_control =
			site_cache_control(site, reply->path, reply->type);
		set_validators(reply, version, date);
	}
	decide_file(reply, request, date, ranges);
}
