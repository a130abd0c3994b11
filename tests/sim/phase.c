/*
 * phase.c - where a connection is, how long it may be there, why it may end.
 *
 * All of it is told from outside: from the bytes that the worker has taken and
 * sent. A phase begins with the turn at whose end it is first seen, as in the
 * worker, whose clock stands still in a turn. So deadlines are exact: an end
 * before its time is as wrong as none.
 */
#include <string.h>

#include "answer.h"
#include "chance.h"
#include "fault.h"
#include "loop/cont.h"
#include "world.h"

enum { CONTENT_TIME = 10000, LINGER_TIME = 2000, LOOKS = 6 };

static const char *const names[] = {
	"waits", "new", "header", "idle", "content", "busy", "linger", "over"};

/* Empty lines behind a request may be the end of it, or begin another: which, and
 * whose time runs, hangs on how they come. */
static bool is_between(const struct sim_client *client)
{
	size_t at = client->answered > 0
			    ? client->wishes[client->answered - 1].end
			    : client->stream->taken;

	if (at >= client->stream->taken)
		return false;
	for (; at < client->stream->taken; at++)
		if (client->bytes[at] != '\r' && client->bytes[at] != '\n')
			return false;
	return true;
}

static bool is_torn(const struct sim_client *client)
{
	return client->answered > 0 &&
	       client->wishes[client->answered - 1].torn;
}

static enum phase phase_of(const struct sim_client *client)
{
	const struct object *stream = client->stream;
	size_t answered = client->answered;
	size_t end = answered > 0 ? client->wishes[answered - 1].end : 0;

	if (client->phase == WAITS || client->phase == OVER)
		return client->phase;
	if (stream->shut)
		return LINGER;
	if (client->wild || client->ended || client->answer.head_len > 0)
		return BUSY;
	if (answered < client->wishes_count &&
		stream->taken >= client->wishes[answered].head_end)
		return BUSY;
	if (stream->taken == 0)
		return NEW;
	if (stream->taken < end)
		return CONTENT;
	return stream->taken == end || is_between(client) ? IDLE : HEADER;
}

/* What must stay the same for the phase to be the same. */
static size_t place_of(const struct sim_client *client, enum phase phase)
{
	if (phase == BUSY)
		return client->stream->taken + client->answer.head_len +
		       client->answer.sent + client->read + client->answered;
	/* Empty lines buy no time. */
	return client->answered;
}

static int64_t limit_of_busy(const struct sim_client *client)
{
	const struct worker_setup *setup = &world.setup;
	/* A block that was given back while there was no room is read again. */
	int64_t limit = LOOKS * setup->helper_timeout +
			2 * setup->read_timeout + 2 * setup->send_timeout +
			1000;

	if (setup->helper_timeout == 0 || setup->read_timeout == 0 ||
		setup->send_timeout == 0)
		return 0;
	if (!client->wild)
		return limit;
	if (setup->header_timeout == 0 || setup->idle_timeout == 0)
		return 0;
	return limit + setup->header_timeout + setup->idle_timeout +
	       CONTENT_TIME;
}

static int64_t limit_between(void)
{
	int64_t header = world.setup.header_timeout;
	int64_t idle = world.setup.idle_timeout;

	return header > 0 && idle > 0 ? header + idle : 0;
}

int64_t phase_limit(const struct sim_client *client, enum phase phase)
{
	switch (phase) {
	case NEW:
	case HEADER:
		return world.setup.header_timeout;
	case IDLE:
		return is_between(client) ? limit_between()
					  : world.setup.idle_timeout;
	case CONTENT:
		return CONTENT_TIME;
	case LINGER:
		return LINGER_TIME;
	case BUSY:
		return limit_of_busy(client);
	default:
		return 0;
	}
}

/* After each turn. */
void phase_check(struct sim_client *client)
{
	enum phase phase = phase_of(client);
	size_t place = place_of(client, phase);
	int64_t limit = phase_limit(client, phase);

	if (client->stream->last && !client->stream->worker_end)
		sim_fail(client->number, "its last words wait for an end");
	/* A first request is waited for from the first moment on; but what
	 * comes at the last moment may have its own time. */
	if (client->phase == NEW && phase == HEADER) {
		client->phase = HEADER;
		if (kernel_now() - client->since >= limit)
			client->spared = kernel_now();
	}
	/* The time of a request may have begun with those. */
	if (phase == IDLE && is_between(client))
		client->empty = client->empty ? client->empty : kernel_now();
	else if (phase != HEADER)
		client->empty = 0;
	if (phase != client->phase || place != client->phase_at) {
		client->phase = phase;
		client->phase_at = place;
		client->since = kernel_now();
		client->turns = 0;
		return;
	}
	/* The worker may come to it with the next turn only, or the one after:
	 * what was read ahead leaves at the end of a turn, its body is over in
	 * the second, and its exchange in the third. */
	if (client->turns++ < 2)
		client->spared = kernel_now();
	/* Some of these waits have only begun behind a leap. */
	if (fault_last(FAULT_LEAP) > client->spared)
		client->spared = fault_last(FAULT_LEAP);
	/* An answer to say so may wait for room. */
	if (phase == HEADER && limit > 0 && client->stream->unread > 0)
		limit = limit_of_busy(client) > 0
				? limit + limit_of_busy(client)
				: 0;
	if (limit > 0 && kernel_now() - client->since >= limit &&
		kernel_now() - client->spared >= limit)
		sim_fail(client->number, "is %s for %lld ms, of %lld",
			names[phase], (long long)(kernel_now() - client->since),
			(long long)limit);
}

