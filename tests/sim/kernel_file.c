/*
 * kernel_file.c - open files and their reads.
 *
 * A read takes its bytes when it ends, through the descriptor that it was
 * started with.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "chance.h"
#include "fault.h"
#include "kernel.h"
#include "loop/cont.h"
#include "loop/fileread.h"
#include "sys/sys.h"
#include "tree.h"

enum { READS = 128, LATE = 30000 };

static struct flight {
	struct aiocb *cb;            /* NULL: this place is free */
	const struct object *object; /* behind the descriptor at the start */
	int64_t since, until;        /* until: it does not end before */
	bool done;
	int error;
	ssize_t result;
} flights[READS];

static size_t flying, landed; /* landed: and not yet asked for */

static size_t left_alone; /* now */
static struct {
	uint64_t all, ahead, left_alone;
} counts; /* over all seeds */

static struct flight *find_flight(const struct aiocb *cb)
{
	for (size_t i = 0; i < READS; i++)
		if (flights[i].cb == cb)
			return &flights[i];
	sim_fail(NOBODY_KNOWN, "a question about a read that was never made");
}

void flights_reset(void)
{
	memset(flights, 0, sizeof flights);
	flying = landed = left_alone = 0;
}

void sys_aio_open(int threads)
{
	(void)threads;
}

int sys_aio_read(struct aiocb *cb)
{
	struct flight *flight = flights;

	if (cb->aio_sigevent.sigev_notify != SIGEV_SIGNAL)
		sim_fail(NOBODY_KNOWN, "a read that does not tell of its end");
	if (fault(FAULT_AIO) || fault(FAULT_AIO_BAD))
		return -1;
	while (flight->cb)
		if (++flight == flights + READS)
			sim_fail(NOBODY_KNOWN, "too many reads in flight");
	*flight = (struct flight){.cb = cb,
		.object = kernel_object(cb->aio_fildes, FILE_OPEN),
		.since = kernel_now()};
	flying++;
	counts.all++;
	/* Nobody waits for one that is made ahead. */
	counts.ahead += !cont_is_saved(cb->aio_fildes);
	if (fault(FAULT_READ_LATE))
		flight->until = kernel_now() + (int64_t)chance(LATE);
	kernel_alarm(flight->until);
	return 0;
}

int sys_aio_error(const struct aiocb *cb)
{
	const struct flight *flight = find_flight(cb);

	kernel_called();
	return flight->done ? flight->error : EINPROGRESS;
}

ssize_t sys_aio_return(struct aiocb *cb)
{
	struct flight *flight = find_flight(cb);

	kernel_called();
	if (!flight->done)
		sim_fail(NOBODY_KNOWN, "aio_return of a read in flight");
	flight->cb = NULL;
	landed--;
	return flight->result;
}

static bool is_flying(const struct flight *flight)
{
	return flight->cb && !flight->done;
}

void flights_closing(int fd)
{
	for (size_t i = 0; flying > 0 && i < READS; i++)
		if (is_flying(&flights[i]) && flights[i].cb->aio_fildes == fd)
			sim_fail(NOBODY_KNOWN,
				"descriptor %d closed under its read", fd);
}

static void land(struct flight *flight)
{
	struct aiocb *cb = flight->cb;
	const struct object *object = kernel_object(cb->aio_fildes, FILE_OPEN);
	size_t len = cb->aio_nbytes;

	if (object != flight->object)
		sim_fail(NOBODY_KNOWN, "descriptor %d means another file now",
			cb->aio_fildes);
	if (len > 1 && chance_one_in(10))
		len = 1 + chance(len);
	flight->result = (ssize_t)tree_read(object->file, object->inode,
		(size_t)cb->aio_offset, (void *)(uintptr_t)cb->aio_buf, len);
	flight->done = true;
	flying--;
	landed++;
	if (fault(FAULT_READ)) {
		flight->error = errno;
		flight->result = -1;
	}
	kernel_raise(cb->aio_sigevent.sigev_signo);
}

size_t flights_count(void)
{
	return flying;
}

void flights_check(void)
{
	size_t alone = fileread_detached();

	if (alone > left_alone)
		counts.left_alone += alone - left_alone;
	left_alone = alone;
	if (landed > 0)
		sim_fail(NOBODY_KNOWN, "a read is over, and was not asked for");
}

void flights_print(void)
{
	printf("  %" PRIu64 " reads, %" PRIu64 " of them ahead; %" PRIu64
	       " were left alone\n",
		counts.all, counts.ahead, counts.left_alone);
}

/* Any one: their order is nobody's promise. */
bool flights_step(void)
{
	size_t first = chance(READS);

	for (size_t i = 0; flying > 0 && i < READS; i++) {
		struct flight *flight = &flights[(first + i) % READS];

		if (!is_flying(flight))
			continue;
		if (flight->until <= kernel_now()) {
			land(flight);
			return true;
		}
		kernel_alarm(flight->until);
	}
	return false;
}

void flights_land(void)
{
	for (size_t i = 0; i < READS; i++)
		if (is_flying(&flights[i]))
			land(&flights[i]);
}

static int stat_of(int fd, struct stat *st)
{
	const struct object *object = kernel_object(fd, FILE_OPEN);
	struct sim_name *name = object->file;
	const struct sim_version *version = tree_inode(name, object->inode);
	const struct sim_version *current = tree_version(name);

	if (fault(FAULT_STAT))
		return -1;
	memset(st, 0, sizeof *st);
	st->st_mode = 0644;
	st->st_nlink = name->there && current == version;
	st->st_dev = tree_device(name, version->inode);
	st->st_ino = version->inode;
	st->st_size = (off_t)version->size;
	st->st_mtim.tv_sec = (time_t)(version->modified / 1000000000);
	st->st_mtim.tv_nsec = (long)(version->modified % 1000000000);
	st->st_ctim.tv_sec = (time_t)(version->changed / 1000000000);
	st->st_ctim.tv_nsec = (long)(version->changed % 1000000000);
	if (st->st_nlink == 0)
		st->st_ctim.tv_nsec ^= 1;
	return 0;
}

/* On a device over a network the question could wait for an answer. */
int sys_stat(int fd, struct stat *st)
{
	int result = stat_of(fd, st);

	if (result == 0 && st->st_dev == DEVICE_REMOTE)
		sim_fail(NOBODY_KNOWN, "fstat of %d waits for a network", fd);
	return result;
}

/* What is known is what is so; but it need not be asked of a local disk. */
int sys_stat_known(int fd, struct stat *st)
{
	int result = stat_of(fd, st);

	if (result == 0 && st->st_dev != DEVICE_REMOTE)
		sim_fail(NOBODY_KNOWN, "what is known of %d may be old", fd);
	return result;
}
