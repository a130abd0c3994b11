/*
 * streams.c - how many bodies read at once.
 */
#include "streams.h"

#include "files/body.h"

/* Limited, as each stream has a descriptor and clients need theirs. */
static struct {
	size_t open, max;
} streams = {.max = FILEREAD_STREAMS};

void body_streams(size_t max)
{
	streams.max = max;
}

bool streams_are_scarce(void)
{
	return streams.open >= streams.max || fileread_is_scarce();
}

bool streams_open(struct body *body)
{
	if (streams.open >= streams.max)
		return false;
	body->stream = file_stream(body->file);
	if (body->stream)
		streams.open++;
	return body->stream != NULL;
}

void streams_close(struct body *body)
{
	if (!body->stream)
		return;
	fileread_close(body->stream);
	body->stream = NULL;
	body->ahead = 0;
	streams.open--;
}
