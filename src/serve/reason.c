/*
 * reason.c - names, counters, lines.
 */
#include "serve/reason.h"

#include "base/buf.h"
#include "loop/journal.h"
#include "loop/loop.h"
#include "serve/accesslog.h"

static const char *const names[REASONS] = {
	[REASON_NONE] = "none",
	[REASON_ANSWERED] = "answered",
	[REASON_CLIENT_CLOSED] = "client-closed",
	[REASON_CLIENT_RESET] = "client-reset",
	[REASON_IDLE] = "idle-timeout",
	[REASON_DRAIN] = "drain",
	[REASON_PROTOCOL] = "protocol-error",
	[REASON_HEADER_TIMEOUT] = "header-timeout",
	[REASON_CONTENT_TIMEOUT] = "content-timeout",
	[REASON_CONTENT_REFUSED] = "content-refused",
	[REASON_SLOW] = "send-timeout",
	[REASON_FILE_CHANGED] = "file-changed",
	[REASON_FILE_FAILED] = "file-failed",
	[REASON_NO_MEMORY] = "no-memory",
	[REASON_NO_DESCRIPTOR] = "no-descriptor",
	[REASON_OVERLOAD] = "max-clients",
	[REASON_ADDRESS] = "max-clients-per-address",
	[REASON_MADE_ROOM] = "made-room",
	[REASON_REQUESTS] = "max-requests",
};

const char *reason_name(enum reason reason)
{
	return names[reason];
}

enum reason reason_of_body(enum body_outcome outcome)
{
	switch (outcome) {
	case BODY_CHANGED:
		return REASON_FILE_CHANGED;
	case BODY_FAILED:
	case BODY_LATE:
		return REASON_FILE_FAILED;
	case BODY_SHORTAGE:
		return REASON_NO_MEMORY;
	case BODY_SLOW:
		return REASON_SLOW;
	default:
		return REASON_CLIENT_RESET;
	}
}

/* A cut body is said by its exchange, with its request (exchange.c). */
static bool is_trouble(enum reason reason)
{
	return reason >= REASON_HEADER_TIMEOUT &&
	       reason != REASON_FILE_CHANGED && reason != REASON_FILE_FAILED;
}

void reason_count(struct reasons *reasons, enum reason reason,
	const struct sys_peer *peer)
{
	int64_t second = loop_now() / 1000;
	char text[64];
	struct buf from = buf_on(text, sizeof text - 1);
	uint64_t more;

	more = reasons->ended[reason]++ - reasons->said[reason];
	if (!is_trouble(reason) || reasons->second[reason] == second)
		return;
	reasons->second[reason] = second;
	reasons->said[reason] = reasons->ended[reason];
	access_write_peer(&from, peer);
	text[from.len] = '\0';
	if (more == 0)
		journal_say("%s: closed %s", names[reason], text);
	else
		journal_say("%s: closed %s, and %llu more before",
			names[reason], text, (unsigned long long)more);
}

void reasons_say(const struct reasons *reasons)
{
	char text[1024];
	struct buf line = buf_on(text, sizeof text - 1);
	unsigned long long all = 0;

	for (int i = REASON_NONE + 1; i < REASONS; i++) {
		if (reasons->ended[i] == 0)
			continue;
		buf_printf(&line, "%s%s %llu", all > 0 ? ", " : "", names[i],
			(unsigned long long)reasons->ended[i]);
		all += reasons->ended[i];
	}
	text[line.len] = '\0';
	if (all > 0)
		journal_say("connections that ended: %llu (%s)", all, text);
}
