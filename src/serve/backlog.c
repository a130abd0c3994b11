/*
 * backlog.c - a volley, and the stretch in which it must be sent.
 */
#include "serve/backlog.h"

#include <stdlib.h>

/* Copies the text that is left. False without memory. */
static bool keep_text(struct backlog *backlog)
{
	size_t len = volley_text_left(&backlog->volley);

	backlog->text = NULL;
	if (len == 0)
		return true;
	backlog->text = malloc(len);
	if (backlog->text)
		volley_move_text(&backlog->volley, backlog->text);
	return backlog->text != NULL;
}

struct backlog *backlog_new(
	struct pool *pool, const struct volley *volley, int64_t send_time)
{
	struct backlog *backlog = pool_take_raw(pool);

	if (!backlog)
		return NULL;
	backlog->volley = *volley;
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
	volley_end(&backlog->volley);
	free(backlog->text);
	pool_give(pool, backlog);
}

enum volley_outcome backlog_send(struct backlog *backlog, int socket)
{
	size_t sent;
	enum volley_outcome outcome =
		volley_send(&backlog->volley, socket, &sent);

	backlog->stretch.sent += sent;
	if (outcome == VOLLEY_WAITS && stretch_is_missed(&backlog->stretch))
		return VOLLEY_SLOW;
	return outcome;
}
