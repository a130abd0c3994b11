/*
 * server.h - what every client of a worker shares.
 *
 * One struct server, made by worker.c and handed down by pointer. It owns the
 * store, the pool of helpers, and the pools that clients' memory comes from, so
 * the worker's memory has a limit.
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
#include "serve/reason.h"
#include "serve/worker.h"

struct client;

/* The second that dates were written for last, and those dates. */
struct server_clock {
	int64_t second;
	char date[DATE_LEN];
	char clf[DATE_CLF_LEN];
};

struct server {
	struct worker_setup setup;
	struct helpers *helpers;
	struct store *store;

	struct pool clients_pool;
	struct pool inputs;    /* struct input: bytes of a request */
	struct pool exchanges; /* struct exchange: a request being answered */
	struct pool desks;     /* struct desk: where it is thought about */
	struct pool backlogs;  /* struct backlog: answers that wait for room */

	struct client *clients; /* all of them */
	size_t clients_count;
	size_t clients_max;         /* beyond: room.h */
	struct addresses addresses; /* of them */
	struct reasons reasons;     /* why others are none any more */

	int reserve; /* a descriptor to give up when there is no other; or -1 */
	bool draining;
	struct server_clock clock;
};

/* Date and the access log's time for this turn: DATE_LEN, DATE_CLF_LEN bytes,
 * written once a second. */
struct slice server_date(struct server *server);
struct slice server_clf_date(struct server *server);

/* Let go of what can be spared, for want of descriptors. */
void server_shrink(struct server *server);

#endif
