/*
 * types_file.c - the file of --mime-types.
 */
#include "master/types_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "master/status.h"

enum { WORD_MAX = 100 };

static struct site_types types;
static char *text_of_types; /* types has slices of it */

/* Reads the whole file by pread(), as all workers share the file offset.
 * Returns the length, TYPES_TEXT_MAX + 1 for a file that is too long, or -1
 * with errno. */
static ssize_t read_text(int fd, char *text)
{
	size_t len = 0;
	ssize_t more;

	do {
		more = pread(
			fd, text + len, TYPES_TEXT_MAX + 1 - len, (off_t)len);
		if (more > 0)
			len += (size_t)more;
	} while (more > 0 || (more < 0 && errno == EINTR));
	return more < 0 ? -1 : (ssize_t)len;
}

/* How many bytes of a wrong word are in a message. */
static int shown(struct slice word)
{
	return word.len < WORD_MAX ? (int)word.len : WORD_MAX;
}

/* ---- in the master ---- */

static int open_file(const char *path, int *fd, struct buf *error)
{
	struct stat st;
	int why;

	/* O_NONBLOCK: does not wait for the writer of a FIFO. */
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (*fd < 0) {
		why = errno;
		buf_printf(error, "cannot read the file of --mime-types %s: %s",
			path, strerror(why));
		return why == EACCES ? STATUS_DENIED : STATUS_NO_ROOT;
	}
	if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	buf_printf(error,
		"cannot read the file of --mime-types %s: it must be a regular "
		"one, which can be read again",
		path);
	return STATUS_NO_ROOT;
}

static int check(const char *path, struct slice text, struct buf *error)
{
	struct types_mistake mistake;
	size_t mistakes = types_read(&types, text, &mistake);

	if (mistakes == 0)
		return 0;
	buf_printf(error, "%s:%zu: '%.*s' %s", path, mistake.line,
		shown(mistake.word), mistake.word.at, mistake.what);
	if (mistakes > 1)
		buf_printf(error, " (and %zu more)", mistakes - 1);
	return STATUS_BAD_FILE;
}

static int check_file(int fd, const char *path, char *text, struct buf *error)
{
	ssize_t len = read_text(fd, text);

	if (len < 0) {
		buf_printf(error, "cannot read the file of --mime-types %s: %s",
			path, strerror(errno));
		return STATUS_OS;
	}
	if (len > TYPES_TEXT_MAX) {
		buf_printf(error,
			"the file of --mime-types %s is too long: it may have "
			"1 MiB",
			path);
		return STATUS_BAD_FILE;
	}
	return check(path, slice_of(text, (size_t)len), error);
}

int types_file_open(const char *path, int *fd, struct buf *error)
{
	int status = open_file(path, fd, error);
	char *text = malloc(TYPES_TEXT_MAX + 1);

	if (status == 0 && text) {
		status = check_file(*fd, path, text, error);
	} else if (status == 0) {
		buf_text(error, "no memory for the file of --mime-types");
		status = STATUS_OS;
	}
	free(text);
	if (status != 0 && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return status;
}

/* ---- in a worker ---- */

static void complain(const char *what)
{
	fprintf(stderr, "contd: --mime-types is ignored: %s\n", what);
}

static const struct site_types *use(char *text, size_t len)
{
	struct types_mistake mistake;

	text_of_types = text;
	if (types_read(&types, slice_of(text, len), &mistake) > 0)
		fprintf(stderr, "contd: --mime-types, line %zu: '%.*s' %s\n",
			mistake.line, shown(mistake.word), mistake.word.at,
			mistake.what);
	return &types;
}

const struct site_types *types_file_load(int fd)
{
	char *text = malloc(TYPES_TEXT_MAX + 1);
	ssize_t len = text ? read_text(fd, text) : -1;
	int why = errno;

	close(fd);
	free(text_of_types);
	text_of_types = NULL;
	if (len > 0 && len <= TYPES_TEXT_MAX)
		return use(text, (size_t)len);
	if (len < 0)
		complain(strerror(why));
	else if (len > 0)
		complain("the file is too long now");
	free(text);
	return NULL;
}
