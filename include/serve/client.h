/*
 * client.h - a connected socket, from accept to close.
 *
 * Its handlers, in the order of its life:
 *
 *     on_request_bytes   bytes of a request, or the time for them is over
 *     on_exchange_over   answered; what follows?
 *     on_content_bytes   content that nobody reads is passed over
 *     on_linger_bytes    we said good-bye; the client reads our last words
 *
 * An idle client is its struct and its row; the memory for a request is taken
 * with the first byte of it and given back when the client idles again.
 * Requests that came together are answered in order, each after the one before
 * it, CLIENT_SHARE of them in a turn at most.
 */
#ifndef CONTD_SERVE_CLIENT_H
#define CONTD_SERVE_CLIENT_H

#include "serve/server.h"
#include "sys/sys.h"

enum {
	CLIENT_SHARE = 16,              /* requests of one client in a turn */
	CLIENT_CONTENT_MAX = 64 * 1024, /* bytes passed over; more: close */
	CLIENT_LINGER_MAX = 16 * 1024 * 1024 /* bytes read after good-bye */
};

/* Sets up the pools that clients live in. */
void client_pools(struct server *server);

/* Serves a socket that was just accepted; takes charge of it. */
void client_new(struct server *server, int socket, const struct sys_peer *peer);

/* Sends a socket that was just accepted away with 503; takes charge of it. */
void client_refuse(int socket);

/* No more requests than those that are here already: idle clients are asked a
 * last time whether a request is under way, and go. */
void clients_drain(struct server *server);

/* Cuts all of them off. */
void clients_shut(struct server *server);

#endif
