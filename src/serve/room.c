/*
 * room.c - places and memory, and which clients get them.
 */
#include "serve/room.h"

#include "loop/cont.h"
#include "loop/loop.h"
#include "serve/closing.h"

enum { TRIES = 4 }; /* an idle client may just have sent a request */

int room_open(struct server *server, size_t clients, size_t requests)
{
	uint64_t secret = (uint64_t)loop_date() ^ (uint64_t)(uintptr_t)server;

	server->clients_max = clients;
	pool_init(&server->clients_pool, sizeof(struct client), SIZE_MAX);
	pool_init(&server->inputs, sizeof(struct input), requests);
	pool_init(&server->exchanges, sizeof(struct exchange), requests);
	pool_init(&server->workspaces, sizeof(struct workspace), requests);
	pool_init(&server->backlogs, sizeof(struct backlog), requests);
	/* Enough, as a client is closed before the new one is counted. */
	return addresses_open(&server->addresses, clients + 1,
		secret * UINT64_C(0x9e3779b97f4a7c15));
}

void room_shut(struct server *server)
{
	pool_free(&server->exchanges);
	pool_free(&server->workspaces);
	pool_free(&server->backlogs);
	pool_free(&server->inputs);
	pool_free(&server->clients_pool);
	addresses_shut(&server->addresses);
}

void room_shrink(struct server *server)
{
	pool_trim(&server->exchanges);
	pool_trim(&server->workspaces);
	pool_trim(&server->backlogs);
	pool_trim(&server->inputs);
	pool_trim(&server->clients_pool);
}

/* Whether an address with this many clients has an eighth of all places. */
static bool is_heavy(size_t clients, size_t places)
{
	return places >= ROOM_PART && clients >= places / ROOM_PART;
}

/* How many places may be in use when a client of such an address comes. */
static size_t share_of(size_t clients, size_t places)
{
	return is_heavy(clients, places) ? places - places / ROOM_PART : places;
}

/* ---- which client to close ---- */

/* Of those that have waited longest in a class the one whose address has most
 * clients, at least `least`, and more than that of `found`. */
static struct client *heaviest(
	enum within class, size_t least, struct client *found)
{
	int fd = cont_oldest(class);

	for (int i = 0; i < ROOM_LOOK && fd >= 0; i++) {
		struct client *client = cont_state(fd);
		size_t clients = client->address->clients;

		if (clients >= least &&
			(!found || clients > found->address->clients))
			found = client;
		fd = cont_younger(fd);
	}
	return found;
}

/* A client that is still sending. Its address must have at least two more
 * clients, or the addresses would evict each other in turn. */
static struct client *heaviest_sender(size_t clients)
{
	struct client *sender = heaviest(WITHIN_HEADER, clients + 2, NULL);

	return heaviest(WITHIN_CONTENT, clients + 2, sender);
}

/* Closes a client for one whose address has this many clients; an idle one may
 * turn out to have a request. False: there is none to close. */
static bool make_room(const struct server *server, size_t clients)
{
	size_t least = is_heavy(clients, server->clients_max) ? clients : 0;
	struct client *client = heaviest(WITHIN_IDLE, least, NULL);

	if (client) {
		client_ask_last(client, REASON_MADE_ROOM);
		return true;
	}
	client = heaviest(WITHIN_LINGER, least, NULL);
	if (!client)
		client = heaviest_sender(clients);
	if (client)
		client_give_way(client);
	return client != NULL;
}

/* Tries to close one; returns whether there is one client less. */
static bool has_made_room(const struct server *server, size_t clients)
{
	size_t before = server->clients_count;

	for (int i = 0; i < TRIES && server->clients_count == before; i++)
		if (!make_room(server, clients))
			break;
	return server->clients_count < before;
}

/* ---- new clients ---- */

void room_greet(struct server *server, int fd, const struct sys_peer *peer,
	bool is_last)
{
	size_t most = server->setup.max_clients_per_address;
	size_t clients = address_clients(&server->addresses, peer);
	size_t share = share_of(clients, server->clients_max);
	bool full = server->clients_count >= share;

	if (most > 0 && clients >= most)
		client_refuse(server, fd, peer, REASON_ADDRESS);
	else if ((!full && !is_last) || has_made_room(server, clients))
		client_new(server, fd, peer);
	else
		client_refuse(server, fd, peer,
			full ? REASON_OVERLOAD : REASON_NO_DESCRIPTOR);
}

/* ---- requests ---- */

/* Whether the client may take an object of this pool. If there is one for each
 * place, every client may. */
static bool may_take(const struct client *client, const struct pool *pool)
{
	if (pool->limit >= client->server->clients_max)
		return pool->taken < pool->limit;
	return pool->taken < share_of(client->address->clients, pool->limit);
}

bool room_for_input(struct client *client)
{
	struct pool *pool = &client->server->inputs;
	bool may = may_take(client, pool);
	struct input *input = may ? pool_take_raw(pool) : NULL;

	if (!input) {
		client_turn_away(
			client, may ? REASON_NO_MEMORY : REASON_REQUESTS);
		return false;
	}
	input->at = input->len = input->seen = 0;
	client->input = input;
	return true;
}

struct exchange *room_for_exchange(struct client *client)
{
	bool may = may_take(client, &client->server->exchanges);
	struct exchange *exchange =
		may ? exchange_new(client->server, client->fd, &client->peer)
		    : NULL;

	if (!exchange)
		client_turn_away(
			client, may ? REASON_NO_MEMORY : REASON_REQUESTS);
	return exchange;
}
