/*
 * deeds.h - what one or the other layer of the sandbox forbids, and what it is
 * done to. Linux only.
 */
#ifndef CONTD_TESTS_UNIT_SYS_DEEDS_H
#define CONTD_TESTS_UNIT_SYS_DEEDS_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/ground.h"
#include "support/prison.h"

enum { SOMEBODY = 65533 };

static struct ground ground;
static int beneath;      /* the directory of the helper */
static char secret[160]; /* a file outside it */
static pid_t parent;

/* ---- the deeds: each returns 0, or errno ---- */

static inline int result(int value)
{
	return value >= 0 ? 0 : errno;
}

static inline int opens(void *state)
{
	(void)state;
	return result(open(secret, O_RDONLY));
}

static inline int opens_by_old_directory(void *state)
{
	(void)state;
	return result(openat(beneath, "../secret", O_RDONLY));
}

static inline int opens_its_own(void *state)
{
	(void)state;
	return result(openat(beneath, "file", O_RDONLY));
}

static inline int writes_its_own(void *state)
{
	(void)state;
	return result(openat(beneath, "file", O_WRONLY));
}

static inline int makes_a_file(void *state)
{
	(void)state;
	return result(openat(beneath, "new", O_RDWR | O_CREAT, 0600));
}

static inline int removes(void *state)
{
	(void)state;
	return result(unlinkat(beneath, "spare", 0));
}

static inline int looks(void *state)
{
	struct stat st;

	(void)state;
	return result(stat(secret, &st));
}

static inline int makes_a_socket(void *state)
{
	(void)state;
	return result(socket(AF_INET, SOCK_DGRAM, 0));
}

static inline struct sockaddr_in loopback(in_port_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = port};
}

/* A listener on TCP, and where it is. */
static int listener;
static struct sockaddr_in place;

static inline int connects(void *state)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	return result(connect(fd, (struct sockaddr *)&place, sizeof place));
}

static inline int binds(void *state)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in any = loopback(0);

	(void)state;
	return result(bind(fd, (struct sockaddr *)&any, sizeof any));
}

static inline int signals_its_parent(void *state)
{
	(void)state;
	return result(kill(parent, 0));
}

static inline int forks(void *state)
{
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(0);
	return result(pid);
}

static inline int executes(void *state)
{
	char *const words[] = {(char *)(uintptr_t) "true", NULL};

	(void)state;
	execv("/bin/true", words);
	return errno;
}

static inline int makes_code(void *state)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	return result(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}

static inline int maps_code(void *state)
{
	(void)state;
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		       ? errno
		       : 0;
}

static inline int becomes_root(void *state)
{
	(void)state;
	return result(setuid(0));
}

static inline int becomes_somebody(void *state)
{
	(void)state;
	return result(setuid(SOMEBODY));
}

static inline int has_signals_sent(void *state)
{
	(void)state;
	return result(fcntl(0, F_SETOWN, parent));
}

static inline int leaves_its_name_space(void *state)
{
	(void)state;
	return result(unshare(CLONE_NEWUSER));
}

static inline void expect(const struct prison *prison, int (*deed)(void *state),
	const char *what, int wanted)
{
	struct prison_end end = prison_run(prison, deed, NULL);

	if (end.status != wanted)
		fail_msg("%s: ended with %d, signal %d, not with %d", what,
			end.status, end.signal, wanted);
}

/* ---- what there is to do it to ---- */

static inline int make(void **state)
{
	socklen_t len = sizeof place;

	(void)state;
	parent = getpid();
	ground_make(&ground);
	/* For who is somebody else, too. */
	chmod(ground.path, 0755);
	ground_file(&ground, "secret", "a secret");
	ground_file(&ground, "root/file", "a file");
	ground_file(&ground, "root/spare", "a file");
	snprintf(secret, sizeof secret, "%s/secret", ground.path);
	beneath = ground_open(&ground, "root");
	place = loopback(0);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&place, sizeof place) < 0 ||
		listen(listener, 100) < 0)
		return -1;
	return getsockname(listener, (struct sockaddr *)&place, &len);
}

static inline int unmake(void **state)
{
	(void)state;
	close(listener);
	close(beneath);
	ground_remove(&ground);
	return 0;
}

#endif
