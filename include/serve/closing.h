/*
 * closing.h - how clients are created and closed.
 *
 * The only module where a struct client is created and freed. A client is
 * normally closed in stages (RFC 9112, 9.6): to close a socket with unread
 * bytes would reset the connection, and the client could lose the last
 * response. So only the sending half is closed, and we read until the client
 * closes too; this is called lingering. It is also done after a large last
 * response: that takes time to arrive, and bytes from the client before then
 * would cause a reset.
 */
#ifndef CONTD_SERVE_CLOSING_H
#define CONTD_SERVE_CLOSING_H

#include "serve/client.h"

enum {
	CLOSING_MAX = 16 * 1024 * 1024, /* bytes read while lingering */
	CLOSING_SMALL = 8 * 1024 /* bytes of a last response; see above */
};

/* Creates a client in the server's list. NULL without memory, and then the
 * socket was refused (client_refuse). */
struct client *client_enlist(
	struct server *server, int fd, const struct sys_peer *peer);

/* Gives the memory of its request back. */
void client_give_input_back(struct client *client);

/* Frees the client, in any state, and closes its socket. */
void client_leave(struct client *client, enum reason reason);

/* The same with a reset, so that the client knows that its response
 * is incomplete. */
void client_cut_off(struct client *client, enum reason reason);

/* Stores how to close the client if this request is its last one: the reason,
 * and whether more bytes may arrive. status: 0, or that of the refusal. */
void client_note_end(
	struct client *client, const struct request *request, int status);

/* Closes it in stages if unread bytes may arrive; at once otherwise. */
void client_finish(struct client *client, enum reason reason);

/* Sends 503 to a socket that was just accepted, and closes it at once. Takes
 * ownership of it. */
void client_refuse(struct server *server, int fd, const struct sys_peer *peer,
	enum reason reason);

/* Sends a constant 503, then as client_finish. */
void client_turn_away(struct client *client, enum reason reason);

/* Closes it at once to free its place; sends 503 first if it has begun
 * a request. */
void client_give_way(struct client *client);

#endif
