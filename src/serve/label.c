/*
 * label.c - a stored head, and the heads made from it.
 */
#include "serve/label.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "http/date.h"
#include "http/head.h"
#include "sys/clock.h"

/* The bytes of the plain head before the value of Date. */
#define UNTIL_DATE SLICE("HTTP/1.1 200 OK\r\nDate: ")

size_t label_date_at(void)
{
	return UNTIL_DATE.len;
}

/* ---- making a label ---- */

/* Whether the head will not change. A strong ETag is one of a file whose time of
 * modification is over, so Last-Modified is final then. */
static bool is_settled(const struct reply *reply)
{
	return !slice_starts(reply->validators.etag, SLICE("W/"));
}

/* The next line, with its end. */
static struct slice take_line(struct slice *rest)
{
	const char *at = rest->at;
	const char *end = memchr(at, '\n', rest->len);

	BUG_UNLESS(end);
	rest->len -= (size_t)(end + 1 - at);
	rest->at = end + 1;
	return slice_of(at, (size_t)(end + 1 - at));
}

/* Finds the lines; they are in the order of serve/head.c. */
static void mark(struct label *label)
{
	const struct slice modified = SLICE("Last-Modified: ");
	struct slice rest = slice_of(label->head, label->len);
	struct slice line;

	(void)take_line(&rest);
	(void)take_line(&rest);
	label->type = take_line(&rest);
	(void)take_line(&rest);
	label->cache.at = rest.at;
	if (label->validators.dated) {
		BUG_UNLESS(slice_starts(rest, modified));
		label->validators.words =
			slice_of(rest.at + modified.len, DATE_LEN);
	}
	do
		line = take_line(&rest);
	while (!slice_starts(line, SLICE("Accept-Ranges: ")));
	(void)take_line(&rest);
	label->cache.len = (size_t)(line.at - label->cache.at);
	/* Each response adds the empty line itself. */
	label->rest = slice_of(rest.at, rest.len - 2);
}

static struct label *new_label(const struct reply *reply, struct slice head)
{
	struct label *label = malloc(sizeof *label + head.len);
	size_t etag_len = reply->validators.etag.len;

	if (!label)
		return NULL;
	label->validators = reply->validators;
	memcpy(label->etag, reply->etag, sizeof label->etag);
	label->validators.etag = slice_of(label->etag, etag_len);
	label->len = head.len;
	memcpy(label->head, head.at, head.len);
	mark(label);
	return label;
}

bool label_make(struct file *file, const struct site *site, struct slice path,
	int64_t date)
{
	const struct request plain = {.method = METHOD_GET, .minor = 1};
	char bytes[LABEL_MAX], now[DATE_LEN];
	struct buf head = buf_on(bytes, sizeof bytes);
	struct range ranges[RANGE_MAX];
	struct reply reply;

	reply_decide(&reply, &plain,
		&(struct choice){.found = &file->found,
			.path = path,
			.coding = CODING_IDENTITY},
		site, date, ranges);
	date_write(now, date / SYS_SECOND);
	(void)reply_write(
		&reply, &plain, site, slice_of(now, sizeof now), &head);
	if (!head.full && is_settled(&reply))
		file->label = new_label(&reply, buf_slice_of(&head));
	return file->label != NULL;
}

/* ---- using a label ---- */

/* From there to the empty line. */
static struct slice lines_from(const struct label *label, const char *at)
{
	return slice_of(at, (size_t)(label->rest.at + label->rest.len - at));
}

void label_write(
	const struct label *label, const struct label_use *use, struct buf *b)
{
	head_begin(b, use->status);
	head_field(b, SLICE("Date"), use->date);
	if (use->status == 304) {
		buf_slice(b, label->cache);
		buf_slice(b, label->rest);
	} else if (use->status == 206) {
		buf_slice(b, label->type);
		head_number(b, SLICE("Content-Length"), use->range->len);
		head_range(b, use->range, use->size);
		buf_slice(b, lines_from(label, label->cache.at));
	} else {
		buf_slice(b, lines_from(label, label->type.at));
	}
	head_connection(b, use->close, use->minor);
	head_end(b);
}
