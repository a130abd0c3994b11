/*
 * reason.c - names, counters, log lines.
 */
#include "serve/reason.h"

#include "base/buf.h"
#include "http/escape.h"
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

/* Whether reason_say_cut logs it. */
static bool is_of_a_file(enum reason reason)
{
	return reason == REASON_FILE_CHANGED || reason == REASON_FILE_FAILED;
}

static bool is_trouble(enum reason reason)
{
	return reason >= REASON_HEADER_TIMEOUT && !is_of_a_file(reason);
}

/* Whether there was no line for the reason in this second; otherwise counts one
 * for the next line. */
static bool is_due(struct reasons *reasons, enum reason reason)
{
	int64_t second = loop_now() / 1000;

	if (reasons->second[reason] == second) {
		reasons->unsaid[reason]++;
		return false;
	}
	reasons->second[reason] = second;
	return true;
}

static void say(struct reasons *reasons, enum reason reason, struct slice what)
{
	unsigned long long more = reasons->unsaid[reason];

	reasons->unsaid[reason] = 0;
	if (more == 0)
		journal_say("%s: %.*s", names[reason], (int)what.len, what.at);
	else
		journal_say("%s: %.*s, and %llu more before", names[reason],
			(int)what.len, what.at, more);
}

void reason_count(struct reasons *reasons, enum reason reason,
	const struct sys_peer *peer)
{
	char text[64];
	struct buf what = buf_on(text, sizeof text);

	reasons->ended[reason]++;
	if (!is_trouble(reason) || !is_due(reasons, reason))
		return;
	buf_text(&what, "closed ");
	access_write_peer(&what, peer);
	say(reasons, reason, buf_slice_of(&what));
}

void reason_say_cut(struct reasons *reasons, enum reason reason,
	struct slice line, uint64_t sent)
{
	char quoted[512], text[sizeof quoted + 64];
	struct buf request = buf_on(quoted, sizeof quoted);
	struct buf what = buf_on(text, sizeof text);

	if (!is_of_a_file(reason) || !is_due(reasons, reason))
		return;
	escape_log(&request, line);
	buf_text(&what, "\"");
	buf_slice(&what, buf_slice_of(&request));
	buf_text(&what, "\" was cut off after ");
	buf_number(&what, sent);
	buf_text(&what, " bytes");
	say(reasons, reason, buf_slice_of(&what));
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
