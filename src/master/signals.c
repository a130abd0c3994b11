/*
 * signals.c - the signals for the master.
 */
#include "master/signals.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "loop/cont.h"
#include "loop/journal.h"
#include "loop/wake.h"
#include "sys/sys.h"

static void on_stop(int fd, short revents, void *state)
{
	(void)revents;
	wake_take(fd);
	cont_save(fd, POLLIN, WITHIN_FOREVER, then(on_stop, state));
	supervise_stop(state);
}

static void on_hangup(int fd, short revents, void *state)
{
	(void)revents;
	wake_take(fd);
	cont_save(fd, POLLIN, WITHIN_FOREVER, then(on_hangup, state));
	journal_say("SIGHUP: there is no configuration to read again");
}

static void on_reopen(int fd, short revents, void *state)
{
	struct master *m = state;

	(void)revents;
	wake_take(fd);
	cont_save(fd, POLLIN, WITHIN_FOREVER, then(on_reopen, m));
	/* Without a logger: the next one opens the file at its start. */
	if (m->logger != 0)
		kill(m->logger, SIGUSR1);
}

static int save_signal(int signo, struct cont next)
{
	int fd = wake_open(signo);

	if (fd < 0)
		return -1;
	if (!cont_fits(fd)) {
		errno = EMFILE;
		return -1;
	}
	cont_save(fd, POLLIN, WITHIN_FOREVER, next);
	return 0;
}

int signals_open(struct master *m)
{
	if (sys_ignore(SIGPIPE) < 0 || sys_ignore(SIGUSR2) < 0 ||
		save_signal(SIGTERM, then(on_stop, m)) < 0 ||
		save_signal(SIGINT, then(on_stop, m)) < 0 ||
		save_signal(SIGQUIT, then(on_stop, m)) < 0 ||
		save_signal(SIGHUP, then(on_hangup, m)) < 0 ||
		save_signal(SIGUSR1, then(on_reopen, m)) < 0)
		return -1;
	return 0;
}
