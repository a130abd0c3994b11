/*
 * exchange.h - one request on its way to its reply.
 *
 * Its handlers, in the order of its life:
 *
 *     exchange_start   what can be refused, is; a name goes to the store
 *     on_name_found    another name, or the decision: the body begins to leave
 *     on_no_answer     (or: the client left, or waited long enough)
 *     on_body_over     the last byte left, or did not; the line for the log
 *
 * An exchange is large while its answer is thought about, and small as soon as
 * the body waits, for the disk or for room: what it was thought about with lies
 * on a desk, which is given back then. Of it are kept the bytes of the request
 * (for the log, and to think again) and of the head. So a thousand slow readers
 * cost little.
 *
 * A file that turned out to have changed before the first byte left is chosen
 * again, EXCHANGE_TRIES times at most.
 */
#ifndef CONTD_SERVE_EXCHANGE_H
#define CONTD_SERVE_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "files/body.h"
#include "http/request.h"
#include "loop/cont.h"
#include "serve/desk.h"
#include "serve/parts.h"
#include "serve/server.h"
#include "sys/sys.h"

enum { EXCHANGE_TRIES = 8 };

enum exchange_outcome {
	EXCHANGE_OVER,  /* answered: the next request may follow */
	EXCHANGE_CLOSE, /* answered, and it said that the connection closes */
	EXCHANGE_GONE,  /* the client left: close at once */
	EXCHANGE_RESET  /* cut off: the client must not take it for the whole */
};

struct exchange {
	enum exchange_outcome outcome;
	struct server *server;
	const struct sys_peer *peer;
	int socket;
	struct desk *desk; /* NULL: only the body is left */
	struct kept *kept; /* NULL: it never waited with a body */
	unsigned tries;
	int status;
	bool close;
	struct piece piece;  /* of a body in one part */
	struct parts *parts; /* of one in several; else NULL */
	struct body body;
	size_t head_len;
	struct cont next;
};

/* An exchange for a client, or NULL when there is no memory for one. The peer
 * must stay until it ends. */
struct exchange *exchange_new(
	struct server *server, int socket, const struct sys_peer *peer);
void exchange_free(struct exchange *exchange);

/* Its line for the access log, which it writes itself when it ends: for who
 * cuts it off amid its answer. While the bytes of the request are there. */
void exchange_log(struct exchange *exchange);

/* Answers the request, with close true as the last one of its client. status:
 * 0, or what it is refused with. True: it is over already, read outcome. False:
 * the row of the socket is the exchange's until `next` is resumed on it. The
 * bytes of the request must stay until then, or until exchange_is_small. */
bool exchange_start(struct exchange *exchange, const struct request *request,
	int status, bool close, struct cont next);

/* Whether only the body is left. */
static inline bool exchange_is_small(const struct exchange *exchange)
{
	return exchange->desk == NULL;
}

#endif
