/*
 * parts.c - allocates texts and pieces.
 */
#include "serve/parts.h"

#include <stdlib.h>

#include "base/bug.h"
#include "http/multipart.h"

enum { TEXT_MAX = 256 + REPLY_TYPE_MAX /* bytes before a part */ };

/* Bytes of all parts that exist. */
static size_t taken;

struct parts {
	size_t weight;
	size_t count;
	struct piece *pieces; /* one more than there are parts */
	char texts[];
};

static struct slice text_of_part(
	struct buf *b, const struct reply *reply, const struct range *range)
{
	struct slice boundary =
		slice_of(reply->boundary, MULTIPART_BOUNDARY_LEN);
	size_t begin = b->len;

	if (range)
		multipart_part(b, boundary, reply->type, range, reply->size);
	else
		multipart_end(b, boundary);
	return slice_of(b->at + begin, b->len - begin);
}

struct parts *parts_new(const struct reply *reply, const struct range *ranges)
{
	size_t count = reply->parts + 1;
	size_t weight = sizeof(struct parts) +
			count * (TEXT_MAX + sizeof(struct piece));
	struct parts *parts;
	struct buf b;

	if (weight > PARTS_MEMORY - taken)
		return NULL;
	parts = malloc(sizeof *parts + count * TEXT_MAX);
	if (!parts)
		return NULL;
	parts->weight = weight;
	parts->count = count;
	parts->pieces = calloc(count, sizeof *parts->pieces);
	if (!parts->pieces) {
		free(parts);
		return NULL;
	}
	b = buf_on(parts->texts, count * TEXT_MAX);
	for (size_t i = 0; i < reply->parts; i++) {
		parts->pieces[i].text = text_of_part(&b, reply, &ranges[i]);
		parts->pieces[i].offset = ranges[i].first;
		parts->pieces[i].len = ranges[i].len;
	}
	parts->pieces[reply->parts].text = text_of_part(&b, reply, NULL);
	BUG_UNLESS(!b.full);
	taken += weight;
	return parts;
}

void parts_free(struct parts *parts)
{
	if (!parts)
		return;
	taken -= parts->weight;
	free(parts->pieces);
	free(parts);
}

const struct piece *parts_pieces(const struct parts *parts, size_t *count)
{
	*count = parts->count;
	return parts->pieces;
}
