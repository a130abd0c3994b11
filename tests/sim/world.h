/*
 * world.h - everything outside the worker, for one seed.
 *
 * A tree of files, clients that fetch them and check every byte, helpers that
 * answer in their own time (and may die), a master that starts others, and the
 * logger at the end of its pipe.
 */
#ifndef CONTD_SIM_WORLD_H
#define CONTD_SIM_WORLD_H

#include "helper/job.h"
#include "kernel.h"

enum { FILES = 8, CLIENTS_MAX = 8, HELPERS = 20, REQUESTS_MAX = 24 };

/* A request, and what is right as its answer. */
struct wish {
	const struct sim_file *file; /* NULL: a name that is not there */
	bool head, range, known;     /* known: If-None-Match with its ETag */
	size_t first, last;
	size_t end; /* of its bytes in the client's text */
};

struct sim_client {
	struct object *stream; /* NULL: gone */
	char text[REQUESTS_MAX * 160];
	size_t text_len, text_sent;
	struct wish wishes[REQUESTS_MAX];
	size_t wishes_count;
	size_t answered;
	size_t vanish_after; /* bytes received; SIZE_MAX: never */
	size_t received;

	char head[1024]; /* of the answer that is arriving */
	size_t head_len;
	bool in_body;
	size_t body_at, body_len;
	const unsigned char *body; /* what it must be; NULL: anything */
};

struct sim_helper {
	uint32_t number;
	struct object *channel; /* NULL: none */
	struct job job;
	bool busy;
};

struct world {
	const char *program;
	bool traced;
	bool faulty; /* disks fail, helpers die */
	bool has_epoll;
	uint64_t errors; /* reads that failed: 500 and resets are right */
	uint64_t deaths; /* of helpers: a few of them nobody may notice */

	struct sim_file files[FILES];
	struct sim_client clients[CLIENTS_MAX];
	size_t clients_count;
	struct sim_helper helpers[HELPERS];
	uint32_t next_number;
	size_t wanted; /* helpers that the master has yet to start */
	struct object *listener, *master, *log;
	bool draining;
	uint64_t requests; /* answered rightly, over all seeds */
};

extern struct world world;

/* One seed, from the first client to the end of the worker. */
void world_run(uint64_t seed);

/* ---- between world.c and client.c ---- */

void sim_client_start(struct sim_client *client, struct object *listener);
bool sim_client_is_done(const struct sim_client *client);
bool sim_client_step(struct sim_client *client);
void sim_client_end(struct sim_client *client);

#endif
