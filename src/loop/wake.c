/*
 * wake.c - a pipe for each signal.
 */
#include "loop/wake.h"

#include <errno.h>
#include <stddef.h>

#include "base/bug.h"
#include "sys/sys.h"

enum { WAKE_MAX = 8 }; /* caught signals; the program has fewer */

struct wake {
	int signo;
	int pipe; /* the end that the handler writes into */
};

/* The signal handler reads this without a lock: it runs only while the loop
 * waits (sys_catch), so never during one of the functions below. */
static struct wakes {
	struct wake wake[WAKE_MAX];
	size_t count;
} wakes;

static void on_signal(int signo)
{
	int error = errno;

	/* A full pipe is no error: it means "at least once" already. */
	for (size_t i = 0; i < wakes.count; i++)
		if (wakes.wake[i].signo == signo)
			(void)sys_write(wakes.wake[i].pipe, "", 1);
	errno = error;
}

int wake_open(int signo)
{
	int ends[2];

	for (size_t i = 0; i < wakes.count; i++)
		BUG_UNLESS(wakes.wake[i].signo != signo);
	BUG_UNLESS(wakes.count < WAKE_MAX);
	if (sys_pipe(ends) < 0)
		return -1;
	wakes.wake[wakes.count++] = (struct wake){signo, ends[1]};
	if (sys_catch(signo, on_signal) < 0) {
		int error = errno;

		wakes.count--;
		sys_close(ends[0]);
		sys_close(ends[1]);
		errno = error;
		return -1;
	}
	return ends[0];
}

void wake_take(int fd)
{
	char bytes[64];

	while (sys_read(fd, bytes, sizeof bytes) == (ssize_t)sizeof bytes)
		;
}

void wake_shut(void)
{
	for (size_t i = 0; i < wakes.count; i++)
		sys_close(wakes.wake[i].pipe);
	wakes.count = 0;
}
