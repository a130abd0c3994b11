/*
 * streams.c - how many bodies read at once.
 */
#include "streams.h"

#include "files/body.h"
#include "sys/sys.h"

/* Each stream is a descriptor, and clients need theirs as well. */
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

/* A stream has a descriptor of its own: libraries queue the reads of one
 * descriptor behind each other. */
bool streams_open(struct body *body)
{
	int fd = streams.open < streams.max ? sys_dup(body->file->fd) : -1;

	if (fd < 0)
		return false;
	if (cont_fits(fd))
		body->stream = fileread_open(
			fd, (dev_t)body->file->found.version.device);
	/* The table may have no row for it. */
	if (body->stream)
		streams.open++;
	else
		sys_close(fd);
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