/* ---- the end ---- */

/* Its time is over, or, where that has no limit, the master's patience. */
static bool is_drained(void)
{
	int64_t time = world.setup.drain_timeout;

	if (time == 0)
		return world.draining && world.master->gone;
	return world.draining && kernel_now() - world.drained >= time;
}

/* It has not taken its share in its time, or still has all of its room to read.
 * A 408 has no request that was there: it may have been waiting for long. */
static bool is_slow(const struct sim_client *client)
{
	int64_t limit = world.setup.send_timeout;
	int64_t since = client->wishes[client->answered].since;

	if (limit == 0 || (since != NEVER && kernel_now() - since < limit))
		return false;
	return client->stream->unread > 0 ||
	       kernel_now() - client->paid_at[1] >= limit;
}

/* Two shares are behind it since the second last time: within less than the time
 * for one, and it cannot be slow. */
void phase_paid(struct sim_client *client, size_t len)
{
	uint64_t share = world.setup.send_rate *
			 (uint64_t)world.setup.send_timeout / 1000;

	client->paid += len;
	if (client->paid < share)
		return;
	client->paid = 0;
	client->paid_at[1] = client->paid_at[0];
	client->paid_at[0] = kernel_now();
}

/* It was told by a reset that what it has is not the whole. */
static bool is_cut_rightly(const struct sim_client *client)
{
	const struct wish *wish = &client->wishes[client->answered];
	bool slow = is_slow(client);

	if (client->answer.head_len == 0 && !answer_is_excused(client) && !slow)
		return false;
	return client->stream->reset &&
	       (is_drained() || answer_is_excused(client) || slow ||
		       client->wild || expect_changes(wish));
}

/* Its first request has come, and it got not a byte. That something was short
 * is no reason: for the few words of 503 nothing is needed. */
static bool is_left_alone(const struct sim_client *client)
{
	return client->answered == 0 && client->answer.head_len == 0 &&
	       client->wishes_count > 0 &&
	       client->stream->come >= client->wishes[0].head_end &&
	       !client->stream->fin && !client->wild && !world.lying &&
	       !is_drained() && !is_slow(client) &&
	       fault_last(FAULT_SEND) < client->since &&
	       fault_last(FAULT_RECV) < client->since;
}

static bool may_end(const struct sim_client *client, enum phase phase)
{
	bool late = phase_limit(client, phase) > 0 && phase == client->phase &&
		    kernel_now() - client->since >= phase_limit(client, phase);

	if (client->ended)
		return true;
	/* It was reset before the worker could know better. */
	if (client->stream->fin && phase != BUSY)
		return true;
	if (is_left_alone(client))
		return false;
	switch (phase) {
	case NEW:
	case IDLE:
		return late || is_between(client) || world.draining ||
		       answer_is_excused(client);
	case CONTENT:
		return late || is_drained() || is_torn(client) ||
		       answer_is_excused(client);
	case HEADER:
		return is_drained() || answer_is_excused(client);
	case LINGER:
		return late || is_drained() || answer_is_excused(client);
	case BUSY:
		return is_cut_rightly(client) || is_drained() ||
		       (!client->answer.in_body &&
			       (client->wild || answer_is_excused(client)));
	default:
		return true;
	}
}

/* The worker closed its end. */
void phase_ended(struct sim_client *client)
{
	enum phase phase = phase_of(client);

	sim_trace(client->number,
		"the worker closes, %s%s; %zu answers, and %zu bytes of a "
		"body, %zu more to come",
		names[phase], client->stream->reset ? ", with a reset" : "",
		client->answered, client->answer.sent, client->answer.left);
	world.ends[phase]++;
	if (!may_end(client, phase))
		sim_fail(client->number, "closed while %s, for no reason",
			names[phase]);
	if (phase == BUSY && client->answer.in_body && !client->stream->reset)
		sim_fail(client->number, "cut off, and not told so");
	/* Its next request may have been on its way. */
	if (client->ended && client->stream->reset &&
		!client->stream->reset_on_close && client->stream->unread > 0 &&
		phase != LINGER && world.draining &&
		!client->wishes[client->answered - 1].close && !is_drained() &&
		!answer_is_excused(client))
		sim_fail(client->number,
			"the reset may take its last answer from it");
	client->phase = OVER;
}
