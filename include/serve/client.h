/*
 * client.h - a connected socket, from accept to close.
 *
 * Its handlers, in the order of its life:
 *
 *     on_request_bytes   bytes of a request, or the time for them is over
 *     on_exchange_over   the response is sent; what follows?
 *     on_room            room for ready responses that waited for it
 *     on_next_request    goes on after its share of a turn was used up
 *     on_content_bytes   content of a request, which is discarded
 *     on_linger_bytes    sending is over; reads until the client closes
 *                        (closing.c)
 *
 * An idle client only takes its struct and its row; the memory for a request is
 * taken with its first byte and given back when the client is idle again.
 * Pipelined requests are answered in order, at most CLIENT_SHARE of them in a
 * turn; responses that are ready are sent together (batch.h).
 */
#ifndef CONTD_SERVE_CLIENT_H
#define CONTD_SERVE_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/content.h"
#include "http/request.h"
#include "serve/backlog.h"
#include "serve/exchange.h"
#include "serve/input.h"
#include "serve/server.h"
#include "sys/sys.h"

enum {
	CLIENT_SHARE = 16,             /* requests of one client in a turn */
	CLIENT_CONTENT_MAX = 64 * 1024 /* bytes discarded; more: close */
};

struct client {
	struct server *server;
	struct client *prev, *behind; /* in the server's list */
	struct input *input;          /* NULL while there are no bytes */
	struct exchange *exchange;    /* NULL while there is none */
	struct backlog *backlog;      /* NULL while nothing waits for room */
	int fd;
	struct sys_peer peer;
	struct address *address; /* in the server's table */
	enum reason reason; /* why the connection ends after this response */
	bool fresh;         /* has sent no request yet */
	bool timed;         /* the deadline of a head or content is running */
	bool idles;         /* the deadline of an idle client is running */
	bool suspect;       /* bytes may arrive that are never read */
	bool waited;        /* it had to wait, and may have sent more since */
	bool last;          /* the ready responses include the last one */
	bool leaving;       /* lingers: its last response is sent */
	int share;          /* requests that may still be answered in ... */
	uint64_t turn;      /* ... this turn */
	size_t used;        /* length of this request's head in the input */
	size_t linger;      /* bytes read while lingering */
	struct content content;
};

/* Serves a socket that was just accepted; takes ownership of it. */
void client_new(struct server *server, int fd, const struct sys_peer *peer);

/* Reads once more from an idle client. If no request arrived, closes it with
 * this reason. */
void client_ask_last(struct client *client, enum reason reason);

/* Closes clients that only have content left to send, which is discarded. Reads
 * once more from idle ones, at the end of this turn, and closes those without a
 * request. The others are closed after their next response. */
void clients_drain(struct server *server);

/* Closes all clients; those whose response is not yet sent by a reset. */
void clients_shut(struct server *server);

#endif
