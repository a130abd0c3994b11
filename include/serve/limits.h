/*
 * limits.h - the limits of a worker, and the most memory that it takes.
 *
 * All limits follow from the number of descriptors and from options. Each
 * client has a descriptor, and so has each name that is kept with its open
 * file. These share all descriptors but an eighth, which is for reads, channels
 * and the like. Names have those that clients do not need, at most half of all;
 * a new client takes one from a name.
 *
 * The bound is the memory that a worker takes from the system: its data, its
 * stacks, what it allocates and an eighth of that for the allocator's overhead,
 * and the listings that helpers rendered for it. It does not include the code,
 * which the processes share, and the socket buffers of the kernel.
 */
#ifndef CONTD_SERVE_LIMITS_H
#define CONTD_SERVE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

enum {
	LIMITS_OTHERS = 2048, /* most descriptors for reads, channels ... */
	LIMITS_NAMES = 16384
};

struct limits {
	size_t descriptors;
	size_t shared; /* of these: for clients and names together */
	size_t clients;
	size_t requests; /* being read or answered at the same time */
	size_t names;    /* kept with their open files */
	size_t streams;  /* bodies that read at the same time */
	uint64_t copies; /* bytes of files in memory */
};

/* The limits for this many descriptors. max_clients and max_requests: 0 is as
 * many as possible. */
struct limits limits_of(size_t descriptors, size_t max_clients,
	size_t max_requests, uint64_t copies);

/* The bound, in bytes. */
uint64_t limits_memory(const struct limits *limits);

#endif
