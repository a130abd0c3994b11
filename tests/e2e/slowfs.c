/*
 * slowfs.c - a disk that is slow for some names; a shared object for
 * LD_PRELOAD, which the server's children inherit.
 *
 *     slow-open*   openat() takes SLOWFS_MS milliseconds (3000)
 *     slow-stat*   fstatat() does
 *     SLOWFS_READ  the path of a file whose aio_read()s complete so much later
 *     SLOWFS_GATE  the path of a file: the three above last as long as its
 *                  first byte is 's', if that is shorter
 *     SLOWFS_STALL if set, it is the call itself that takes so long, as it
 *                  never should: whoever makes it waits
 *     SLOWFS_SEND  if set, its reads are quick and sendfile() takes so long
 *
 * A worker cannot ask for the name of a descriptor, since it may not touch the
 * file system; so the file of SLOWFS_READ is looked up when the program starts
 * and known by its inode afterwards. The gate is shared memory from the start.
 *
 * To sleep is not among the calls of a sandboxed process either, but waiting
 * for a condition is: threads need it.
 */
/* Both names of each function are wanted, the plain one and that of large
 * files; and RTLD_NEXT. */
#undef _FILE_OFFSET_BITS
#undef _POSIX_C_SOURCE
#define _GNU_SOURCE

#include <aio.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SLOTS = 64, RETRY_MS = 10, GATE_MS = 20 };

typedef int openat_fn(int dir, const char *name, int flags, ...);
typedef int fstatat_fn(int dir, const char *name, void *st, int flags);
typedef int fxstatat_fn(
	int version, int dir, const char *name, void *st, int flags);
typedef int aio_read_fn(void *cb);
typedef int aio_error_fn(const void *cb);
typedef ssize_t aio_return_fn(void *cb);
typedef ssize_t sendfile_fn(int to, int from, off_t *offset, size_t len);

static struct {
	long ms;
	bool has_file;
	bool stalls;
	bool sends;
	dev_t device;
	ino_t inode;
	const volatile char *gate; /* NULL: none */
	pthread_mutex_t lock;
	struct slot {
		void *cb;  /* NULL: free */
		int error; /* EINPROGRESS: sleeping */
	} slots[SLOTS];
	openat_fn *openat;
	fstatat_fn *fstatat;
	fxstatat_fn *fxstatat;
	aio_read_fn *aio_read;
	aio_error_fn *aio_error;
	aio_return_fn *aio_return;
	sendfile_fn *sendfile;
} slowfs = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ISO C has no cast from dlsym's pointer to a function's; POSIX promises that
 * the bytes are the same. */
static void find(void *into, const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(into, &found, sizeof found);
}

static void find_gate(void)
{
	const char *path = getenv("SLOWFS_GATE");
	int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	void *at;

	if (fd < 0)
		return;
	at = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
	if (at != MAP_FAILED)
		slowfs.gate = at;
	close(fd);
}

__attribute__((constructor)) static void get_ready(void)
{
	const char *ms = getenv("SLOWFS_MS");
	const char *path = getenv("SLOWFS_READ");
	struct stat st;

	find(&slowfs.openat, "openat");
	find(&slowfs.fstatat, "fstatat");
	find(&slowfs.fxstatat, "__fxstatat");
	find(&slowfs.aio_read, "aio_read");
	find(&slowfs.aio_error, "aio_error");
	find(&slowfs.aio_return, "aio_return");
	find(&slowfs.sendfile, "sendfile");
	slowfs.sends = getenv("SLOWFS_SEND") != NULL;
	slowfs.stalls = getenv("SLOWFS_STALL") != NULL;
	slowfs.ms = ms == NULL ? 3000 : atol(ms);
	if (path != NULL && stat(path, &st) == 0) {
		slowfs.has_file = true;
		slowfs.device = st.st_dev;
		slowfs.inode = st.st_ino;
	}
	find_gate();
}

static void wait_for(long ms)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	pthread_cond_t never = PTHREAD_COND_INITIALIZER;
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&lock);
	while (pthread_cond_timedwait(&never, &lock, &until) == 0) {
	}
	pthread_mutex_unlock(&lock);
}

/* For so long, or until the gate is open. */
static void wait_at_gate(void)
{
	for (long waited = 0; waited < slowfs.ms; waited += GATE_MS) {
		if (slowfs.gate != NULL && *slowfs.gate != 's')
			return;
		wait_for(GATE_MS);
	}
}

/* ---- names ---- */

static void slow_down(const char *path, const char *mark)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1;

	if (strncmp(name, mark, strlen(mark)) == 0)
		wait_at_gate();
}

static mode_t mode_of(int flags, va_list more)
{
	bool makes = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;

	return makes ? va_arg(more, mode_t) : 0;
}

int openat(int dir, const char *name, int flags, ...)
{
	va_list more;
	mode_t mode;

	va_start(more, flags);
	mode = mode_of(flags, more);
	va_end(more);
	slow_down(name, "slow-open");
	return slowfs.openat(dir, name, flags, mode);
}

