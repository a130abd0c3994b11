/* fake_aio.c - a disk that answers when the test says so. */
#include "support/fake_aio.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

enum { FLIGHTS = 256 };

struct flight {
	struct aiocb *cb;
	bool landed;
	int error;
	ssize_t got;
};

static struct {
	struct flight flights[FLIGHTS]; /* until their result is taken */
	size_t count;
	int refusal;
	size_t refusals, started, refused, closed;
	int threads;
} fake;

void __wrap_sys_aio_open(int threads);
int __wrap_sys_aio_read(struct aiocb *cb);
int __wrap_sys_aio_error(const struct aiocb *cb);
ssize_t __wrap_sys_aio_return(struct aiocb *cb);
void __wrap_sys_close(int fd);

void fake_reset(void)
{
	memset(&fake, 0, sizeof(fake));
}

static size_t index_in_air(size_t i)
{
	for (size_t at = 0; at < fake.count; at++)
		if (!fake.flights[at].landed && i-- == 0)
			return at;
	fail_msg("there are not so many reads in flight");
	return 0;
}

size_t fake_flying(void)
{
	size_t flying = 0;

	for (size_t at = 0; at < fake.count; at++)
		flying += !fake.flights[at].landed;
	return flying;
}

const struct aiocb *fake_flight(size_t i)
{
	return fake.flights[index_in_air(i)].cb;
}

static void land(size_t i, int error, size_t most)
{
	struct flight *flight = &fake.flights[index_in_air(i)];
	struct aiocb *cb = flight->cb;
	size_t len = cb->aio_nbytes < most ? cb->aio_nbytes : most;

	flight->landed = true;
	flight->error = error;
	flight->got = -1;
	if (error != 0)
		return;
	flight->got = pread(cb->aio_fildes, (void *)(uintptr_t)cb->aio_buf, len,
		cb->aio_offset);
	if (flight->got < 0)
		flight->error = errno;
}

void fake_land(size_t i, int error)
{
	land(i, error, SIZE_MAX);
}

void fake_land_short(size_t i, size_t most)
{
	land(i, 0, most);
}

void fake_refuse(int error, size_t times)
{
	fake.refusal = error;
	fake.refusals = times;
}

size_t fake_started(void)
{
	return fake.started;
}

size_t fake_refused(void)
{
	return fake.refused;
}

size_t fake_closed(void)
{
	return fake.closed;
}

int fake_threads(void)
{
	return fake.threads;
}

static struct flight *flight_of(const struct aiocb *cb)
{
	for (size_t at = 0; at < fake.count; at++)
		if (fake.flights[at].cb == cb)
			return &fake.flights[at];
	return NULL;
}

void __wrap_sys_aio_open(int threads)
{
	assert_int_equal(fake.threads, 0);
	fake.threads = threads;
}

int __wrap_sys_aio_read(struct aiocb *cb)
{
	assert_int_equal(cb->aio_sigevent.sigev_notify, SIGEV_SIGNAL);
	assert_int_equal(cb->aio_sigevent.sigev_signo, SIGURG);
	assert_int_equal(cb->aio_reqprio, 0);
	assert_int_equal(cb->aio_lio_opcode, 0);
	assert_null(flight_of(cb));
	for (size_t at = 0; at < fake.count; at++)
		assert_int_not_equal(
			fake.flights[at].cb->aio_fildes, cb->aio_fildes);
	if (fake.refusals > 0) {
		fake.refusals--;
		fake.refused++;
		errno = fake.refusal;
		return -1;
	}
	assert_true(fake.count < FLIGHTS);
	fake.flights[fake.count++] = (struct flight){.cb = cb};
	fake.started++;
	/* What a stale aiocb would carry into the next read. */
	cb->aio_lio_opcode = 77;
	return 0;
}

int __wrap_sys_aio_error(const struct aiocb *cb)
{
	const struct flight *flight = flight_of(cb);

	assert_non_null(flight);
	return flight->landed ? flight->error : EINPROGRESS;
}

ssize_t __wrap_sys_aio_return(struct aiocb *cb)
{
	struct flight *flight = flight_of(cb);
	ssize_t got;

	assert_non_null(flight);
	assert_true(flight->landed);
	got = flight->got;
	fake.count--;
	memmove(flight, flight + 1,
		(size_t)(fake.flights + fake.count - flight) * sizeof(*flight));
	return got;
}

void __wrap_sys_close(int fd)
{
	for (size_t at = 0; at < fake.count; at++)
		assert_int_not_equal(fake.flights[at].cb->aio_fildes, fd);
	fake.closed++;
	assert_int_equal(close(fd), 0);
}
