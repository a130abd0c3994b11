/*
 * pidfile.c - the pid file.
 */
#include "master/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "master/status.h"

enum { TRIES = 100 };

/* Whether the open file is still the one at the path. */
static bool is_ours(const struct pidfile *file)
{
	struct stat held;
	struct stat there;

	return fstat(file->fd, &held) == 0 && lstat(file->path, &there) == 0 &&
	       held.st_dev == there.st_dev && held.st_ino == there.st_ino;
}

/* Returns 0, or -1 with errno; *other: the process that has the lock, or 0. */
static int lock(const struct pidfile *file, pid_t *other)
{
	struct flock all;
	int why;

	memset(&all, 0, sizeof all);
	all.l_type = F_WRLCK;
	all.l_whence = SEEK_SET;
	*other = 0;
	if (fcntl(file->fd, F_SETLK, &all) == 0)
		return 0;
	why = errno;
	if ((why == EACCES || why == EAGAIN) &&
		fcntl(file->fd, F_GETLK, &all) == 0 && all.l_type != F_UNLCK)
		*other = all.l_pid;
	errno = why;
	return -1;
}

static int write_number(const struct pidfile *file)
{
	char text[32];
	struct buf b = buf_on(text, sizeof text);

	buf_number(&b, (uint64_t)getpid());
	buf_byte(&b, '\n');
	if (ftruncate(file->fd, 0) < 0 ||
		pwrite(file->fd, text, b.len, 0) != (ssize_t)b.len)
		return -1;
	return 0;
}

static int fail(struct pidfile *file, struct buf *error, pid_t other)
{
	int why = errno;

	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
	if (other != 0) {
		buf_printf(error, "already running as %ld, says %s",
			(long)other, file->path);
		return STATUS_UNAVAILABLE;
	}
	buf_printf(error, "cannot create the pid file %s: %s", file->path,
		strerror(why));
	return STATUS_CANNOT_CREATE;
}

int pidfile_open(struct pidfile *file, const char *path, struct buf *error)
{
	pid_t other = 0;

	file->path = path;
	for (int tries = 0; tries < TRIES; tries++) {
		file->fd = open(path,
			O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
			0644);
		if (file->fd < 0 || lock(file, &other) < 0)
			break;
		/* Its last owner may have removed it after our open(). */
		if (is_ours(file)) {
			if (write_number(file) < 0)
				break;
			return 0;
		}
		close(file->fd);
		file->fd = -1;
	}
	return fail(file, error, other);
}

void pidfile_close(struct pidfile *file)
{
	if (file->fd < 0)
		return;
	if (!is_ours(file) || unlink(file->path) < 0)
		(void)!ftruncate(file->fd, 0);
	close(file->fd);
	file->fd = -1;
}
