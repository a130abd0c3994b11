/*
 * kernel_ipc.c - channels and pipes: what joins the worker to our own processes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "sys/sys.h"

void channel_post(struct object *channel, const void *bytes, size_t len,
	struct object *passed)
{
	struct sim_message *message = calloc(1, sizeof *message);
	struct sim_message **at = &channel->messages;

	if (len > sizeof message->bytes)
		sim_fail("a message of %zu bytes", len);
	memcpy(message->bytes, bytes, len);
	message->len = len;
	message->passed = passed;
	while (*at)
		at = &(*at)->behind;
	*at = message;
}

int sys_tell(int fd, const void *message, size_t len)
{
	struct object *channel = kernel_object(fd, CHANNEL);

	if (channel->gone) {
		errno = EPIPE;
		return -1;
	}
	channel->told(channel->actor, message, len);
	return 0;
}

ssize_t sys_hear(int fd, void *into, size_t len, int *passed)
{
	struct object *channel = kernel_object(fd, CHANNEL);
	struct sim_message *message = channel->messages;

	*passed = -1;
	if (!message) {
		errno = EAGAIN;
		return channel->gone ? 0 : -1;
	}
	if (message->len > len)
		sim_fail("no room for a message of %zu bytes", message->len);
	channel->messages = message->behind;
	len = message->len;
	memcpy(into, message->bytes, len);
	if (message->passed) {
		*passed = kernel_open(message->passed);
		object_drop(message->passed);
	}
	free(message);
	return (ssize_t)len;
}

/* ---- pipes ---- */

int sys_pipe(int ends[2])
{
	struct object *pipe = object_new(PIPE, 4096);

	ends[0] = kernel_open(pipe);
	ends[1] = kernel_open(pipe);
	object_drop(pipe);
	return 0;
}

ssize_t sys_read(int fd, void *into, size_t len)
{
	struct object *pipe = kernel_object(fd, PIPE);

	if (pipe->in.len == 0) {
		errno = EAGAIN;
		return -1;
	}
	return (ssize_t)queue_take(&pipe->in, into, len);
}

ssize_t sys_write(int fd, const void *from, size_t len)
{
	struct object *pipe = kernel_object(fd, PIPE);
	size_t took = queue_put(&pipe->in, from, len);

	if (took == 0) {
		errno = EAGAIN;
		return -1;
	}
	return (ssize_t)took;
}
