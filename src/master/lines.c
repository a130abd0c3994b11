/*
 * lines.c - splits the bytes of the log pipe into lines.
 */
#include "master/lines.h"

#include <string.h>

char *lines_room(struct lines *lines, size_t *len)
{
	size_t waiting = lines->end - lines->start;

	memmove(lines->bytes, lines->bytes + lines->start, waiting);
	lines->start = 0;
	lines->end = waiting;
	*len = sizeof lines->bytes - waiting;
	return lines->bytes + waiting;
}

void lines_add(struct lines *lines, size_t len)
{
	lines->end += len;
}

static void take(struct lines *lines, size_t len, struct line *line)
{
	struct slice text = slice_of(lines->bytes + lines->start, len);

	line->access = len > 0 && text.at[0] == JOURNAL_ACCESS;
	line->text = line->access ? slice_of(text.at + 1, len - 1) : text;
	lines->start += len;
}

bool lines_take(struct lines *lines, struct line *line)
{
	size_t len = lines->end - lines->start;
	const char *end = memchr(lines->bytes + lines->start, '\n', len);

	if (end) {
		take(lines, (size_t)(end - lines->bytes) - lines->start, line);
		lines->start++;
		return true;
	}
	return len == sizeof lines->bytes && lines_take_last(lines, line);
}

bool lines_take_last(struct lines *lines, struct line *line)
{
	if (lines->start == lines->end)
		return false;
	take(lines, lines->end - lines->start, line);
	return true;
}
