/*
 * exchange.h - one request and its response.
 *
 * Its handlers, in the order of its life:
 *
 *     exchange_start   refuses the request, or looks its name up in the store
 *     on_name_found    looks up another name, or decides and begins to send
 *     on_no_answer     (instead: the client left, or the lookup took too long)
 *     on_body_over     all is sent, or sending failed; the line for the log
 *
 * An exchange is large while its response is decided, and small as soon as the
 * body waits for the disk or for room: the memory for deciding is a workspace
 * (workspace.h), which is then given back. Only the bytes of the request (for
 * the log, and to decide again) and of the head are kept. So a thousand slow
 * clients take little memory.
 *
 * If the file changed before the first byte was sent, the file is chosen again,
 * EXCHANGE_TRIES times at most.
 */
#ifndef CONTD_SERVE_EXCHANGE_H
#define CONTD_SERVE_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "files/body.h"
#include "http/request.h"
#include "loop/cont.h"
#include "serve/parts.h"
#include "serve/server.h"
#include "serve/workspace.h"
#include "sys/sys.h"

enum { EXCHANGE_TRIES = 8 };

enum exchange_outcome {
	EXCHANGE_OVER,  /* sent: the next request may follow */
	EXCHANGE_CLOSE, /* sent with "Connection: close" */
	EXCHANGE_GONE,  /* the client left: close at once */
	EXCHANGE_RESET, /* incomplete: the connection must be reset */
	EXCHANGE_BUSY   /* no memory, nothing sent: the client is turned away */
};

struct exchange {
	enum exchange_outcome outcome;
	struct server *server;
	const struct sys_peer *peer;
	int socket;
	struct workspace *workspace; /* NULL: only the body is left */
	struct kept *kept; /* NULL: its workspace was never given back */
	unsigned tries;
	int status;
	bool close;
	uint64_t size;       /* of the file whose range gave 416 */
	struct piece piece;  /* a body of one part */
	struct parts *parts; /* a body of several parts; else NULL */
	struct body body;
	size_t head_len;
	struct cont next;
};

/* Makes an exchange; NULL without memory. *peer must stay valid until
 * its end. */
struct exchange *exchange_new(
	struct server *server, int socket, const struct sys_peer *peer);
void exchange_free(struct exchange *exchange);

/* Writes the access line of an exchange that is cut off; others are logged when
 * they end. The request's bytes must still be valid. */
void exchange_log(struct exchange *exchange);

/* Answers the request. close: it is the last one of its client. status: 0, or
 * the status to refuse it with. True: it is over already, read outcome. False:
 * the exchange uses the socket's row until it resumes `next` on it. The bytes
 * of the request must stay valid until then, or until exchange_is_small. */
bool exchange_start(struct exchange *exchange, const struct request *request,
	int status, bool close, struct cont next);

/* Whether only the body is left. */
static inline bool exchange_is_small(const struct exchange *exchange)
{
	return exchange->workspace == NULL;
}

#endif
