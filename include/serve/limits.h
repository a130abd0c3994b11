/*
 * limits.h - how much of everything a worker has at most, and what memory that
 * is.
 *
 * Descriptors are where it begins: each client is one, and so is each name that
 * is kept with its open file. These two share all but an eighth, which is for
 * reads, channels and the like: names have what clients do not need, half of
 * all at most, and give way to clients. From this and from the options follows
 * the rest, and from all of it the bound.
 *
 * The bound is what a worker takes from the system: its data, its stacks and
 * what it allocates, with an eighth more of the latter for what the allocator
 * cannot use, and the listings that helpers rendered for it. The code is shared
 * with the other processes, and the sockets' buffers are the kernel's.
 */
#ifndef CONTD_SERVE_LIMITS_H
#define CONTD_SERVE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

enum {
	LIMITS_OTHERS = 2048, /* descriptors that are of use beside both */
	LIMITS_NAMES = 16384
};

struct limits {
	size_t descriptors;
	size_t shared; /* of these, for clients and names together */
	size_t clients;
	size_t requests; /* being read or answered at the same time */
	size_t names;    /* with their files that stay open */
	size_t streams;  /* bodies that read at the same time */
	uint64_t copies; /* bytes of files in memory */
};

/* Of so many descriptors. At most so many clients and requests; 0: as many as
 * there is room for. */
struct limits limits_of(size_t descriptors, size_t max_clients,
	size_t max_requests, uint64_t copies);

/* The bound, in bytes. */
uint64_t limits_memory(const struct limits *limits);

#endif
