/*
 * spawn.c - fork(), arrange descriptors, exec.
 */
#include "master/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/slice.h"
#include "master/paths.h"
#include "master/status.h"

enum {
	INHERITED_MAX = 1024, /* descriptors checked by spawn_clean */
	PATH_LEN = 4096,
	EXEC_FAILED = 127 /* as in shells */
};

extern char **environ;

/* ---- this program ---- */

/* Opens the program at path; -1 if there is none. */
static int open_at(struct spawn *spawn, const char *path)
{
	spawn->binary = open(path, O_RDONLY | O_CLOEXEC);
	if (spawn->binary < 0)
		return -1;
	spawn->path = paths_absolute(path);
	if (spawn->path)
		return 0;
	close(spawn->binary);
	return -1;
}

static int open_along_path(struct spawn *spawn, const char *name)
{
	const char *path = getenv("PATH");
	struct slice rest = slice_text(path ? path : "/bin:/usr/bin");
	struct slice directory;

	while (slice_cut(&rest, ':', &directory)) {
		char at[PATH_LEN];
		struct buf b = buf_on(at, sizeof at);

		buf_slice(&b, directory.len > 0 ? directory : SLICE("."));
		buf_byte(&b, '/');
		buf_text(&b, name);
		buf_byte(&b, '\0');
		if (!b.full && access(at, X_OK) == 0 && open_at(spawn, at) == 0)
			return 0;
	}
	return -1;
}

static int say_no_null(struct buf *error)
{
	buf_printf(error, "cannot open /dev/null: %s", strerror(errno));
	return STATUS_OS;
}

int spawn_open(struct spawn *spawn, const char *name, struct buf *error)
{
	/* The first is for Linux and NetBSD, the second for DragonFly. */
	if (open_at(spawn, "/proc/self/exe") < 0 &&
		open_at(spawn, "/proc/curproc/file") < 0 &&
		(!strchr(name, '/') || open_at(spawn, name) < 0) &&
		open_along_path(spawn, name) < 0) {
		buf_printf(error, "cannot find my own program '%s': %s", name,
			strerror(errno));
		return STATUS_OS;
	}
	spawn->nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	return spawn->nothing < 0 ? say_no_null(error) : 0;
}

/* ---- in the child, before exec: only async-signal-safe calls ---- */

static void leave_signals_to_master(void)
{
	static const int ignored[] = {
		SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE};
	struct sigaction ignore;
	sigset_t none;

	memset(&ignore, 0, sizeof ignore);
	ignore.sa_handler = SIG_IGN;
	for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
		sigaction(ignored[i], &ignore, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* First duplicates all above the target numbers, then dup2() to these, as a
 * source may have the number of another target. */
static int arrange(const struct spawn *spawn, const int *fds, size_t count)
{
	int high[SPAWN_FDS_MAX];

	for (size_t i = 0; i < count; i++) {
		int from = fds[i] >= 0 ? fds[i] : spawn->nothing;

		high[i] = fcntl(from, F_DUPFD_CLOEXEC, SPAWN_FDS_MAX);
		if (high[i] < 0)
			return -1;
	}
	/* Duplicates by dup2() stay open across exec, the others do not. */
	for (size_t i = 0; i < count; i++)
		if (dup2(high[i], (int)i) < 0)
			return -1;
	return 0;
}

static _Noreturn void become(const struct spawn *spawn, int binary,
	char *const arguments[], const int *fds, size_t count)
{
	static const char failed[] = "cannot start a process of my own\n";

	leave_signals_to_master();
	if (arrange(spawn, fds, count) == 0) {
		fexecve(binary, arguments, environ);
		/* For systems without fexecve(). */
		execve(spawn->path, arguments, environ);
	}
	(void)!write(2, failed, sizeof failed - 1);
	_exit(EXEC_FAILED);
}

/* ---- in the master ---- */

pid_t spawn_child(const struct spawn *spawn, char *const arguments[],
	const int *fds, size_t count)
{
	int binary;
	pid_t pid;

	BUG_UNLESS(count <= SPAWN_FDS_MAX);
	/* Above all targets, so that no dup2() closes it. */
	binary = fcntl(spawn->binary, F_DUPFD_CLOEXEC, SPAWN_FDS_MAX);
	if (binary < 0)
		return -1;
	pid = fork();
	if (pid == 0)
		become(spawn, binary, arguments, fds, count);
	close(binary);
	return pid;
}

/* The next file opened would get the number of a missing one. */
static int open_first_three(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	return fd;
}

int spawn_clean(bool close_others, struct buf *error)
{
	sigset_t none;

	if (open_first_three() < 0)
		return say_no_null(error);
	for (int fd = STDERR_FILENO + 1; fd < INHERITED_MAX; fd++) {
		int flags = fcntl(fd, F_GETFD);

		if (flags >= 0 && close_others)
			close(fd);
		else if (flags >= 0)
			fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return 0;
}
