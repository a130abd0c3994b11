/*
 * backlog.c - a volley, and the time it takes.
 */
#include "serve/backlog.h"

struct backlog *backlog_new(
	struct pool *pool, const struct volley *volley, int64_t send_time)
{
	struct backlog *backlog = pool_take_raw(pool);

	if (!backlog)
		return NULL;
	backlog->volley = *volley;
	stretch_begin(&backlog->stretch, send_time);
	return backlog;
}

enum volley_outcome backlog_send(struct backlog *backlog, int socket)
{
	size_t sent;
	enum volley_outcome outcome =
		volley_send(&backlog->volley, socket, &sent);

	backlog->stretch.sent += sent;
	if (outcome == VOLLEY_WAITS && stretch_is_missed(&backlog->stretch))
		return VOLLEY_BROKEN;
	return outcome;
}