int fstatat(
	int dir, const char *restrict name, struct stat *restrict st, int flags)
{
	slow_down(name, "slow-stat");
	if (slowfs.fstatat == NULL)
		return slowfs.fxstatat(1, dir, name, st, flags);
	return slowfs.fstatat(dir, name, st, flags);
}

/* ---- reads ---- */

static struct slot *find_slot(const void *cb)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (slowfs.slots[i].cb == cb)
			return &slowfs.slots[i];
	return NULL;
}

static bool is_slow(int fd)
{
	struct stat st;

	return slowfs.has_file && fstat(fd, &st) == 0 &&
	       st.st_dev == slowfs.device && st.st_ino == slowfs.inode;
}

/* Between the real aio_read and giving up the slot nobody may look. */
static void *read_later(void *cb)
{
	struct slot *slot;
	int result;

	wait_at_gate();
	do {
		pthread_mutex_lock(&slowfs.lock);
		result = slowfs.aio_read(cb);
		slot = find_slot(cb);
		if (result == 0)
			slot->cb = NULL;
		else if (errno != EAGAIN)
			slot->error = errno;
		pthread_mutex_unlock(&slowfs.lock);
		if (result != 0 && slot->error == EINPROGRESS)
			wait_for(RETRY_MS);
	} while (result != 0 && slot->error == EINPROGRESS);
	return NULL;
}

/* A thread of ours must take no signal that is meant for the loop. */
static int start_thread(void *cb)
{
	sigset_t all;
	sigset_t before;
	pthread_t thread;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	error = pthread_create(&thread, NULL, read_later, cb);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error == 0)
		pthread_detach(thread);
	return error;
}

static int slow_read(void *cb)
{
	const struct aiocb *read = cb;
	struct slot *slot;

	if (slowfs.sends || !is_slow(read->aio_fildes))
		return slowfs.aio_read(cb);
	if (slowfs.stalls) {
		wait_for(slowfs.ms);
		return slowfs.aio_read(cb);
	}
	pthread_mutex_lock(&slowfs.lock);
	slot = find_slot(NULL);
	if (slot != NULL)
		*slot = (struct slot){cb, EINPROGRESS};
	pthread_mutex_unlock(&slowfs.lock);
	if (slot != NULL && start_thread(cb) == 0)
		return 0;
	if (slot != NULL)
		slot->cb = NULL;
	errno = EAGAIN;
	return -1;
}

static int slow_error(const void *cb)
{
	struct slot *slot;
	int error = -1;

	pthread_mutex_lock(&slowfs.lock);
	slot = find_slot(cb);
	if (slot != NULL) {
		error = slot->error;
		if (error != EINPROGRESS)
			slot->cb = NULL;
	}
	pthread_mutex_unlock(&slowfs.lock);
	return slot != NULL ? error : slowfs.aio_error(cb);
}

int aio_read(struct aiocb *cb)
{
	return slow_read(cb);
}

int aio_error(const struct aiocb *cb)
{
	return slow_error(cb);
}

ssize_t aio_return(struct aiocb *cb)
{
	return slowfs.aio_return(cb);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t len)
{
	if (slowfs.sends && is_slow(from))
		wait_for(slowfs.ms);
	return slowfs.sendfile(to, from, offset, len);
}

/* glibc's names for large files, and its checked and old variants. The
 * structures are the same where off_t has 64 bits anyway. */
#ifdef __GLIBC__
_Static_assert(sizeof(struct aiocb) == sizeof(struct aiocb64), "off_t");

int __openat_2(int dir, const char *name, int flags);
int __openat64_2(int dir, const char *name, int flags);
int __fxstatat(
	int version, int dir, const char *name, struct stat *st, int flags);
int __fxstatat64(
	int version, int dir, const char *name, struct stat64 *st, int flags);

int openat64(int dir, const char *name, int flags, ...)
{
	va_list more;
	mode_t mode;

	va_start(more, flags);
	mode = mode_of(flags, more);
	va_end(more);
	return openat(dir, name, flags | O_LARGEFILE, mode);
}

int __openat_2(int dir, const char *name, int flags)
{
	return openat(dir, name, flags);
}

int __openat64_2(int dir, const char *name, int flags)
{
	return openat(dir, name, flags | O_LARGEFILE);
}

int fstatat64(int dir, const char *restrict name, struct stat64 *restrict st,
	int flags)
{
	return fstatat(dir, name, (struct stat *)st, flags);
}

int __fxstatat(
	int version, int dir, const char *name, struct stat *st, int flags)
{
	slow_down(name, "slow-stat");
	return slowfs.fxstatat(version, dir, name, st, flags);
}

int __fxstatat64(
	int version, int dir, const char *name, struct stat64 *st, int flags)
{
	slow_down(name, "slow-stat");
	return slowfs.fxstatat(version, dir, name, st, flags);
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t len)
{
	return sendfile(to, from, offset, len);
}

int aio_read64(struct aiocb64 *cb)
{
	return slow_read(cb);
}

int aio_error64(const struct aiocb64 *cb)
{
	return slow_error(cb);
}

ssize_t aio_return64(struct aiocb64 *cb)
{
	return slowfs.aio_return(cb);
}
#endif
