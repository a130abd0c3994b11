/*
 * aio.c - POSIX AIO for sanitizers: a thread for each read.
 *
 * libc's own threads are unknown to them. ThreadSanitizer would not see a block
 * that is used or freed under a read, and falls over the second of them;
 * MemorySanitizer would take what they read for bytes never written. These are
 * made where both look, and touch aiocb and block as libc's do. What orders them
 * and the worker is what POSIX promises and no more: aio_read() begins a read,
 * and an aio_error() that is not EINPROGRESS ends it.
 */
#include <aio.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { READS_MAX = 256 };

struct read {
	const struct aiocb *cb; /* NULL: free; the main thread's alone */
	atomic_int error;
	ssize_t got;
};

static struct read reads[READS_MAX];

static struct read *read_of(const struct aiocb *cb)
{
	for (size_t i = 0; i < READS_MAX; i++)
		if (reads[i].cb == cb)
			return &reads[i];
	return NULL;
}

static void *do_read(void *state)
{
	struct read *r = state;
	const struct aiocb *cb = r->cb;
	int signo = cb->aio_sigevent.sigev_signo;
	int error;

	r->got = pread(cb->aio_fildes, (void *)cb->aio_buf, cb->aio_nbytes,
		cb->aio_offset);
	/* A place in what has none is not looked at. */
	if (r->got < 0 && errno == ESPIPE)
		r->got = read(
			cb->aio_fildes, (void *)cb->aio_buf, cb->aio_nbytes);
	error = r->got < 0 ? errno : 0;
	/* From here on nothing is ours. */
	atomic_store_explicit(&r->error, error, memory_order_release);
	kill(getpid(), signo);
	return NULL;
}

/* With every signal blocked, as libc's threads have them. */
static int begin(struct read *r)
{
	sigset_t all;
	sigset_t before;
	pthread_t thread;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, NULL, do_read, r);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error == 0)
		pthread_detach(thread);
	return error;
}

int aio_read(struct aiocb *cb)
{
	struct read *r = read_of(NULL);

	if (r == NULL) {
		errno = EAGAIN;
		return -1;
	}
	r->cb = cb;
	atomic_store_explicit(&r->error, EINPROGRESS, memory_order_relaxed);
	if (begin(r) == 0)
		return 0;
	r->cb = NULL;
	errno = EAGAIN;
	return -1;
}

int aio_error(const struct aiocb *cb)
{
	struct read *r = read_of(cb);

	if (r == NULL)
		abort();
	return atomic_load_explicit(&r->error, memory_order_acquire);
}

ssize_t aio_return(struct aiocb *cb)
{
	struct read *r = read_of(cb);

	if (r == NULL)
		abort();
	r->cb = NULL;
	return r->got;
}
