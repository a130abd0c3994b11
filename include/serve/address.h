/*
 * address.h - how many clients each address has.
 *
 * An address is what one customer of a provider has: for IPv4 all of it, for
 * IPv6 the first 64 bits; sys_accept gives IPv4 within IPv6 as IPv4. A client
 * of a local socket has none: its address has no clients, however many of them
 * there are.
 *
 * It is a hash table. The hash function has a secret factor, so that clients
 * cannot choose addresses that all fall into one chain.
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
	struct address *behind; /* next in its chain */
};

struct addresses {
	struct address **chains;
	unsigned bits; /* there are 2^bits chains */
	uint64_t factor;
	struct pool pool;
	struct address local; /* for clients without an address */
};

/* Makes a table for `most` addresses; secret: a number that is hard to guess.
 * Returns 0, or -1 without memory. */
int addresses_open(struct addresses *table, size_t most, uint64_t secret);
void addresses_shut(struct addresses *table);

/* How many clients the address of this peer has. */
size_t address_clients(
	const struct addresses *table, const struct sys_peer *peer);

/* Adds a client to the address of this peer. NULL without memory. */
struct address *address_enter(
	struct addresses *table, const struct sys_peer *peer);
/* Removes a client of the address. */
void address_leave(struct addresses *table, struct address *address);

/* The most bytes that such a table takes. */
size_t addresses_memory(size_t most);

#endif
