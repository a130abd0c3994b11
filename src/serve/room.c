/*
 * room.c - places and memory, and to whom they go.
 */
#include "serve/room.h"

#include "loop/cont.h"
#include "loop/loop.h"
#include "serve/farewell.h"

enum { TRIES = 4 }; /* one who idles may turn out to have asked something */

int room_open(struct server *server, size_t clients, size_t requests)
{
	uint64_t secret = (uint64_t)loop_date() ^ (uint64_t)(uintptr_t)server;

	server->clients_max = clients;
	pool_init(&server->clients_pool, sizeof(struct client), SIZE_MAX);
	pool_init(&server->inputs, sizeof(struct input), requests);
	pool_init(&server->exchanges, sizeof(struct exchange), requests);
	pool_init(&server->desks, sizeof(struct desk), requests);
	pool_init(&server->backlogs, sizeof(struct backlog), requests);
	/* A client leaves its address before the next one enters. */
	return addresses_open(&server->addresses, clients + 1,
		secret * UINT64_C(0x9e3779b97f4a7c15));
}

void room_shut(struct server *server)
{
	pool_free(&server->exchanges);
	pool_free(&server->desks);
	pool_free(&server->backlogs);
	pool_free(&server->inputs);
	pool_free(&server->clients_pool);
	addresses_shut(&server->addresses);
}

/* Whether an address with so many clients holds its eighth of so many. */
static bool is_heavy(size_t clients, size_t places)
{
	return places >= ROOM_PART && clients >= places / ROOM_PART;
}

/* How many of the places those of such an address may fill. */
static size_t share_of(size_t clients, size_t places)
{
	return is_heavy(clients, places) ? places - places / ROOM_PART : places;
}

/* ---- who goes ---- */

/* Of those that wait for longest in a class the one whose address has most
 * clients, `least` at least, and more than that of `found`. */
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

/* Who is sending something still. With one client less there and one more here
 * they must not change places. */
static struct client *heaviest_sender(size_t clients)
{
	struct client *sender = heaviest(WITHIN_HEADER, clients + 2, NULL);

	return heaviest(WITHIN_CONTENT, clients + 2, sender);
}

/* Somebody goes for one whose address has
 * so many clients; false: nobody can. */
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

/* Whether there is one client less for it. */
static bool has_made_room(const struct server *server, size_t clients)
{
	size_t before = server->clients_count;

	for (int i = 0; i < TRIES && server->clients_count == before; i++)
		if (!make_room(server, clients))
			break;
	return server->clients_count < before;
}

/* ---- who comes ---- */

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

/* Whether the address of the client may have one of this pool. Where there is
 * one for each place, who has a place may. */
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
