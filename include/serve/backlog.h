/*
 * backlog.h - a volley that waits for room.
 */
#ifndef CONTD_SERVE_BACKLOG_H
#define CONTD_SERVE_BACKLOG_H

#include <stdint.h>

#include "base/pool.h"
#include "files/stretch.h"
#include "serve/volley.h"

struct backlog {
	struct volley volley;
	struct stretch stretch;
	char *text; /* of the volley, in memory of its own; or NULL */
};

/* Takes over what is left of the volley; NULL without memory, and then it is
 * still the caller's. send_time: the length of a stretch, in milliseconds. */
struct backlog *backlog_new(
	struct pool *pool, const struct volley *volley, int64_t send_time);

/* Lets go of what is left; NULL is let pass. */
void backlog_free(struct pool *pool, struct backlog *backlog);

/* Sends on. VOLLEY_SLOW when the client takes too little. */
enum volley_outcome backlog_send(struct backlog *backlog, int socket);

#endif
