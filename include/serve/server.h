/*
 * server.h - what every client of a worker shares.
 *
 * One struct server, made by worker.c and passed by pointer. It owns the store,
 * the pool of helpers, and the pools for clients' memory, so that the worker's
 * memory has a limit.
 */
#ifndef CONTD_SERVE_SERVER_H
#define CONTD_SERVE_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "files/helpers.h"
#include "files/store.h"
#include "http/date.h"
#include "serve/address.h"
#include "serve/busy.h"
#include "serve/reason.h"
#include "serve/worker.h"

struct client;

/* The dates of the current second, as text. */
struct server_clock {
	int64_t second;
	char date[DATE_LEN];
	char clf[DATE_CLF_LEN];
};

struct server {
	struct worker_setup setup;
	struct helpers *helpers;
	struct store *store;
	struct busy busy; /* the page for 503 */

	struct pool clients_pool;
	struct pool inputs;     /* struct input: bytes of a request */
	struct pool exchanges;  /* struct exchange: a request being answered */
	struct pool workspaces; /* struct workspace: to decide a response */
	struct pool backlogs; /* struct backlog: responses that wait for room */

	struct client *clients; /* list of all */
	size_t clients_count;
	size_t clients_max;         /* places (room.h) */
	struct addresses addresses; /* of the clients */
	struct reasons reasons;     /* why connections ended */

	int reserve; /* closed to accept when there is no other; or -1 */
	bool draining;
	struct server_clock clock;
};

/* The value of Date in this turn. */
struct slice server_date(struct server *server);
/* The time for the access log in this turn. */
struct slice server_clf_date(struct server *server);

/* Gives back what is only kept for later, because descriptors or memory are
 * short: cached files, blocks of reads, objects of pools. As heap_take it is
 * not to be called while a cached file is used that is not held. */
void server_shrink(struct server *server);

#endif
