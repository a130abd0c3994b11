/*
 * backlog.h - a batch that waits for room in the socket.
 */
#ifndef CONTD_SERVE_BACKLOG_H
#define CONTD_SERVE_BACKLOG_H

#include <stdint.h>

#include "base/pool.h"
#include "files/stretch.h"
#include "serve/batch.h"

struct backlog {
	struct batch batch;
	struct stretch stretch;
	char *text; /* the batch's text, allocated; or NULL */
};

/* Takes ownership of what is left of the batch; NULL without memory, and then
 * it is still the caller's. send_time: the length of a stretch, in ms. */
struct backlog *backlog_new(
	struct pool *pool, const struct batch *batch, int64_t send_time);

/* Frees it, sent or not. NULL is ignored. */
void backlog_free(struct pool *pool, struct backlog *backlog);

/* Continues to send. BATCH_SLOW when the client takes too few bytes. */
enum batch_outcome backlog_send(struct backlog *backlog, int socket);

#endif
