/*
 * reason.h - why a connection ended: a name for each reason.
 *
 * Each is counted. Those that are a trouble are also logged for the operator:
 * at most one line per second for each reason, with the number of connections
 * since the last line. The line has the client's address, or the request if the
 * file is the cause. The normal ends (a last response, a client that closes, an
 * idle client, a drain) are not logged, and a malformed request is only in the
 * access log. When the worker ends it logs all counts.
 */
#ifndef CONTD_SERVE_REASON_H
#define CONTD_SERVE_REASON_H

#include <stdint.h>

#include "base/slice.h"
#include "files/body.h"
#include "sys/sys.h"

enum reason {
	REASON_NONE, /* it is not ending */

	/* the normal course */
	REASON_ANSWERED,      /* after a response with "Connection: close" */
	REASON_CLIENT_CLOSED, /* the client closed it */
	REASON_CLIENT_RESET,  /* the client reset it */
	REASON_IDLE,          /* no request came in time */
	REASON_DRAIN,         /* the worker ends */
	REASON_PROTOCOL,      /* the request was refused as malformed */

	/* trouble caused by clients */
	REASON_HEADER_TIMEOUT,  /* the head did not come in time */
	REASON_CONTENT_TIMEOUT, /* the content did not come in time */
	REASON_CONTENT_REFUSED, /* too much content, or malformed */
	REASON_SLOW,            /* it took too few bytes in a stretch */

	/* trouble on our side */
	REASON_FILE_CHANGED, /* while it was being sent */
	REASON_FILE_FAILED,  /* the disk failed, or took too long */
	REASON_NO_MEMORY,
	REASON_NO_DESCRIPTOR,
	REASON_OVERLOAD,  /* too many clients */
	REASON_ADDRESS,   /* too many clients of its address */
	REASON_MADE_ROOM, /* closed for a new client */
	REASON_REQUESTS,  /* too many requests are being read and answered */
	REASONS
};

/* By reason. */
struct reasons {
	uint64_t ended[REASONS];  /* connections that ended */
	uint64_t unsaid[REASONS]; /* not logged since the last line */
	int64_t second[REASONS];  /* of the last line, by loop_now() */
};

/* Its name in the log: "header-timeout". */
const char *reason_name(enum reason reason);

/* The reason for a body that was not sent as a whole. */
enum reason reason_of_body(enum body_outcome outcome);

/* Counts a connection of this peer that ended. May log it, except for the two
 * reasons that reason_say_cut logs. */
void reason_count(struct reasons *reasons, enum reason reason,
	const struct sys_peer *peer);

/* May log a response that was cut off after `sent` bytes, because the file
 * changed or could not be read; `line` is the request line, which names the
 * file. Does nothing for other reasons. reason_count counts the connection. */
void reason_say_cut(struct reasons *reasons, enum reason reason,
	struct slice line, uint64_t sent);

/* Logs all counts in one line. */
void reasons_say(const struct reasons *reasons);

#endif
