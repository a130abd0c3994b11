/*
 * kernel.c - descriptors, sockets, signals, time and the wait.
 */
#include "kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "sys/sys.h"

enum { DESCRIPTORS = 512, FIRST = 3, LONGEST_BREATH = 5000 };

#define START_DATE INT64_C(1790000000000000000)

static struct {
	struct object *fd[DESCRIPTORS];
	int64_t now;   /* milliseconds, at the last wait */
	int64_t spent; /* nanoseconds, in calls since then */
	struct {
		int signo;
		void (*handler)(int signo);
		bool pending;
	} signals[4];
	size_t signals_count;
} kernel;

/* ---- objects ---- */

struct object *object_new(enum object_kind kind, size_t cap)
{
	struct object *object = calloc(1, sizeof *object);

	object->kind = kind;
	object->holders = 1;
	if (cap > 0) {
		object->in = (struct queue){malloc(cap), 0, cap};
		object->out = (struct queue){malloc(cap), 0, cap};
	}
	return object;
}

void object_drop(struct object *object)
{
	if (!object || --object->holders > 0)
		return;
	for (size_t i = 0; i < object->waiting_count; i++)
		object_drop(object->waiting[i]);
	while (object->messages) {
		struct sim_message *message = object->messages;

		object->messages = message->behind;
		object_drop(message->passed);
		free(message);
	}
	free(object->in.at);
	free(object->out.at);
	free(object->watches);
	free(object);
}

size_t queue_put(struct queue *queue, const void *bytes, size_t len)
{
	size_t room = queue->cap - queue->len;

	len = len < room ? len : room;
	memcpy(queue->at + queue->len, bytes, len);
	queue->len += len;
	return len;
}

size_t queue_take(struct queue *queue, void *bytes, size_t len)
{
	len = len < queue->len ? len : queue->len;
	memcpy(bytes, queue->at, len);
	queue->len -= len;
	memmove(queue->at, queue->at + len, queue->len);
	return len;
}

/* ---- descriptors ---- */

void kernel_reset(void)
{
	for (int fd = FIRST; fd < DESCRIPTORS; fd++) {
		object_drop(kernel.fd[fd]);
		kernel.fd[fd] = NULL;
	}
	kernel.now = 1000;
	kernel.spent = 0;
	kernel.signals_count = 0;
}

int kernel_open(struct object *object)
{
	for (int fd = FIRST; fd < DESCRIPTORS; fd++)
		if (!kernel.fd[fd]) {
			kernel.fd[fd] = object;
			object->holders++;
			return fd;
		}
	errno = EMFILE;
	return -1;
}

size_t kernel_descriptors(void)
{
	size_t count = 0;

	for (int fd = FIRST; fd < DESCRIPTORS; fd++)
		count += kernel.fd[fd] != NULL;
	return count;
}

struct object *kernel_object(int fd, enum object_kind kind)
{
	kernel.spent += KERNEL_CALL_TIME;
	if (fd < FIRST || fd >= DESCRIPTORS || !kernel.fd[fd])
		sim_fail("descriptor %d is not open", fd);
	if (kernel.fd[fd]->kind != kind)
		sim_fail("descriptor %d is of another kind", fd);
	return kernel.fd[fd];
}

int sys_dup(int fd)
{
	if (fd < FIRST || fd >= DESCRIPTORS || !kernel.fd[fd])
		sim_fail("dup of descriptor %d, which is not open", fd);
	return kernel_open(kernel.fd[fd]);
}

static bool is_last_descriptor(const struct object *object)
{
	for (int fd = FIRST; fd < DESCRIPTORS; fd++)
		if (kernel.fd[fd] == object)
			return false;
	return true;
}

