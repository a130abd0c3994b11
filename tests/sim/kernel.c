/* kernel.c - objects, descriptors, time, signals. */
#include "kernel.h"

#include <errno.h>
#include <string.h>

#include "chance.h"
#include "fault.h"
#include "memory.h"
#include "sys/sys.h"

#ifdef __has_feature
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define CHECK_WRITTEN(bytes, len) __msan_check_mem_is_initialized(bytes, len)
#endif
#endif

/* In one turn; 48 were the most in ten thousand seeds. */
enum { CALLS_MAX = 200 };

static struct {
	struct object *fd[FDS];
	int limit;
	bool has_epoll;
	int top; /* no descriptor from here on was ever open */
	size_t calls;
	struct {
		int signo;
		void (*handler)(int signo);
		bool pending;
	} signals[4];
	size_t signals_count;
} kernel;

/* ---- objects ---- */

struct object *object_new(enum object_kind kind, size_t room)
{
	struct object *object = sim_new(sizeof *object);

	object->kind = kind;
	object->holders = 1;
	object->room = room;
	if (kind == PIPE)
		object->bytes = sim_new(room);
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
		sim_free(message);
	}
	sim_free(object->bytes);
	sim_free(object->watches);
	sim_free(object);
}

/* ---- descriptors ---- */

void kernel_reset(int limit, bool has_epoll)
{
	memset(&kernel, 0, sizeof kernel);
	kernel.limit = limit;
	kernel.has_epoll = has_epoll;
}

bool kernel_has_epoll(void)
{
	return kernel.has_epoll;
}

int kernel_open(struct object *object)
{
	for (int fd = FIRST_FD; fd < kernel.limit; fd++)
		if (!kernel.fd[fd]) {
			kernel.fd[fd] = object;
			object->holders++;
			if (fd >= kernel.top)
				kernel.top = fd + 1;
			return fd;
		}
	fault_happened(FAULT_DUP);
	errno = EMFILE;
	return -1;
}

int kernel_top(void)
{
	return kernel.top;
}

size_t kernel_descriptors(void)
{
	size_t count = 0;

	for (int fd = FIRST_FD; fd < kernel.top; fd++)
		count += kernel.fd[fd] != NULL;
	return count;
}

struct object *kernel_at(int fd)
{
	return fd >= FIRST_FD && fd < FDS ? kernel.fd[fd] : NULL;
}

void kernel_called(void)
{
	kernel_spend(KERNEL_CALL_TIME);
	kernel_stall();
	if (++kernel.calls > CALLS_MAX)
		sim_fail(NOBODY_KNOWN, "a turn without end");
}

struct object *kernel_object(int fd, enum object_kind kind)
{
	struct object *object = kernel_at(fd);

	kernel_called();
	if (!object)
		sim_fail(NOBODY_KNOWN, "descriptor %d is not open", fd);
	if (object->kind != kind)
		sim_fail(NOBODY_KNOWN, "descriptor %d is of another kind", fd);
	return object;
}

int sys_dup(int fd)
{
	if (!kernel_at(fd))
		sim_fail(NOBODY_KNOWN, "dup of %d, which is not open", fd);
	kernel_called();
	if (fault(FAULT_DUP))
		return -1;
	return kernel_open(kernel.fd[fd]);
}

static bool has_descriptor(const struct object *object)
{
	for (int fd = FIRST_FD; fd < kernel.top; fd++)
		if (kernel.fd[fd] == object)
			return true;
	return false;
}

void sys_close(int fd)
{
	struct object *object = kernel_at(fd);

	if (!object)
		sim_fail(NOBODY_KNOWN, "close of %d, which is not open", fd);
	kernel_called();
	flights_closing(fd);
	for (int i = FIRST_FD; i < kernel.top; i++)
		if (kernel.fd[i] && kernel.fd[i]->kind == EPOLL && i != fd)
			epoll_closing(kernel.fd[i], fd);
	kernel.fd[fd] = NULL;
	if (!has_descriptor(object)) {
		object->worker_end = true;
		/* Unread bytes, or SO_LINGER with 0, make it a reset. */
		if (object->kind == STREAM &&
			(object->reset_on_close ||
				object->come > object->taken))
			object->reset = true;
		if (object->ear && object->ear->on_closed)
			object->ear->on_closed(object->actor);
	}
	object_drop(object);
}

void kernel_sees(const void *bytes, size_t len)
{
#ifdef CHECK_WRITTEN
	CHECK_WRITTEN(bytes, len);
#else
	(void)bytes;
	(void)len;
#endif
}

/* ---- signals ---- */

int sys_catch(int signo, void (*handler)(int signo))
{
	if (fault(FAULT_CATCH))
		return -1;
	kernel.signals[kernel.signals_count].signo = signo;
	kernel.signals[kernel.signals_count].handler = handler;
	kernel.signals[kernel.signals_count++].pending = false;
	return 0;
}

int sys_ignore(int signo)
{
	(void)signo;
	return fault(FAULT_CATCH) ? -1 : 0;
}

void kernel_raise(int signo)
{
	for (size_t i = 0; i < kernel.signals_count; i++)
		if (kernel.signals[i].signo == signo)
			kernel.signals[i].pending = true;
}

bool kernel_deliver(void)
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

size_t kernel_calls(void)
{
	size_t calls = kernel.calls;

	kernel.calls = 0;
	return calls;
}
