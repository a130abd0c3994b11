/*
 * client.h - a connected socket, from accept to close.
 *
 * Its handlers, in the order of its life:
 *
 *     on_request_bytes   bytes of a request, or the time for them is over
 *     on_exchange_over   answered; what follows?
 *     on_room            ready answers that waited for room leave
 *     on_next_request    its share of a turn was used up; goes on
 *     on_content_bytes   content that nobody reads is passed over
 *     on_linger_bytes    we said good-bye; the client reads our last words
 *                        (farewell.c)
 *
 * An idle client is its struct and its row; the memory for a request is taken
 * with the first byte of it and given back when the client idles again.
 * Requests that came together are answered in order, CLIENT_SHARE of them in a
 * turn at most; answers that are at hand leave together (volley.h).
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
	CLIENT_CONTENT_MAX = 64 * 1024 /* bytes passed over; more: close */
};

struct client {
	struct server *server;
	struct client *prev, *behind; /* in the server's list */
	struct input *input;          /* NULL while there are no bytes */
	struct exchange *exchange;    /* NULL while nothing is answered */
	struct backlog *backlog;      /* NULL while nothing waits for room */
	int fd;
	struct sys_peer peer;
	struct address *address; /* in the server's table */
	enum reason reason; /* why this answer, or this good-bye, is the last */
	bool fresh;         /* has not asked for anything yet */
	bool timed;         /* the deadline of a head is running */
	bool idles;         /* that of an idle client is */
	bool suspect;       /* more may come that nobody will read */
	bool waited;        /* for an answer: it had time to say more */
	bool last;          /* no answer follows those that are at hand */
	bool leaving;
	int share;     /* requests that it may still ask in this turn: */
	uint64_t turn; /* this one */
	size_t used;   /* bytes of the input that are this request's head */
	size_t linger; /* bytes read after our good-bye */
	struct content content;
};

/* Serves a socket that was just accepted; takes charge of it. */
void client_new(struct server *server, int fd, const struct sys_peer *peer);

/* Asks one who idles a last time whether a request is under way. If not, it
 * goes for this reason. */
void client_ask_last(struct client *client, enum reason reason);

/* No more requests than those that are here already: idle clients are asked a
 * last time whether a request is under way, and go; so do those of whom only
 * content is missing that nobody reads. */
void clients_drain(struct server *server);

/* Ends all of them; those in the middle of an answer with a reset. */
void clients_shut(struct server *server);

#endif
