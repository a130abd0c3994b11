/*
 * check.c - a start that makes nothing, for --check.
 */
#include "master/check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "master/bounds.h"
#include "master/local.h"
#include "master/status.h"

enum { TEXT_MAX = 8192, PATH_MOST = 4096 };

int check_listeners(struct master *m, struct buf *error)
{
	for (size_t i = 0; i < m->options->listens; i++) {
		struct listener *listener = &m->listeners[i];
		int status;

		listener->fd = -1;
		listener->text = m->options->listen[i];
		status =
			listen_parse(listener->text, &listener->address, error);
		if (status != 0)
			return status;
		m->listeners_count++;
	}
	return 0;
}

/* The directory in which the file would be created. */
static const char *directory_of(const char *path, char into[PATH_MOST])
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	if (!slash)
		return ".";
	if (len == 0)
		return "/";
	if (len >= PATH_MOST)
		return path;
	memcpy(into, path, len);
	into[len] = '\0';
	return into;
}

int check_log_file(const struct master *m, struct buf *error)
{
	const char *path = m->options->log_file;
	char directory[PATH_MOST];

	if (!path || faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0)
		return 0;
	if (errno == ENOENT &&
		faccessat(AT_FDCWD, directory_of(path, directory), W_OK | X_OK,
			AT_EACCESS) == 0)
		return 0;
	buf_printf(error, "user %lu cannot write the log file %s: %s",
		(unsigned long)geteuid(), path, strerror(errno));
	return STATUS_CANNOT_CREATE;
}

static void say_limits(const struct options *options, struct buf *b)
{
	struct limits limits = bounds_of(options);

	buf_printf(b, "workers: %zu, each with at most ", options->workers);
	bounds_write(&limits, b);
	buf_printf(b, "\ndescriptors: %zu, of these %zu for names kept open\n",
		limits.descriptors, limits.names);
	if (options->max_clients_per_address > 0)
		buf_printf(b, "clients of one address: %zu\n",
			options->max_clients_per_address);
}

int check_say(const struct master *m, struct buf *error)
{
	const struct options *options = m->options;
	char text[TEXT_MAX];
	struct buf b = buf_on(text, sizeof text);

	for (size_t i = 0; i < m->listeners_count; i++) {
		buf_text(&b, i == 0 ? "would serve " : " and ");
		if (i == 0)
			buf_printf(&b, "%s at ", options->root);
		listen_url(&m->listeners[i], &b);
	}
	buf_printf(&b, "\nlistings: %s\n", local_lists(options) ? "on" : "off");
	say_limits(options, &b);
	if (fwrite(b.at, 1, b.len, stdout) == b.len && fflush(stdout) == 0)
		return 0;
	buf_printf(error, "cannot write: %s", strerror(errno));
	return STATUS_OS;
}
