/*
 * world.h - everything outside the worker, for one seed.
 *
 *     world.c    from the first turn to the last; the master; what holds after
 *                every turn
 *     seed.c     a world made of one random number
 *     start.c    the beginning, in all the ways in which it can fail
 *     aides.c    helpers and the logger
 *     client.c   what is done to a client, and its end
 *     crowd.c    what clients do, by chance: send, read, stall, leave
 *     answer.c   what it gets: every byte is judged when the worker sends it
 *     expect.c   and what that must be
 *     phase.c    where it is, how long it may be there, and why it may end
 *     wish.c     requests with their right answers; broken.c: those without;
 *                judge.c: what a version answers to them
 *     tree.c     the files
 *
 * All but seed.c, crowd.c and chance.c judge the fuzzer's connections as well
 * (tests/fuzz/fuzz_connection.c), whose script takes their place.
 */
#ifndef CONTD_SIM_WORLD_H
#define CONTD_SIM_WORLD_H

#include "helper/job.h"
#include "kernel.h"
#include "serve/worker.h"
#include "wish.h"

enum {
	CLIENTS_MAX = 8,
	HELPERS = 40,
	REQUESTS_MAX = 40,
	TEXT_MAX = 48 * 1024,
	PATIENCE = 45000 /* ms; then a client leaves whatever it waits for */
};

enum phase { WAITS, NEW, HEADER, IDLE, CONTENT, BUSY, LINGER, OVER };

struct segment {
	const unsigned char *bytes; /* what it must be */
	size_t len;
};

/* The answer that is arriving. */
struct answer {
	char head[10000];
	size_t head_len;
	bool in_body;
	enum phase behind; /* in which it began */
	int64_t waited;    /* for so long */
	int status;
	bool close;
	size_t left, sent; /* of the body */
	struct segment segments[2 * WISH_RANGES + 2];
	size_t segments_count, at, of; /* at: which; of: bytes of it */
	char texts[1600];
	bool checked; /* the segments tell what is right */
	bool mixed;   /* and this is not it: it must not become complete */
	const struct sim_version *version;
};

struct logged {
	int status;
	size_t sent;
};

struct sim_client {
	int number;
	struct object *stream; /* NULL: gone */
	char bytes[TEXT_MAX];
	struct text text;
	struct wish wishes[REQUESTS_MAX];
	size_t wishes_count;
	size_t answered;
	bool wild;  /* one of its wishes is: no answer is checked */
	bool ended; /* an answer said that it is the last */
	struct answer answer;

	enum phase phase;
	int64_t since;  /* when the phase began */
	int64_t spared; /* when a fault put off its end */
	int64_t empty;  /* when empty lines before a request came; 0: none */
	size_t phase_at;
	size_t turns; /* of the phase */
	size_t paid;  /* of the bytes that it must take in time */
	int64_t paid_at[2];

	/* what it does */
	size_t stop_sending, stop_reading; /* at so many bytes */
	size_t vanish_after;
	size_t read;     /* bytes that it read */
	int64_t next_at; /* it does nothing before */
	uint64_t pause;  /* between what it does, at most */
	size_t bite;     /* bytes sent or read at once, at most */
	bool half_closes;

	struct logged answers[REQUESTS_MAX + 2], lines[4 * REQUESTS_MAX];
	size_t answers_count, lines_count;
};

struct world {
	bool lying;   /* helpers say what is not so */
	bool jumping; /* the time of day jumps */
	bool has_epoll;
	bool draining;
	int64_t drained; /* when the worker was told */
	struct worker_setup setup;
	struct sim_site site;
	struct sim_client clients[CLIENTS_MAX];
	size_t clients_count;
	size_t wanted; /* helpers that the master has yet to start */
	struct object *listener, *master, *log;
	size_t memory_bound;
	size_t stalls, stalls_told; /* turns that took too long */
	uint64_t requests, turns;   /* answered rightly; over all seeds */
	uint64_t ends[OVER + 1];    /* clients that ended in each phase */
	uint64_t statuses[600];
};

extern struct world world;

/* All is forgotten, nothing fails, and these are the chances. Then the setup, the
 * site, the tree and the clients are made; and it runs, to the end of the worker.
 */
void world_reset(uint64_t seed);
void world_site(struct site *site); /* as world.site says */
/* failing: of all its calls only this one does, from 1 on; 0: none. */
struct server *world_open(size_t failing);
void world_run(struct server *server);

/* The master says that it is to end. */
void world_drain(void);

/* ---- seed.c ---- */
void seed_run(uint64_t seed);

/* ---- start.c ---- */
/* The worker opens again and again, and each time another call fails. */
void start_with_faults(void);

/* ---- aides.c ---- */
void aides_reset(void);
void aides_end(void);
void aides_start_helper(void);
bool aides_step(size_t which);
size_t aides_count(void);
void aides_check(void);
/* The rest of the log, at the end. */
void aides_read_log(void);

/* ---- client.c ---- */
void client_reset(struct sim_client *client, int number);
void client_connect(struct sim_client *client, size_t room);
void client_end(struct sim_client *client);
void client_vanish(struct sim_client *client, bool reset);
/* The worker has ended it, and all is read. */
bool client_is_over(const struct sim_client *client);

/* ---- crowd.c, or the script of a fuzzer ---- */
void client_start(struct sim_client *client, int number);
/* Whether it did anything. */
bool client_step(struct sim_client *client);

/* ---- answer.c ---- */
void answer_take(struct sim_client *client, const void *bytes, size_t len);
/* Whether what went wrong since then may have been the reason. */
bool answer_is_excused(const struct sim_client *client);

/* ---- phase.c ---- */
void phase_check(struct sim_client *client);
/* How long the phase may last; 0: for ever. */
int64_t phase_limit(const struct sim_client *client, enum phase phase);
void phase_ended(struct sim_client *client);
/* So many bytes left for it. */
void phase_paid(struct sim_client *client, size_t len);

#endif
