/*
 * farewell.h - how clients come into being and how they go.
 *
 * The one place where a struct client is made and where it ends, and the polite
 * end: closing with bytes unread would reset the connection and could take our
 * last words from the client before it reads them (RFC 9112, 9.6), so we only
 * stop sending, and read on until the client stops as well. So too behind a last
 * answer of some size: it may be on its way for a while, and whatever the client
 * says until it has it would be answered with a reset.
 */
#ifndef CONTD_SERVE_FAREWELL_H
#define CONTD_SERVE_FAREWELL_H

#include "serve/client.h"

enum {
	FAREWELL_MAX = 16 * 1024 * 1024, /* bytes read after good-bye */
	FAREWELL_SMALL = 8 * 1024        /* a last answer that leaves at once */
};

/* A client of the server's list; or NULL without memory, and then the socket
 * was refused. */
struct client *client_enlist(
	struct server *server, int fd, const struct sys_peer *peer);

/* Gives the memory of a request back. */
void client_give_input_back(struct client *client);

/* Ends the client at once, whatever it is at, and closes its socket. */
void client_leave(struct client *client, enum reason reason);

/* Ends it with a reset: nothing more can be said to this client, and it must
 * not take what it has for the whole. */
void client_cut_off(struct client *client, enum reason reason);

/* Notes what its end will be if this request, refused with this status or not
 * (0), is its last: why, and whether more may be on its way. */
void client_note_end(
	struct client *client, const struct request *request, int status);

/* Ends it politely, if it may still be sending; at once otherwise. */
void client_say_good_bye(struct client *client, enum reason reason);

/* Sends a socket that was just accepted away
 * with 503, at once; takes charge of it. */
void client_refuse(struct server *server, int fd, const struct sys_peer *peer,
	enum reason reason);

/* 503 in words that are ready, and good-bye. */
void client_turn_away(struct client *client, enum reason reason);

/* Its place is needed at once: 503, if it
 * has said anything, and no good-bye. */
void client_give_way(struct client *client);

#endif
