/*
 * kernel_ipc.c - channels and pipes: what joins the worker to our own
 * processes.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "chance.h"
#include "fault.h"
#include "kernel.h"
#include "memory.h"
#include "sys/sys.h"

void channel_post(struct object *channel, const void *bytes, size_t len,
	struct object *passed)
{
	struct sim_message *message = sim_new(sizeof *message);
	struct sim_message **at = &channel->messages;

	if (len > sizeof message->bytes)
		sim_fail(NOBODY_KNOWN, "a message of %zu bytes", len);
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
	if (fault(FAULT_TELL))
		return -1;
	kernel_sees(message, len);
	channel->ear->on_sent(channel->actor, message, len);
	return 0;
}

/* The descriptor that came along; false when there was none to be had, and then
 * it is gone, as the message is. */
static bool take_passed(struct sim_message *message, int *passed)
{
	*passed = -1;
	if (!message->passed)
		return true;
	if (!fault(FAULT_PASS))
		*passed = kernel_open(message->passed);
	object_drop(message->passed);
	message->passed = NULL;
	return *passed >= 0;
}

ssize_t sys_hear(int fd, void *into, size_t len, int *passed)
{
	struct object *channel = kernel_object(fd, CHANNEL);
	struct sim_message *message = channel->messages;
	bool whole;

	*passed = -1;
	if (!message) {
		errno = EAGAIN;
		return channel->gone ? 0 : -1;
	}
	if (fault(FAULT_HEAR))
		return -1;
	channel->messages = message->behind;
	whole = take_passed(message, passed);
	errno = EMFILE;
	if (whole && message->len > len) {
		if (*passed >= 0)
			sys_close(*passed);
		*passed = -1;
		errno = EMSGSIZE;
		whole = false;
	}
	len = message->len < len ? message->len : len;
	memcpy(into, message->bytes, len);
	sim_free(message);
	return whole ? (ssize_t)len : -1;
}

/* ---- pipes ---- */

int sys_pipe(int ends[2])
{
	struct object *pipe;

	if (fault(FAULT_DUP))
		return -1;
	pipe = object_new(PIPE, 16 * PIPE_BUF);
	ends[0] = kernel_open(pipe);
	ends[1] = kernel_open(pipe);
	object_drop(pipe);
	return 0;
}

size_t pipe_take(struct object *pipe, void *bytes, size_t len)
{
	len = len < pipe->unread ? len : pipe->unread;
	memcpy(bytes, pipe->bytes, len);
	pipe->unread -= len;
	memmove(pipe->bytes, pipe->bytes + len, pipe->unread);
	return len;
}

ssize_t sys_read(int fd, void *into, size_t len)
{
	struct object *pipe = kernel_object(fd, PIPE);

	if (pipe->unread == 0) {
		errno = EAGAIN;
		return -1;
	}
	return (ssize_t)pipe_take(pipe, into, len);
}

/* PIPE_BUF bytes are written whole or not at all; of more, what there is room
 * for. */
ssize_t sys_write(int fd, const void *from, size_t len)
{
	struct object *pipe = kernel_object(fd, PIPE);
	size_t room = pipe->room - pipe->unread;

	if (room == 0 || (len <= PIPE_BUF && len > room) ||
		fault(FAULT_WRITE)) {
		errno = EAGAIN;
		return -1;
	}
	len = len < room ? len : room;
	kernel_sees(from, len);
	memcpy(pipe->bytes + pipe->unread, from, len);
	pipe->unread += len;
	return (ssize_t)len;
}
