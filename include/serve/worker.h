/*
 * worker.h - the worker process: one thread, one loop.
 *
 * It gets its descriptors at start: listeners, the channel to its master, the
 * pipe to the logger; helpers' channels come over the master's, files over the
 * helpers'. It opens no file by name, and waits only in the poller.
 *
 * It drains when its master says so or is dead: listeners are closed, requests
 * in flight are answered (with "Connection: close"), idle clients are closed,
 * and after drain_timeout the remaining connections are reset.
 */
#ifndef CONTD_SERVE_WORKER_H
#define CONTD_SERVE_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop/poller.h"
#include "serve/input.h"
#include "serve/limits.h"
#include "site/site.h"

struct worker_setup {
	const struct site *site;
	enum poller_kind wait;
	bool direct; /* sendfile() is allowed (files/direct.h) */
	bool access_log;
	unsigned sandbox; /* layers in force (sys/sandbox.h) */

	/* deadlines, in milliseconds; 0: none */
	int64_t header_timeout;
	int64_t content_timeout;
	int64_t idle_timeout;
	int64_t send_timeout;
	int64_t helper_timeout;
	int64_t read_timeout;
	int64_t linger_timeout;
	int64_t drain_timeout;

	int64_t stall; /* turns this long are logged (loop/turnclock.h) */
	int64_t fresh; /* how long a lookup is valid, in ms; 0: always */

	uint64_t send_rate; /* bytes per second that a client must take */
	struct limits limits;
	struct input_limits head;
	size_t max_clients_per_address; /* 0: no limit */

	int master;  /* control channel (base/control.h) */
	int journal; /* log pipe, or -1 */
	const int *listeners;
	size_t listeners_count;
};

/* Serves until it has drained; takes ownership of all descriptors of the setup.
 * Returns the exit status: 0, or 71 (EX_OSERR) when it could not begin. */
int worker_run(const struct worker_setup *setup);

/* For the simulation: begins, before the first turn. NULL with errno. */
struct server;
struct server *worker_open(const struct worker_setup *setup);
/* For the simulation: frees everything, after the last turn. */
void worker_shut(struct server *server);

#endif
