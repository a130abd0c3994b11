/*
 * worker.h - the worker process: one thread, one loop.
 *
 * It is handed everything that it will ever hold: listeners, the channel to
 * its master, the pipe to the logger; helpers' channels come over the master's.
 * It opens nothing, looks nothing up, and waits in one place.
 *
 * It ends when its master says so or is gone: listeners are closed, requests in
 * flight finish (their answers carry "Connection: close"), idle clients are let
 * go, and after drain_timeout what is left is cut.
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
	bool direct; /* files may leave past us (files/direct.h) */
	bool access_log;
	unsigned sandbox; /* what holds this process (sys/sandbox.h) */

	/* deadlines, in milliseconds; 0: none */
	int64_t header_timeout;
	int64_t content_timeout;
	int64_t idle_timeout;
	int64_t send_timeout;
	int64_t helper_timeout;
	int64_t read_timeout;
	int64_t linger_timeout;
	int64_t drain_timeout;

	int64_t stall; /* the same: a turn so long is said (loop/turnclock.h) */
	int64_t fresh; /* how long a name is believed, in milliseconds; 0: always */

	uint64_t send_rate; /* bytes a second that a client takes at least */
	struct limits limits;
	struct input_limits head;
	size_t max_clients_per_address; /* 0: no limit of its own */

	int master;  /* control channel (base/control.h) */
	int journal; /* log pipe, or -1 */
	const int *listeners;
	size_t listeners_count;
};

/* Serves until the end; takes charge of all descriptors of the setup. Returns
 * the exit status: 0, or 71 (EX_OSERR) when it could not begin. */
int worker_run(const struct worker_setup *setup);

/* The same in pieces, for the simulation: worker_open before the first turn of
 * the loop (NULL: errno tells), worker_shut after the last. */
struct server;
struct server *worker_open(const struct worker_setup *setup);
void worker_shut(struct server *server);

#endif
