/*
 * listener.c - accepts clients, and handles a lack of descriptors.
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

/* Lets the store keep fewer names, so that the client gets a descriptor. */
static void make_room(struct server *server)
{
	size_t shared = server->setup.limits.shared;
	size_t clients = server->clients_count + 1;

	store_keep(server->store, clients < shared ? shared - clients : 0);
}

/* False: the queue is empty, or accept() failed. */
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

/* A duplicate of the master's channel; one of a listener would keep the port
 * open after all listeners are closed. */
static void reserve(struct server *server)
{
	server->reserve = sys_dup(server->setup.master);
}

/* Accepts with the reserved descriptor. If the client was refused it is
 * reserved again; if another client was closed for it, in a later turn. */
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
	/* It was used in a shortage, and may be available again. */
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
	enum { QUEUE = 4096 }; /* no listener's queue is longer */

	for (int i = 0; i < QUEUE && accept_one(server, fd, false); i++)
		;
	cont_close(fd);
}
