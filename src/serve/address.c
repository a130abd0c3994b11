/*
 * address.c - the table of addresses.
 */
#include "serve/address.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { BITS_MIN = 4, BITS_MAX = 20 };

/* If each client has its own address, a chain has 4 of them when the table is
 * full; so chains are short and the table is small. */
static unsigned bits_for(size_t most)
{
	unsigned bits = BITS_MIN;

	while (bits < BITS_MAX && ((size_t)4 << bits) < most)
		bits++;
	return bits;
}

int addresses_open(struct addresses *table, size_t most, uint64_t secret)
{
	unsigned bits = bits_for(most);

	*table = (struct addresses){.bits = bits, .factor = secret | 1};
	pool_init(&table->pool, sizeof(struct address), most);
	table->chains = calloc((size_t)1 << bits, sizeof *table->chains);
	return table->chains ? 0 : -1;
}

void addresses_shut(struct addresses *table)
{
	pool_free(&table->pool);
	free(table->chains);
}

size_t addresses_memory(size_t most)
{
	return (sizeof(struct address *) << bits_for(most)) +
	       most * pool_weight(sizeof(struct address));
}

/* ---- keys ---- */

static uint64_t number(const uint8_t *bytes, size_t count)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

/* No IPv6 address of another machine begins with eight zero bits (RFC 4291,
 * 2.4), so such keys are free for IPv4. False: it has no address. */
static bool key_of(const struct sys_peer *peer, uint64_t *key)
{
	switch (peer->family) {
	case AF_INET:
		*key = UINT64_C(0xffff) << 32 | number(peer->addr, 4);
		return true;
	case AF_INET6:
		*key = number(peer->addr, 8);
		return true;
	default:
		return false;
	}
}

static struct address **chain_of(const struct addresses *table, uint64_t key)
{
	return &table->chains[key * table->factor >> (64 - table->bits)];
}

static struct address *find(const struct addresses *table, uint64_t key)
{
	struct address *address = *chain_of(table, key);

	while (address && address->key != key)
		address = address->behind;
	return address;
}

/* ---- clients ---- */

size_t address_clients(
	const struct addresses *table, const struct sys_peer *peer)
{
	const struct address *address;
	uint64_t key;

	if (!key_of(peer, &key))
		return 0;
	address = find(table, key);
	return address ? address->clients : 0;
}

struct address *address_enter(
	struct addresses *table, const struct sys_peer *peer)
{
	struct address **chain;
	struct address *address;
	uint64_t key;

	if (!key_of(peer, &key))
		return &table->local;
	address = find(table, key);
	if (!address) {
		address = pool_take(&table->pool);
		if (!address)
			return NULL;
		chain = chain_of(table, key);
		address->key = key;
		address->behind = *chain;
		*chain = address;
	}
	address->clients++;
	return address;
}

void address_leave(struct addresses *table, struct address *address)
{
	struct address **at;

	if (address == &table->local || --address->clients > 0)
		return;
	at = chain_of(table, address->key);
	while (*at != address)
		at = &(*at)->behind;
	*at = address->behind;
	pool_give(&table->pool, address);
}
