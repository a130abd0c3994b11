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
 * An exchange is large while the answer is thought about, and small once the
 * head has left and the body waits for room: what it was thought about with lies
 * on a desk, which is given back then. A thousand slow readers cost little.
 *
 * A file that turned out to have changed before the first byte left is chosen
 * again, EXCHANGE_TRIES times at most.
 */
#ifndef CONTD_SERVE_EXCHANGE_H
#define CONTD_SERVE_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "files/body.h"
#include "files/store.h"
#include "http/request.h"
#include "http/uri.h"
#include "loop/cont.h"
#include "serve/accesslog.h"
#include "serve/choose.h"
#include "serve/parts.h"
#include "serve/reply.h"
#include "serve/server.h"
#include "sys/sys.h"

enum { EXCHANGE_TRIES = 8 };

enum exchange_outcome {
	EXCHANGE_OVER,  /* answered: the next request may follow */
	EXCHANGE_CLOSE, /* answered, and it said that the connection closes */
	EXCHANGE_GONE,  /* the client left: close at once */
	EXCHANGE_RESET  /* cut off: the client must not take it for the whole */
};

/* Where an answer is thought about. */
struct desk {
	struct request request; /* slices of the client's input */
	struct uri uri;         /* slices of the target, or of path */
	struct lookup lookup;
	unsigned tries;
	struct reply reply;
	struct chooser chooser;
	char path[REQUEST_LINE_MAX];
	char head[REPLY_HEAD_MAX];
};

struct exchange {
	enum exchange_outcome outcome;
	struct server *server;
	const struct sys_peer *peer;
	int socket;
	struct desk *desk;        /* NULL: only the body is left */
	struct access_text *text; /* for the log, then; else NULL */
	int status;
	bool close;
	struct piece piece;  /* of a body in one part */
	struct parts *parts; /* of one in several; else NULL */
	struct body body;
	size_t head_len;
	struct cont next, waits;
};

/* An exchange for a client, or NULL when there is no memory for one. The peer
 * must stay until it ends. */
struct exchange *exchange_new(
	struct server *server, int socket, const struct sys_peer *peer);
void exchange_free(struct exchange *exchange);

/* Whom an exchange resumes, on the row of its socket. */
struct exchange_ways {
	struct cont next;  /* it is over: read outcome */
	struct cont waits; /* its body waits: exchange_wait */
};

/* Answers the request, with close true as the last one of its client. status:
 * 0, or what it is refused with. True: it is over already, read outcome. False:
 * the row of the socket is the exchange's until one of `ways` is resumed on it.
 * The bytes of the request must stay until then. */
bool exchange_start(struct exchange *exchange, const struct request *request,
	int status, bool close, struct exchange_ways ways);

/* Lets go of the request, if there is memory for what the log will say of it:
 * true, and its bytes need not stay. The row is the exchange's again. */
bool exchange_wait(struct exchange *exchange);

#endif
