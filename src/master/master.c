/*
 * master.c - the master process: start, supervision and end.
 */
#include "master/master.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "master/bounds.h"
#include "master/check.h"
#include "master/confine.h"
#include "master/daemon.h"
#include "master/logger.h"
#include "master/paths.h"
#include "master/pidfile.h"
#include "master/privilege.h"
#include "master/roles.h"
#include "master/status.h"
#include "master/supervise.h"
#include "master/types_file.h"
#include "sys/system.h"

enum { REASON_MAX = 8192 };

/* ---- steps that need privileges ---- */

static int open_root(struct master *m, struct buf *error)
{
	const char *root = m->options->root;

	m->root = open(root, O_DIRECTORY | O_CLOEXEC | sys_walk_flags());
	if (m->root >= 0)
		return 0;
	if (errno == ENOENT)
		buf_printf(error, "there is no directory %s", root);
	else if (errno == ENOTDIR)
		buf_printf(error, "%s is not a directory", root);
	else
		buf_printf(error, "cannot open the directory %s: %s", root,
			strerror(errno));
	return errno == EACCES ? STATUS_DENIED : STATUS_NO_ROOT;
}

static int open_listeners(struct master *m, struct buf *error)
{
	for (size_t i = 0; i < m->options->listens; i++) {
		int status = listen_open(
			&m->listeners[i], m->options->listen[i], error);

		if (status != 0)
			return status;
		listen_divide(&m->listeners[i], m->options->workers);
		m->listeners_count++;
	}
	return 0;
}

/* Only the write end is non-blocking; the logger waits for bytes. */
static int open_log_pipe(struct master *m, struct buf *error)
{
	if (pipe(m->log) < 0 || fcntl(m->log[0], F_SETFD, FD_CLOEXEC) < 0 ||
		fcntl(m->log[1], F_SETFD, FD_CLOEXEC) < 0 ||
		fcntl(m->log[1], F_SETFL, O_NONBLOCK) < 0) {
		buf_printf(
			error, "cannot make the log pipe: %s", strerror(errno));
		return STATUS_OS;
	}
	return 0;
}

/* ---- steps that must work without privileges ---- */

static int check_root(const struct master *m, struct buf *error)
{
	if (faccessat(m->root, ".", X_OK, 0) == 0)
		return 0;
	buf_printf(error, "user %lu cannot enter the directory %s: %s",
		(unsigned long)geteuid(), m->options->root, strerror(errno));
	return STATUS_DENIED;
}

static int try_log_file(const struct master *m, struct buf *error)
{
	const char *path = m->options->log_file;
	int fd;

	if (!path)
		return 0;
	fd = logger_open_file(path);
	if (fd < 0) {
		buf_printf(error, "user %lu cannot write the log file %s: %s",
			(unsigned long)geteuid(), path, strerror(errno));
		return STATUS_CANNOT_CREATE;
	}
	close(fd);
	return 0;
}

static int open_all(
	struct master *m, struct pidfile *pidfile, struct buf *error)
{
	const struct options *options = m->options;
	bool check = options->check;
	int status = open_root(m, error);

	if (status == 0 && options->mime_types)
		status = types_file_open(options->mime_types, &m->types, error);
	if (status == 0 && options->pid_file && !check)
		status = pidfile_open(pidfile, options->pid_file, error);
	if (status == 0)
		status = check ? check_listeners(m, error)
			       : open_listeners(m, error);
	if (status == 0)
		status = open_log_pipe(m, error);
	if (status == 0)
		status = privilege_drop(options->user, options->group, error);
	if (status == 0)
		status = confine_master(options, error);
	if (status == 0)
		status = check_root(m, error);
	if (status == 0)
		status = check ? check_log_file(m, error)
			       : try_log_file(m, error);
	return status;
}

/* ---- the command lines of the children ---- */

static int settle_words(struct master *m, int argc, char **argv,
	struct options *options, struct buf *error)
{
	char number[16];
	int settled = paths_settle(argc, argv, options);

	snprintf(number, sizeof number, "%zu", options->listens);
	m->worker_arguments = paths_arguments(argc, argv, ROLE_WORKER, number);
	m->helper_arguments = paths_arguments(argc, argv, ROLE_HELPER, NULL);
	m->logger_arguments = paths_arguments(argc, argv, ROLE_LOGGER, NULL);
	if (settled == 0 && m->worker_arguments && m->helper_arguments &&
		m->logger_arguments)
		return 0;
	buf_printf(
		error, "cannot make the paths absolute: %s", strerror(errno));
	return STATUS_OS;
}

/* ---- master.h ---- */

static int run(struct master *m, struct buf *error)
{
	struct pidfile pidfile = {.fd = -1};
	int status;

	status = bounds_raise(m->options, error);
	if (status == 0)
		status = open_all(m, &pidfile, error);
	if (status == 0)
		status = m->options->check ? check_say(m, error)
					   : supervise_run(m, error);
	for (size_t i = 0; i < m->listeners_count; i++)
		listen_close(&m->listeners[i]);
	pidfile_close(&pidfile);
	return status;
}

static void tell(const struct master *m, int status, const struct buf *error)
{
	if (m->tell >= 0)
		daemon_tell(m->tell, status == 0 ? STATUS_SOFTWARE : status,
			status == 0 ? SLICE("stopped before it served")
				    : buf_slice_of(error));
	else if (status != 0)
		fprintf(stderr, "contd: %.*s\n", (int)error->len, error->at);
}

int master_run(const char *name, int argc, char **argv, struct options *options)
{
	static struct master master;
	struct master *m = &master;
	char reason[REASON_MAX];
	struct buf error = buf_on(reason, sizeof reason);
	int status;

	m->options = options;
	m->tell = -1;
	m->types = -1;
	status = spawn_clean(options->daemon && !options->check, &error);
	if (status == 0)
		status = spawn_open(&m->spawn, name, &error);
	if (status == 0)
		status = settle_words(m, argc, argv, options, &error);
	if (status == 0 && options->daemon && !options->check) {
		m->tell = daemon_start(&error);
		if (m->tell < 0)
			status = STATUS_OS;
	}
	if (status == 0)
		status = run(m, &error);
	tell(m, status, &error);
	return status;
}
