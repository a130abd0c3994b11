/* await.c - waiting in a test: one poll() for everything. */
#include "await.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DRAINS = 16, EXITS = 1024, TICK = 5 };

struct drain {
	int fd;
	bool held;
	struct text *into;
};

static struct {
	struct drain drains[DRAINS];
	size_t count;
	struct {
		pid_t pid;
		int status;
	} exits[EXITS]; /* the last ones, as a ring */
	size_t ended;
	int child[2]; /* a byte for every SIGCHLD */
	bool ready;
} waits;

void text_add(struct text *text, const char *bytes, size_t len)
{
	if (text->len + len + 1 > text->cap) {
		text->cap = 2 * (text->len + len) + 256;
		text->at = realloc(text->at, text->cap);
		assert_non_null(text->at);
	}
	if (len > 0)
		memcpy(text->at + text->len, bytes, len);
	text->len += len;
	text->at[text->len] = '\0';
}

void text_free(struct text *text)
{
	free(text->at);
	*text = (struct text){0};
}

bool text_has(const struct text *text, const char *words)
{
	return text_count(text, words) > 0;
}

size_t text_count(const struct text *text, const char *words)
{
	size_t len = strlen(words);
	size_t count = 0;

	for (size_t i = 0; i + len <= text->len; i++)
		count += memcmp(text->at + i, words, len) == 0;
	return count;
}

int64_t await_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t await_limit(void)
{
	return await_now() + AWAIT_LIMIT;
}

static void on_child(int signo)
{
	int saved = errno;

	(void)signo;
	if (write(waits.child[1], "", 1) < 0) {
		/* The pipe is full of bytes that say the same. */
	}
	errno = saved;
}

static void get_ready(void)
{
	struct sigaction action = {.sa_handler = on_child};

	if (waits.ready)
		return;
	assert_int_equal(pipe(waits.child), 0);
	for (int i = 0; i < 2; i++) {
		fcntl(waits.child[i], F_SETFD, FD_CLOEXEC);
		fcntl(waits.child[i], F_SETFL, O_NONBLOCK);
	}
	sigemptyset(&action.sa_mask);
	action.sa_flags = SA_RESTART;
	sigaction(SIGCHLD, &action, NULL);
	waits.ready = true;
}

/* Everybody that has ended is noted, so that whoever asks later still learns
 * of it: inherited orphans come in between. */
static void reap(void)
{
	char bytes[64];
	int status;
	pid_t pid;

	while (read(waits.child[0], bytes, sizeof bytes) > 0) {
	}
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (WIFSTOPPED(status)) /* procs_hold */
			continue;
		waits.exits[waits.ended % EXITS].pid = pid;
		waits.exits[waits.ended % EXITS].status =
			WIFSIGNALED(status) ? 128 + WTERMSIG(status)
					    : WEXITSTATUS(status);
		waits.ended++;
	}
}

void await_born(pid_t pid)
{
	for (size_t i = 0; i < EXITS; i++)
		if (waits.exits[i].pid == pid)
			waits.exits[i].pid = 0;
}

static struct drain *drain_of(int fd)
{
	for (size_t i = 0; i < waits.count; i++)
		if (waits.drains[i].fd == fd)
			return &waits.drains[i];
	return NULL;
}

void await_drain(int fd, struct text *into)
{
	assert_true(waits.count < DRAINS);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	waits.drains[waits.count++] = (struct drain){fd, false, into};
}

void await_hold(int fd, bool held)
{
	struct drain *drain = drain_of(fd);

	assert_non_null(drain);
	drain->held = held;
}

bool await_is_drained(int fd)
{
	return drain_of(fd) != NULL;
}

void await_forget(int fd)
{
	struct drain *drain = drain_of(fd);

	if (drain == NULL)
		return;
	close(fd);
	*drain = waits.drains[--waits.count];
}

static void drain(int fd)
{
	struct drain *from = drain_of(fd);
	char bytes[16384];
	ssize_t n;

	if (from == NULL)
		return;
	while ((n = read(fd, bytes, sizeof bytes)) > 0)
		text_add(from->into, bytes, (size_t)n);
	if (n == 0)
		await_forget(fd);
}

/* One poll() of fd (or of nothing: -1), of all that is drained, and of the
 * children. Returns what fd reports. */
static short wait_once(int fd, short events, int timeout)
{
	struct pollfd fds[DRAINS + 2];
	nfds_t count = 0;

	get_ready();
	fds[count++] = (struct pollfd){.fd = fd, .events = events};
	fds[count++] = (struct pollfd){.fd = waits.child[0], .events = POLLIN};
	for (size_t i = 0; i < waits.count; i++)
		if (!waits.drains[i].held)
			fds[count++] = (struct pollfd){
				.fd = waits.drains[i].fd, .events = POLLIN};

	if (poll(fds, count, timeout) <= 0)
		return 0;
	for (nfds_t i = 2; i < count; i++)
		if (fds[i].revents != 0)
			drain(fds[i].fd);
	if (fds[1].revents != 0)
		reap();
	return fds[0].revents;
}

short await_for(int fd, short events, int milliseconds)
{
	int64_t until = await_now() + milliseconds;
	int64_t left = milliseconds;
	short revents;

	do {
		revents = wait_once(fd, events, left > 0 ? (int)left : 0);
		left = until - await_now();
	} while (revents == 0 && left > 0);
	return revents;
}

short await(int fd, short events, const char *what)
{
	short revents = await_for(fd, events, AWAIT_LIMIT);

	if (revents == 0)
		fail_msg("hung: %s did not happen", what);
	return revents;
}

void await_tick(int64_t until, const char *what)
{
	wait_once(-1, 0, TICK);
	if (await_now() > until)
		fail_msg("hung: %s did not come true", what);
}

static bool find_exit(pid_t pid, int *status)
{
	size_t first = waits.ended > EXITS ? waits.ended - EXITS : 0;

	reap();
	for (size_t i = waits.ended; i-- > first;) {
		if (waits.exits[i % EXITS].pid != pid)
			continue;
		*status = waits.exits[i % EXITS].status;
		return true;
	}
	return false;
}

bool await_has_ended(pid_t pid)
{
	int status;

	get_ready();
	return find_exit(pid, &status);
}

int await_exit(pid_t pid)
{
	int64_t until = await_limit();
	int status;

	get_ready();
	while (!find_exit(pid, &status)) {
		wait_once(-1, 0, 1000);
		if (await_now() > until)
			fail_msg("hung: process %ld did not end", (long)pid);
	}
	return status;
}