void sys_close(int fd)
{
	struct object *object;

	if (fd < FIRST || fd >= DESCRIPTORS || !kernel.fd[fd])
		sim_fail("close of descriptor %d, which is not open", fd);
	object = kernel.fd[fd];
	file_closing(fd);
	for (int i = FIRST; i < DESCRIPTORS; i++)
		if (kernel.fd[i] && i != fd)
			epoll_closing(kernel.fd[i], fd);
	kernel.fd[fd] = NULL;
	if (is_last_descriptor(object)) {
		object->worker_end = true;
		/* Unread bytes, or SO_LINGER with 0, make it a reset. */
		if (object->kind == STREAM &&
			(object->reset_on_close || object->in.len > 0))
			object->reset = true;
	}
	object_drop(object);
}

/* ---- time ---- */

int64_t kernel_now(void)
{
	return kernel.now;
}

int64_t sys_now(void)
{
	return kernel.now * 1000000 + kernel.spent;
}

int64_t sys_tick(void)
{
	return sys_now();
}

void sys_usage(struct sys_usage *usage)
{
	*usage = (struct sys_usage){.cpu = 0};
}

int64_t sys_date(void)
{
	return START_DATE + kernel.now * 1000000;
}

/* ---- signals ---- */

int sys_catch(int signo, void (*handler)(int signo))
{
	kernel.signals[kernel.signals_count].signo = signo;
	kernel.signals[kernel.signals_count].handler = handler;
	kernel.signals[kernel.signals_count++].pending = false;
	return 0;
}

int sys_ignore(int signo)
{
	(void)signo;
	return 0;
}

void kernel_raise(int signo)
{
	for (size_t i = 0; i < kernel.signals_count; i++)
		if (kernel.signals[i].signo == signo)
			kernel.signals[i].pending = true;
}

/* Whether one was delivered. */
static bool deliver_signals(void)
{
	bool delivered = false;

	for (size_t i = 0; i < kernel.signals_count; i++)
		if (kernel.signals[i].pending) {
			kernel.signals[i].pending = false;
			kernel.signals[i].handler(kernel.signals[i].signo);
			delivered = true;
		}
	return delivered;
}

/* ---- the wait ---- */

static short events_of(const struct object *object)
{
	short events = 0;

	switch (object->kind) {
	case LISTENER:
		return object->waiting_count > 0 ? POLLIN : 0;
	case STREAM:
		if (object->in.len > 0 || object->fin || object->reset)
			events |= POLLIN;
		if (object->out.len < object->out.cap || object->reset)
			events |= POLLOUT;
		if (object->reset)
			events |= POLLERR | POLLHUP;
		if (object->fin && object->shut)
			events |= POLLHUP;
		return events;
	case PIPE:
		if (object->in.len > 0)
			events |= POLLIN;
		if (object->in.len < object->in.cap)
			events |= POLLOUT;
		return events;
	case CHANNEL:
		events = POLLOUT;
		if (object->messages || object->gone)
			events |= POLLIN;
		if (object->gone)
			events |= POLLHUP;
		return events;
	case FILE_OPEN:
		return POLLIN | POLLOUT;
	case EPOLL:
		return epoll_is_ready(object) ? POLLIN : 0;
	}
	return 0;
}

short kernel_events(int fd)
{
	if (fd < FIRST || fd >= DESCRIPTORS || !kernel.fd[fd])
		sim_fail("wait for descriptor %d, which is not open", fd);
	return events_of(kernel.fd[fd]);
}

static int find_ready(struct pollfd *fds, nfds_t count)
{
	int ready = 0;

	for (nfds_t i = 0; i < count; i++) {
		short asked = (short)(fds[i].events | POLLERR | POLLHUP);

		fds[i].revents = 0;
		if (fds[i].fd < 0)
			continue;
		fds[i].revents = kernel_events(fds[i].fd) & asked;
		ready += fds[i].revents != 0;
	}
	return ready;
}

