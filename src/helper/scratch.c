/* scratch.c - writes text to an anonymous file. */
#include "helper/scratch.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/system.h"

int scratch_open(struct scratch *s)
{
	s->fd = sys_scratch();
	s->error = 0;
	s->text = buf_on(s->bytes, sizeof(s->bytes));
	return s->fd < 0 ? -1 : 0;
}

static void flush(struct scratch *s)
{
	const char *at = s->text.at;
	size_t left = s->text.len;

	if (s->text.full && s->error == 0)
		s->error = ENOBUFS;
	while (s->error == 0 && left > 0) {
		ssize_t n = write(s->fd, at, left);

		if (n >= 0) {
			at += n;
			left -= (size_t)n;
		} else if (errno != EINTR) {
			s->error = errno;
		}
	}
	s->text = buf_on(s->bytes, sizeof(s->bytes));
}

struct buf *scratch_room(struct scratch *s, size_t len)
{
	if (len > s->text.cap - s->text.len)
		flush(s);
	return &s->text;
}

/* Before sending the worker checks that the file still has its version, so the
 * file itself must have this time. */
static int set_time(int fd, struct timespec modified)
{
	const struct timespec times[2] = {modified, modified};

	return futimens(fd, times);
}

int scratch_finish(
	struct scratch *s, struct timespec modified, struct version *version)
{
	struct stat st;

	flush(s);
	if (s->error == 0 &&
		(set_time(s->fd, modified) != 0 || fstat(s->fd, &st) != 0))
		s->error = errno;
	if (s->error != 0) {
		close(s->fd);
		errno = s->error;
		return -1;
	}
	*version = version_of(&st);
	return s->fd;
}
