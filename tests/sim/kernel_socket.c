/* kernel_socket.c - clients' sockets. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "chance.h"
#include "fault.h"
#include "kernel.h"
#include "sys/sys.h"

int sys_accept(int listener, struct sys_peer *peer)
{
	struct object *object = kernel_object(listener, LISTENER);
	struct object *stream;
	int fd;

	if (object->waiting_count == 0) {
		errno = EAGAIN;
		return -1;
	}
	if (fault(FAULT_ACCEPT))
		return -1;
	stream = object->waiting[0];
	fd = kernel_open(stream);
	if (fd < 0)
		return -1;
	memmove(object->waiting, object->waiting + 1,
		--object->waiting_count * sizeof *object->waiting);
	object_drop(stream);
	*peer = (struct sys_peer){.family = AF_INET,
		.addr = {192, 0, 2, stream->number},
		.port = 4711};
	stream->ear->on_taken(stream->actor, 0);
	return fd;
}

ssize_t sys_recv(int fd, void *into, size_t len)
{
	struct object *object = kernel_object(fd, STREAM);
	size_t there = object->come - object->taken;

	if (len == 0)
		sim_fail(NOBODY_KNOWN, "recv without room");
	if (object->reset) {
		errno = chance_one_in(8) ? ETIMEDOUT : ECONNRESET;
		return -1;
	}
	if (there == 0 && object->fin)
		return 0;
	if (fault(FAULT_RECV)) {
		object->ear->on_taken(object->actor, 0);
		return -1;
	}
	if (there == 0) {
		errno = EAGAIN;
		return -1;
	}
	if (chance_one_in(3))
		len = 1 + chance(len);
	len = len < there ? len : there;
	memcpy(into, object->text + object->taken, len);
	object->taken += len;
	object->ear->on_taken(object->actor, len);
	return (ssize_t)len;
}

/* One piece, as much of it as there is room for and as this call takes. */
static size_t send_piece(
	struct object *object, const struct iovec *piece, size_t most)
{
	size_t room = object->room - object->unread;
	size_t len = piece->iov_len;

	len = len < most ? len : most;
	len = len < room ? len : room;
	if (len > 0) {
		kernel_sees(piece->iov_base, len);
		object->unread += len;
		object->ear->on_sent(object->actor, piece->iov_base, len);
	}
	return len;
}

ssize_t sys_send(int fd, const struct iovec *pieces, int count)
{
	struct object *object = kernel_object(fd, STREAM);
	size_t most = chance_one_in(4) ? 1 + chance(3000) : SIZE_MAX;
	size_t sent = 0;

	if (object->shut || object->last)
		sim_fail(NOBODY_KNOWN, "send behind the end of %d", fd);
	if (object->reset) {
		errno = chance_one_in(2) ? EPIPE : ECONNRESET;
		return -1;
	}
	if (fault(FAULT_SEND)) {
		object->ear->on_sent(object->actor, NULL, 0);
		return -1;
	}
	for (int i = 0; i < count && sent < most; i++) {
		size_t took = send_piece(object, &pieces[i], most - sent);

		sent += took;
		if (took < pieces[i].iov_len)
			break;
	}
	if (sent == 0) {
		errno = EAGAIN;
		return -1;
	}
	/* A closed socket answers what comes with a reset. */
	object->reset |= object->closed;
	return (ssize_t)sent;
}

ssize_t sys_send_last(int fd, const struct iovec *pieces, int count)
{
	struct object *object = kernel_object(fd, STREAM);
	ssize_t sent = sys_send(fd, pieces, count);
	size_t len = 0;

	for (int i = 0; i < count; i++)
		len += pieces[i].iov_len;
	object->last = sent >= 0 && (size_t)sent == len;
	return sent;
}

int sys_shutdown(int fd)
{
	struct object *object = kernel_object(fd, STREAM);

	object->last = false;

	if (object->reset) {
		errno = ENOTCONN;
		return -1;
	}
	object->shut = true;
	object->ear->on_shut(object->actor);
	return 0;
}

int sys_reset_on_close(int fd)
{
	kernel_object(fd, STREAM)->reset_on_close = true;
	return 0;
}
