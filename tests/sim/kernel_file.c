/*
 * kernel_file.c - open files and their reads.
 *
 * A read takes its bytes when it ends, through the descriptor that it was
 * started with: a worker that closes or reuses one too early gets other bytes
 * or a failure here, which no sanitizer would see.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "kernel.h"
#include "sys/sys.h"
#include "world.h"

enum { READS = 64 };

struct flight {
	struct aiocb *cb;            /* NULL: this place is free */
	const struct object *object; /* behind the descriptor at the start */
	bool done;
	int error;
	ssize_t result;
};

static struct flight flights[READS];

static struct flight *find_flight(const struct aiocb *cb)
{
	for (size_t i = 0; i < READS; i++)
		if (flights[i].cb == cb)
			return &flights[i];
	sim_fail("a question about a read that was never started");
}

void sys_aio_open(int threads)
{
	(void)threads;
	memset(flights, 0, sizeof flights);
}

int sys_aio_read(struct aiocb *cb)
{
	if (cb->aio_sigevent.sigev_notify != SIGEV_SIGNAL)
		sim_fail("a read that does not say how it tells of its end");
	if (chance_one_in(50)) {
		errno = EAGAIN;
		return -1;
	}
	for (size_t i = 0; i < READS; i++)
		if (!flights[i].cb) {
			flights[i] = (struct flight){.cb = cb,
				.object = kernel_object(
					cb->aio_fildes, FILE_OPEN)};
			return 0;
		}
	errno = EAGAIN;
	return -1;
}

int sys_aio_error(const struct aiocb *cb)
{
	const struct flight *flight = find_flight(cb);

	return flight->done ? flight->error : EINPROGRESS;
}

ssize_t sys_aio_return(struct aiocb *cb)
{
	struct flight *flight = find_flight(cb);

	if (!flight->done)
		sim_fail("aio_return of a read in flight");
	flight->cb = NULL;
	return flight->result;
}

void file_closing(int fd)
{
	for (size_t i = 0; i < READS; i++)
		if (flights[i].cb && !flights[i].done &&
			flights[i].cb->aio_fildes == fd)
			sim_fail("descriptor %d closed under its read", fd);
}

static void land(struct flight *flight)
{
	struct aiocb *cb = flight->cb;
	const struct object *object = kernel_object(cb->aio_fildes, FILE_OPEN);
	const struct sim_file *file = object->file;
	size_t offset = (size_t)cb->aio_offset;
	size_t len = offset < file->size ? file->size - offset : 0;

	if (object != flight->object)
		sim_fail(
			"descriptor %d means another file now", cb->aio_fildes);
	len = len < cb->aio_nbytes ? len : cb->aio_nbytes;
	if (len > 1 && chance_one_in(10))
		len = 1 + chance(len);
	if (len > 0)
		memcpy((void *)(uintptr_t)cb->aio_buf, file->bytes + offset,
			len);
	flight->done = true;
	flight->result = (ssize_t)len;
	if (world.faulty && chance_one_in(100)) {
		flight->error = EIO;
		flight->result = -1;
		world.errors++;
	}
	kernel_raise(cb->aio_sigevent.sigev_signo);
}

size_t kernel_flying(void)
{
	size_t count = 0;

	for (size_t i = 0; i < READS; i++)
		count += flights[i].cb && !flights[i].done;
	return count;
}

/* One read ends, any one: their order is nobody's promise. */
bool file_step(void)
{
	size_t flying = kernel_flying();
	size_t pick = flying > 0 ? chance(flying) : 0;

	for (size_t i = 0; flying > 0 && i < READS; i++)
		if (flights[i].cb && !flights[i].done && pick-- == 0) {
			land(&flights[i]);
			return true;
		}
	return false;
}

void kernel_land_all(void)
{
	while (file_step())
		;
}

int sys_stat(int fd, struct stat *st)
{
	const struct sim_file *file = kernel_object(fd, FILE_OPEN)->file;

	memset(st, 0, sizeof *st);
	st->st_mode = 0644;
	st->st_nlink = 1;
	st->st_dev = 1;
	st->st_ino = file->inode;
	st->st_size = (off_t)file->size;
	st->st_mtim.tv_sec = (time_t)(file->modified / 1000000000);
	st->st_mtim.tv_nsec = (long)(file->modified % 1000000000);
	st->st_ctim = st->st_mtim;
	return 0;
}
