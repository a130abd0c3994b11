/*
 * listener.c - accepting, and what to do when that fails.
 */
#include "serve/listener.h"

#include <errno.h>

#include "loop/cont.h"
#include "serve/client.h"
#include "serve/farewell.h"
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
	size_t clients = server->clients_count + 1;

	store_keep(server->store, clients < server->clients_max
					  ? server->clients_max - clients
					  : 0);
}

static void greet(struct server *server, int fd, const struct sys_peer *peer)
{
	if (!cont_fits(fd)) {
		sys_close(fd);
	} else if (server->clients_count >= server->clients_max &&
		   !cont_hurry(WITHIN_IDLE)) {
		client_refuse(fd);
	} else {
		make_room(server);
		client_new(server, fd, peer);
	}
}

/* Not of a listener: it would go on listening after we have closed it, and
 * clients would queue for nobody. */
static void reserve(struct server *server)
{
	server->reserve = sys_dup(server->setup.master);
}

/* With the descriptor kept for this moment one client at least hears why. */
static void accept_without_descriptors(struct server *server, int listener)
{
	struct sys_peer peer;
	int fd;

	server_shrink(server);
	/* Its descriptor is ours when this turn ends. */
	if (cont_hurry(WITHIN_IDLE) || server->reserve < 0)
		return;
	sys_close(server->reserve);
	fd = sys_accept(listener, &peer);
	if (fd >= 0 && cont_fits(fd))
		client_refuse(fd);
	else if (fd >= 0)
		sys_close(fd);
	reserve(server);
}

/* False: nobody is in the queue any more. */
static bool accept_one(struct server *server, int listener)
{
	struct sys_peer peer;
	int fd = sys_accept(listener, &peer);

	if (fd < 0)
		return false;
	greet(server, fd, &peer);
	return true;
}

static void on_connection(int fd, short revents, void *state)
{
	struct server *server = state;

	(void)revents;
	/* Given up in a shortage, and perhaps to be had again. */
	if (server->reserve < 0)
		reserve(server);
	for (int i = 0; i < LISTENER_SHARE; i++)
		if (!accept_one(server, fd)) {
			if (is_shortage(errno)) {
				accept_without_descriptors(server, fd);
				cont_save(fd, 0, WITHIN_RETRY,
					then(on_connection, server));
				return;
			}
			break;
		}
	rest(server, fd);
}

void listener_close(struct server *server, int fd)
{
	enum { QUEUE = 4096 }; /* longer is no listener's queue */

	for (int i = 0; i < QUEUE && accept_one(server, fd); i++)
		;
	cont_close(fd);
}