int kernel_wait(struct pollfd *fds, nfds_t count, int timeout)
{
	int64_t end;

	kernel.now += kernel.spent / 1000000;
	kernel.spent = 0;
	end = kernel.now + timeout;
	/* The world moves even if the worker never sleeps. */
	(void)world_step();
	for (;;) {
		int ready = find_ready(fds, count);

		if (ready > 0)
			return ready;
		if (deliver_signals() || chance_one_in(200)) {
			errno = EINTR;
			return -1;
		}
		if (timeout >= 0 && kernel.now >= end)
			return 0;
		kernel.now += (int64_t)chance(2);
		if (world_step())
			continue;
		/* Nobody will ever do anything again but the clock. A breath
		 * may be waited for; a deadline means that somebody was
		 * forgotten. */
		if (timeout < 0 || timeout > LONGEST_BREATH)
			sim_fail("the worker waits for %d ms, and for nobody",
				timeout);
		kernel.now = end;
	}
}

int sys_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	return kernel_wait(fds, count, timeout);
}

int sys_select(int count, fd_set *readable, fd_set *writable, int timeout)
{
	struct pollfd fds[DESCRIPTORS];
	int ready;

	for (int fd = 0; fd < count; fd++) {
		short events = 0;

		if (FD_ISSET(fd, readable))
			events |= POLLIN;
		if (FD_ISSET(fd, writable))
			events |= POLLOUT;
		fds[fd] = (struct pollfd){events ? fd : -1, events, 0};
	}
	ready = sys_poll(fds, (nfds_t)count, timeout);
	FD_ZERO(readable);
	FD_ZERO(writable);
	for (int fd = 0; ready > 0 && fd < count; fd++) {
		if (fds[fd].revents & (POLLIN | POLLHUP | POLLERR) &&
			fds[fd].events & POLLIN)
			FD_SET(fd, readable);
		if (fds[fd].revents & (POLLOUT | POLLERR) &&
			fds[fd].events & POLLOUT)
			FD_SET(fd, writable);
	}
	return ready;
}

/* ---- sockets ---- */

int sys_accept(int listener, struct sys_peer *peer)
{
	struct object *object = kernel_object(listener, LISTENER);
	struct object *stream;
	int fd;

	if (object->waiting_count == 0) {
		errno = EAGAIN;
		return -1;
	}
	stream = object->waiting[0];
	fd = kernel_open(stream);
	if (fd < 0)
		return -1;
	memmove(object->waiting, object->waiting + 1,
		--object->waiting_count * sizeof *object->waiting);
	object_drop(stream);
	*peer = (struct sys_peer){
		.family = AF_INET, .addr = {192, 0, 2, 7}, .port = 4711};
	return fd;
}

ssize_t sys_recv(int fd, void *into, size_t len)
{
	struct object *object = kernel_object(fd, STREAM);

	if (object->reset) {
		errno = ECONNRESET;
		return -1;
	}
	if (object->in.len == 0 && object->fin)
		return 0;
	if (object->in.len == 0) {
		errno = EAGAIN;
		return -1;
	}
	if (chance_one_in(3))
		len = 1 + chance(len);
	return (ssize_t)queue_take(&object->in, into, len);
}

ssize_t sys_send(int fd, const struct iovec *pieces, int count)
{
	struct object *object = kernel_object(fd, STREAM);
	size_t most = chance_one_in(3) ? 1 + chance(3000) : SIZE_MAX;
	size_t sent = 0;

	if (object->shut)
		sim_fail("send behind the shutdown of %d", fd);
	if (object->reset) {
		errno = chance_one_in(2) ? EPIPE : ECONNRESET;
		return -1;
	}
	for (int i = 0; i < count && sent < most; i++) {
		size_t len = pieces[i].iov_len;
		size_t took;

		len = len < most - sent ? len : most - sent;
		took = len ? queue_put(&object->out, pieces[i].iov_base, len)
			   : 0;
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

int sys_shutdown(int fd)
{
	struct object *object = kernel_object(fd, STREAM);

	if (object->reset) {
		errno = ENOTCONN;
		return -1;
	}
	object->shut = true;
	return 0;
}

int sys_reset_on_close(int fd)
{
	kernel_object(fd, STREAM)->reset_on_close = true;
	return 0;
}
