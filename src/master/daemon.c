/*
 * daemon.c - goes to the background.
 */
#include "master/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "master/status.h"

enum { REASON_MAX = 4096 };

static void write_all(int fd, struct slice text)
{
	while (text.len > 0) {
		ssize_t n = write(fd, text.at, text.len);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0)
			text = slice_from(text, (size_t)n);
	}
}

/* In the process that was started: reads a byte with the status, then the
 * reason. Only end of file means that the daemon died. */
static _Noreturn void wait_for_daemon(int told, pid_t child)
{
	char text[REASON_MAX];
	size_t len = 0;

	while (len < sizeof text) {
		ssize_t n = read(told, text + len, sizeof text - len);

		if (n == 0 || (n < 0 && errno != EINTR))
			break;
		if (n > 0)
			len += (size_t)n;
	}
	(void)waitpid(child, NULL, 0);
	if (len == 0) {
		fputs("contd: the daemon died before it served\n", stderr);
		exit(STATUS_SOFTWARE);
	}
	if (len > 1)
		fprintf(stderr, "contd: %.*s\n", (int)(len - 1), text + 1);
	exit((unsigned char)text[0]);
}

/* The second fork: only a session leader can get a controlling terminal. */
static void leave_session(int tell)
{
	pid_t pid;

	if (setsid() < 0 || (pid = fork()) < 0) {
		daemon_tell(tell, STATUS_OS,
			SLICE("cannot start a process for the daemon"));
		_exit(STATUS_OS);
	}
	if (pid != 0)
		_exit(0);
}

/* daemon(7) has umask 0. But nobody else needs to write our pid file and log; a
 * stricter umask of the operator is kept. */
static void restrict_new_files(void)
{
	mode_t mask = umask(0);

	umask(mask | S_IWGRP | S_IWOTH);
}

int daemon_start(struct buf *error)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends) < 0) {
		buf_printf(error, "cannot make a pipe: %s", strerror(errno));
		return -1;
	}
	pid = fork();
	if (pid < 0) {
		buf_printf(error, "cannot fork: %s", strerror(errno));
		close(ends[0]);
		close(ends[1]);
		return -1;
	}
	if (pid > 0) {
		close(ends[1]);
		wait_for_daemon(ends[0], pid);
	}
	close(ends[0]);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	leave_session(ends[1]);
	restrict_new_files();
	(void)!chdir("/");
	return ends[1];
}

void daemon_tell(int tell, int status, struct slice reason)
{
	char byte = (char)status;
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (nothing >= 0) {
		for (int fd = 0; fd <= 2; fd++)
			(void)dup2(nothing, fd);
		if (nothing > 2)
			close(nothing);
	}
	write_all(tell, slice_of(&byte, 1));
	write_all(tell, reason);
	close(tell);
}
