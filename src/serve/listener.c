/*
 * listener.c - accepting, and what to do when that fails.
 */
#include "serve/listener.h"

#include <errno.h>

#include "loop/cont.h"
#include "serve/room.h"
#include "sys/sys.h"

static void on_connection(int fd, short revents, void *state);

static void rest(struct server *server, int fd)
{
	cont_save(fd, POLLIN, WITHIN_FOREVER, then(on_connection, server));
}

void listener_open(struct server *server, int fd)
{
	rest(server, fd);
}

static bool is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS ||
	       error == ENOMEM;
}

/* Names give way to clients. */
static void make_room(struct server *server)
{
	size_t shared = server->setup.limits.shared;
	size_t clients = server->clients_count + 1;

	store_keep(server->store, clients < shared ? shared - clients : 0);
}

/* False: nobody is in the queue any more, or cannot be had. */
static bool accept_one(struct server *server, int listener, bool is_last)
{
	struct sys_peer peer;
	int fd = sys_accept(listener, &peer);

	if (fd < 0)
		return false;
	if (cont_fits(fd)) {
		make_room(server);
		room_greet(server, fd, &peer, is_last);
	} else {
		sys_close(fd);
	}
	return true;
}

/* The master's channel, for that of a listener would go on listening when all
 * others are closed. */
static void reserve(struct server *server)
{
	server->reserve = sys_dup(server->setup.master);
}

/* With the descriptor kept for this moment. It is there again when the client
 * was sent away; where another one goes for it, at the end of the turn. */
static bool accept_with_reserve(struct server *server, int listener)
{
	bool accepted;

	if (server->reserve < 0)
		return false;
	sys_close(server->reserve);
	accepted = accept_one(server, listener, true);
	reserve(server);
	return accepted;
}

static void on_connection(int fd, short revents, void *state)
{
	struct server *server = state;
	bool is_short = false;

	(void)revents;
	/* Given up in a shortage, and perhaps to be had again. */
	if (server->reserve < 0)
		reserve(server);
	for (int i = 0; i < LISTENER_SHARE; i++) {
		if (is_short ? accept_with_reserve(server, fd)
			     : accept_one(server, fd, false))
			continue;
		if (is_short || !is_shortage(errno))
			break;
		is_short = true;
		server_shrink(server);
	}
	if (is_short)
		cont_save(fd, 0, WITHIN_RETRY, then(on_connection, server));
	else
		rest(server, fd);
}

void listener_close(struct server *server, int fd)
{
	enum { QUEUE = 4096 }; /* longer is no listener's queue */

	for (int i = 0; i < QUEUE && accept_one(server, fd, false); i++)
		;
	cont_close(fd);
}
