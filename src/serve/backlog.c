/*
 * backlog.c - a batch, and the stretch in which it must be sent.
 */
#include "serve/backlog.h"

#include <stdlib.h>

#include "base/heap.h"

/* Copies the text that is left. False without memory. */
static bool keep_text(struct backlog *backlog)
{
	size_t len = batch_text_left(&backlog->batch);

	backlog->text = NULL;
	if (len == 0)
		return true;
	backlog->text = heap_take(len);
	if (backlog->text)
		batch_move_text(&backlog->batch, backlog->text);
	return backlog->text != NULL;
}

struct backlog *backlog_new(
	struct pool *pool, const struct batch *batch, int64_t send_time)
{
	struct backlog *backlog = pool_take_raw(pool);

	if (!backlog)
		return NULL;
	backlog->batch = *batch;
	if (!keep_text(backlog)) {
		pool_give(pool, backlog);
		return NULL;
	}
	stretch_begin(&backlog->stretch, send_time);
	return backlog;
}

void backlog_free(struct pool *pool, struct backlog *backlog)
{
	if (!backlog)
		return;
	batch_end(&backlog->batch);
	free(backlog->text);
	pool_give(pool, backlog);
}

enum batch_outcome backlog_send(struct backlog *backlog, int socket)
{
	size_t sent;
	enum batch_outcome outcome = batch_send(&backlog->batch, socket, &sent);

	backlog->stretch.sent += sent;
	if (outcome == BATCH_WAITS && stretch_is_missed(&backlog->stretch))
		return BATCH_SLOW;
	return outcome;
}
