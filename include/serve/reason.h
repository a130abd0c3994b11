/*
 * reason.h - why a connection ended: one name for each way.
 *
 * Each is counted. The ones that are somebody's trouble are said to the
 * operator too: one line for each reason in a second at most, and how many
 * there were since the last line. The line has the client's address, or the
 * request if the file is to blame. What ends a connection in the normal course
 * (an answer that was the last, a client that went, idleness, our own end) has
 * no line of its own, and a malformed request has one in the access log. When
 * the worker ends it says how many ended for each reason.
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
	REASON_ANSWERED,      /* that was the last answer, and it said so */
	REASON_CLIENT_CLOSED, /* the client ended it */
	REASON_CLIENT_RESET,  /* the client broke it off */
	REASON_IDLE,          /* no request came in time */
	REASON_DRAIN,         /* we end */
	REASON_PROTOCOL,      /* what it sent is no HTTP that we understand */

	/* trouble: the clients' */
	REASON_HEADER_TIMEOUT,  /* the head did not come in time */
	REASON_CONTENT_TIMEOUT, /* nor did the content */
	REASON_CONTENT_REFUSED, /* too much content, or malformed */
	REASON_SLOW,            /* it took too little in its time */

	/* ours */
	REASON_FILE_CHANGED, /* while it was being sent */
	REASON_FILE_FAILED,  /* the disk failed, or took too long */
	REASON_NO_MEMORY,
	REASON_NO_DESCRIPTOR,
	REASON_OVERLOAD,  /* no place is left */
	REASON_ADDRESS,   /* its address has all the places it may have */
	REASON_MADE_ROOM, /* its place went to another */
	REASON_REQUESTS,  /* too many are being read and answered */
	REASONS
};

/* By reason. */
struct reasons {
	uint64_t ended[REASONS];  /* how many */
	uint64_t unsaid[REASONS]; /* since its last line, without a line */
	int64_t second[REASONS];  /* of the loop's clock: of its last line */
};

/* As logs and counters have it: "header-timeout". */
const char *reason_name(enum reason reason);

/* Why a body broke off. */
enum reason reason_of_body(enum body_outcome outcome);

/* A connection from there has ended. Has a line written if it is trouble, unless
 * the line of this reason is reason_say_cut's. */
void reason_count(struct reasons *reasons, enum reason reason,
	const struct sys_peer *peer);

/* An answer to the request with this line was cut off when so many of its bytes
 * were sent, since the file changed or could not be read: the line of these two
 * reasons, which names the file. Nothing for other reasons. The connection that
 * ends with it is counted by reason_count. */
void reason_say_cut(struct reasons *reasons, enum reason reason,
	struct slice line, uint64_t sent);

/* All that have ended, by reason, in one line. */
void reasons_say(const struct reasons *reasons);

#endif
