/*
 * address.h - how many clients each address has.
 *
 * An address is what one customer of a provider has: for IPv4 all of it, for
 * IPv6 the first 64 bits; sys_accept gives IPv4 within IPv6 as IPv4. A client
 * of a local socket has none: its address has no clients, however many of them
 * there are.
 *
 * A table by hash. The hash is multiplied with a number that nobody outside
 * knows, so that addresses cannot be chosen to meet in one chain.
 */
#ifndef CONTD_SERVE_ADDRESS_H
#define CONTD_SERVE_ADDRESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "sys/sys.h"

struct address {
	uint64_t key;
	size_t clients;
	struct address *behind; /* in its chain */
};

struct addresses {
	struct address **chains;
	unsigned bits; /* there are 2 to that many chains */
	uint64_t factor;
	struct pool pool;
	struct address local; /* of those without one */
};

/* A table for so many addresses; secret: anything that is hard to guess. 0, or
 * -1 without memory. */
int addresses_open(struct addresses *table, size_t most, uint64_t secret);
void addresses_shut(struct addresses *table);

/* How many clients the address of this peer has. */
size_t address_clients(
	const struct addresses *table, const struct sys_peer *peer);

/* One client more, until it leaves. NULL without memory. */
struct address *address_enter(
	struct addresses *table, const struct sys_peer *peer);
void address_leave(struct addresses *table, struct address *address);

/* Bytes that such a table takes at most. */
size_t addresses_memory(size_t most);

#endif
