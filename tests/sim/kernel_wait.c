/*
 * kernel_wait.c - time, and the calls that wait for it.
 *
 * Little passes outside of these, a microsecond with each call. While the
 * worker waits the actors act; when nobody can, the clock goes to the next
 * alarm or to the end of the wait. A wait without end, with nobody who could
 * end it, is a wake-up that was lost; a thousand turns in which nothing happens
 * are a row that nobody looks at.
 */
#include <errno.h>
#include <string.h>

#include "chance.h"
#include "fault.h"
#include "kernel.h"
#include "sys/sys.h"

enum { SPINS_MAX = 1000, TURNS_MAX = 400000, STALL_MAX = 150 };

#define START_DATE INT64_C(1790000000000000000)
#define MS INT64_C(1000000)

static struct {
	int64_t now;   /* nanoseconds, when the turn began or in the wait */
	int64_t spent; /* in calls since then */
	int64_t date;  /* of the moment 0 */
	bool turning;  /* the worker has begun a turn */
	int64_t alarm;
	size_t spins, turns;
} waits;

void waits_reset(void)
{
	memset(&waits, 0, sizeof waits);
	waits.now = 1000 * MS;
	waits.date = START_DATE + (int64_t)chance(1000000000);
	waits.alarm = NEVER;
}

/* ---- time ---- */

int64_t kernel_now(void)
{
	return waits.now / MS;
}

static void pass(int64_t milliseconds)
{
	waits.now += milliseconds * MS;
}

void kernel_spend(int64_t nanoseconds)
{
	waits.spent += nanoseconds;
}

void kernel_stall(void)
{
	int64_t before = waits.spent;

	if (!waits.turning || !chance_one_in(50) || !fault(FAULT_STALL))
		return;
	kernel_spend((1 + (int64_t)chance(STALL_MAX)) * MS);
	fault_happened(FAULT_LEAP);
	world_stalled(before, waits.spent);
}

/* What was spent is the time of all now. */
static void settle(void)
{
	waits.now += waits.spent;
	waits.spent = 0;
}

int64_t kernel_date(void)
{
	return waits.date + waits.now;
}

void kernel_jump(int64_t nanoseconds)
{
	waits.date += nanoseconds;
}

void kernel_alarm(int64_t when)
{
	if (when > kernel_now() && when < waits.alarm)
		waits.alarm = when;
}

int64_t sys_now(void)
{
	return waits.now + waits.spent;
}

/* Some milliseconds behind, and never the earlier for it. */
int64_t sys_tick(void)
{
	int64_t now = sys_now();

	return now - now % (4 * MS);
}

void sys_usage(struct sys_usage *usage)
{
	*usage = (struct sys_usage){.cpu = sys_now()};
}

/* It is asked once a turn, at its beginning: include/loop/loop.h. */
int64_t sys_date(void)
{
	settle();
	waits.turning = true;
	return kernel_date();
}

/* ---- what is ready ---- */

static short events_of_stream(const struct object *object)
{
	short events = 0;

	if (object->come > object->taken || object->fin || object->reset)
		events |= POLLIN;
	if (object->unread < object->room || object->reset)
		events |= POLLOUT;
	if (object->reset)
		events |= POLLERR | POLLHUP;
	if (object->fin && object->shut)
		events |= POLLHUP;
	return events;
}

static short events_of(const struct object *object)
{
	short events = 0;

	switch (object->kind) {
	case LISTENER:
		return object->waiting_count > 0 ? POLLIN : 0;
	case STREAM:
		return events_of_stream(object);
	case PIPE:
		if (object->unread > 0)
			events |= POLLIN;
		/* As much as is written whole. */
		if (object->room - object->unread >= 4096)
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
	const struct object *object = kernel_at(fd);

	if (!object)
		sim_fail(NOBODY_KNOWN, "wait for %d, which is not open", fd);
	return events_of(object);
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

/* ---- the wait ---- */

/* A poller may wait more than once in a turn. */
void kernel_turn_over(void)
{
	if (waits.turning)
		world_turn_over();
	waits.turning = false;
}

static void begin_wait(void)
{
	kernel_turn_over();
	settle();
	waits.spins = kernel_calls() > 0 ? 0 : waits.spins + 1;
	if (waits.spins > SPINS_MAX)
		sim_fail(NOBODY_KNOWN, "the worker turns and does nothing");
	if (++waits.turns > TURNS_MAX)
		sim_fail(NOBODY_KNOWN, "turns without end");
	/* Time passes for who never sleeps as well; rarely much of it, when a
	 * whole machine slept. */
	pass(chance_one_in(4));
	if (fault(FAULT_LEAP)) {
		pass((int64_t)chance(40000));
		fault_happened(FAULT_LEAP);
	}
	/* The world moves even if the worker never sleeps. */
	for (uint64_t i = 1 + chance(3); i > 0; i--)
		(void)world_step();
}

/* Nobody can act now. False: nobody ever will, and there is no end. */
static bool pass_time(int64_t end)
{
	int64_t to = waits.alarm < end ? waits.alarm : end;

	if (to == NEVER)
		return false;
	if (to > kernel_now())
		waits.now = to * MS;
	if (waits.alarm <= kernel_now())
		waits.alarm = NEVER;
	return true;
}

int kernel_wait(struct pollfd *fds, nfds_t count, int timeout)
{
	int64_t end;

	begin_wait();
	end = timeout < 0 ? NEVER : kernel_now() + timeout;
	if (fault(FAULT_WAIT))
		return -1;
	for (;;) {
		int ready = find_ready(fds, count);

		if (ready > 0)
			return ready;
		if (kernel_deliver() || chance_one_in(200)) {
			errno = EINTR;
			return -1;
		}
		if (kernel_now() >= end)
			return 0;
		pass((int64_t)chance(2));
		if (world_step())
			continue;
		if (!pass_time(end))
			sim_fail(NOBODY_KNOWN,
				"the worker waits for ever, and for nobody");
	}
}

int sys_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	return kernel_wait(fds, count, timeout);
}

int sys_select(int count, fd_set *readable, fd_set *writable, int timeout)
{
	struct pollfd fds[FDS];
	int ready;

	for (int fd = 0; fd < count; fd++) {
		short events = 0;

		if (FD_ISSET(fd, readable))
			events |= POLLIN;
		if (FD_ISSET(fd, writable))
			events |= POLLOUT;
		fds[fd] = (struct pollfd){events ? fd : -1, events, 0};
	}
	ready = kernel_wait(fds, (nfds_t)count, timeout);
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
