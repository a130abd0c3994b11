/*
 * room.h - who may come in, and who goes for it.
 *
 * There are so many places for clients, and so much memory for requests, and no
 * more. A flood from few addresses must not keep all others out:
 *
 *  - The last eighth of the places, and of the memory for requests, is not for
 *    a heavy address: one that holds an eighth of all already. It is kept even
 *    while there is but one address, for whoever comes next. (Behind a single
 *    front server seven eighths are left to it; a local socket has no address,
 *    and all of them.)
 *  - When there is no place, somebody goes whose place is worth less: who
 *    idles; who has been said good-bye to; then who is sending a request still,
 *    but only if his address holds more places than the newcomer's. Of those
 *    that wait for longest, the one of the address that holds most. For a
 *    newcomer of a heavy address nobody goes whose address holds less. A client
 *    that is being answered never goes.
 *  - Where nobody can go the newcomer hears 503, from words that are ready.
 *
 * Besides, an address may have a limit of its own. It is none by default: all
 * clients of a front server come from one.
 */
#ifndef CONTD_SERVE_ROOM_H
#define CONTD_SERVE_ROOM_H

#include <stdbool.h>

#include "serve/client.h"
#include "serve/server.h"

enum {
	ROOM_PART = 8, /* one of so many parts is not for heavy addresses */
	ROOM_LOOK = 64 /* clients looked at to find who goes */
};

/* Sets up places and memory: so many clients, so many requests that are read or
 * answered at a time. 0, or -1 without memory. */
int room_open(struct server *server, size_t clients, size_t requests);
void room_shut(struct server *server);

/* Lets a client in that was just accepted, or sends it away; takes charge of
 * the socket. is_last: it has the last descriptor, so somebody must go for it
 * though there are places. */
void room_greet(struct server *server, int fd, const struct sys_peer *peer,
	bool is_last);

/* The memory to read a request of the client, or to answer it. False or NULL:
 * there is none for it, it was told so, and is gone. */
bool room_for_input(struct client *client);
struct exchange *room_for_exchange(struct client *client);

#endif
