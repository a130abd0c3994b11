/*
 * room.h - which clients are served, and which are closed for others.
 *
 * The places for clients and the memory for requests are limited. A flood from
 * few addresses must not keep all others out:
 *
 *  - The last eighth of the places, and of the memory for requests, is not for
 *    a heavy address: one that has an eighth of all already. It is kept free
 *    even while there is only one address. (So a single front server gets 7/8;
 *    clients of a Unix-domain socket have no address and get all.)
 *  - When there is no place, another client is closed: one that is idle; else
 *    one that lingers (closing.h); else one that is still sending a request,
 *    if its address has more clients than the new one's. Of those that have
 *    waited longest, it is the one whose address has most clients. For a new
 *    client of a heavy address no client is closed whose address has fewer. A
 *    client that is being answered is never closed.
 *  - If no client can be closed the new one gets a constant 503.
 *
 * There may also be a limit per address. By default there is none, as all
 * clients of a front server have one address.
 */
#ifndef CONTD_SERVE_ROOM_H
#define CONTD_SERVE_ROOM_H

#include <stdbool.h>

#include "serve/client.h"
#include "serve/server.h"

enum {
	ROOM_PART = 8, /* 1/8 is not for heavy addresses */
	ROOM_LOOK = 64 /* clients examined to find the one to close */
};

/* Sets up places for clients, and memory for requests that are read or answered
 * at a time. Returns 0, or -1 without memory. */
int room_open(struct server *server, size_t clients, size_t requests);
void room_shut(struct server *server);

/* Frees memory that is kept for the next requests. */
void room_shrink(struct server *server);

/* Serves or refuses a client that was just accepted; takes ownership of the
 * socket. is_last: it has the last descriptor, so another client must be closed
 * for it even if there are places. */
void room_greet(struct server *server, int fd, const struct sys_peer *peer,
	bool is_last);

/* Gives the client memory to read a request. False: there is none for it; it
 * was sent 503 and is closed. */
bool room_for_input(struct client *client);
/* The memory to answer a request. NULL: the same. */
struct exchange *room_for_exchange(struct client *client);

#endif
