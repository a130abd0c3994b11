/*
 * limits.c - computes the limits and the bound.
 */
#include "serve/limits.h"

#include "base/pool.h"
#include "files/entry.h"
#include "files/folder.h"
#include "files/store.h"
#include "loop/fileread.h"
#include "loop/journal.h"
#include "loop/loop.h"
#include "serve/address.h"
#include "serve/client.h"
#include "serve/exchange.h"
#include "serve/label.h"
#include "serve/parts.h"

enum {
	OTHERS_MIN = 40, /* descriptors that are not for clients and names */
	CLIENTS_MIN = 8,
	CHANNELS = 28,            /* of these, those that are no files */
	PROCESS = 4 * 1024 * 1024 /* data of program and libc, stacks */
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t most(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* With fewer clients than possible, names get as many descriptors as they can
 * use, and reads get some of the rest. Returns how many are for all others. */
static size_t keep_few_clients(struct limits *limits, size_t max_clients)
{
	size_t others;

	limits->clients = max_clients;
	limits->shared = least(limits->shared, max_clients + limits->names);
	others = least(limits->descriptors - limits->shared,
		most(limits->descriptors / 8, LIMITS_OTHERS));
	others = most(others, OTHERS_MIN);
	limits->descriptors =
		least(limits->descriptors, limits->shared + others);
	return others;
}

struct limits limits_of(size_t descriptors, size_t max_clients,
	size_t max_requests, uint64_t copies)
{
	size_t others = most(descriptors / 8, OTHERS_MIN);
	struct limits limits = {.descriptors = descriptors,
		.shared = CLIENTS_MIN,
		.copies = copies};

	if (descriptors > others + CLIENTS_MIN)
		limits.shared = descriptors - others;
	limits.clients = limits.shared;
	limits.names =
		least(limits.shared, least(descriptors / 2, LIMITS_NAMES));
	if (max_clients > 0 && max_clients < limits.clients)
		others = keep_few_clients(&limits, max_clients);
	limits.requests = max_requests > 0 ? least(max_requests, limits.clients)
					   : limits.clients;
	/* Half: detached reads still have their descriptors. */
	limits.streams = least((others - CHANNELS) / 2, FILEREAD_STREAMS);
	return limits;
}

/* ---- memory ---- */

/* The memory for clients and requests. */
static uint64_t clients_memory(const struct limits *limits)
{
	size_t read = pool_weight(sizeof(struct input));
	size_t answered = pool_weight(sizeof(struct exchange)) +
			  pool_weight(sizeof(struct workspace)) +
			  sizeof(struct kept) + REQUEST_HEAD_MAX +
			  REPLY_HEAD_MAX;
	size_t waiting = pool_weight(sizeof(struct backlog)) + BATCH_TEXT;

	return (uint64_t)limits->clients * pool_weight(sizeof(struct client)) +
	       addresses_memory(limits->clients + 1) +
	       (uint64_t)limits->requests * (read + answered + waiting);
}

/* The memory for names, with their table and a folder for each, and for open
 * files: those of names, and those of requests whose name was dropped. There
 * are at most as many open files as descriptors. */
static uint64_t names_memory(const struct limits *limits)
{
	size_t names = limits->names + STORE_LOOKING_MAX;
	uint64_t files = names + (uint64_t)limits->requests * BATCH_MAX;
	size_t name = pool_weight(sizeof(struct entry) + JOB_PATH_MAX) +
		      4 * sizeof(struct entry *);
	size_t file = pool_weight(sizeof(struct file)) +
		      pool_weight(sizeof(struct label) + LABEL_MAX);

	if (files > limits->descriptors)
		files = limits->descriptors;
	return (uint64_t)names * name + folders_memory(names) + files * file +
	       limits->copies;
}

uint64_t limits_memory(const struct limits *limits)
{
	uint64_t allocated = clients_memory(limits) + PARTS_MEMORY +
			     loop_memory(limits->descriptors) +
			     fileread_memory(limits->streams) + JOURNAL_RING +
			     names_memory(limits);

	return PROCESS + STORE_LISTINGS + allocated + allocated / 8;
}
