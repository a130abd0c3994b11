/*
 * crowd.h - many clients at once, who ask in turn and check every byte.
 *
 * A guest asks for what the dice say, keeps its connection and asks again. One
 * that is cut off notes that it was, connects anew, and asks for the same. A
 * wrong status or a wrong byte fails the test.
 *
 * Nothing happens but in crowd_turn: what a guest has not taken waits.
 */
#ifndef CONTD_TESTS_CROWD_H
#define CONTD_TESTS_CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"
#include "server.h"

enum {
	CROWD_MAX = 64,
	CROWD_QUEUE = 4,   /* requests that are sent at once */
	CROWD_HEAD = 2048, /* bytes */
	CROWD_RECORD = 16, /* bytes, of which CROWD_VERSIONS are made */
	CROWD_ETAG = 64,   /* bytes */
	CROWD_PATH = 64    /* bytes */
};

enum crowd_kind {
	CROWD_TEXT,     /* its own path */
	CROWD_PATTERN,  /* of tree_file */
	CROWD_VERSIONS, /* one record again and again; may be gone */
	CROWD_PAGE,     /* whatever it says */
	CROWD_NONE      /* is not there */
};

struct crowd_target {
	char path[CROWD_PATH];
	enum crowd_kind kind;
	size_t len; /* of a pattern or of versions */
};

/* What a guest has asked for. */
struct crowd_wish {
	const struct crowd_target *target;
	bool head;        /* HEAD */
	bool last;        /* HTTP/1.0, or "Connection: close" */
	bool conditional; /* If-None-Match with the guest's tag */
	bool part;        /* a range */
	size_t from, len; /* of it */
};

struct guest {
	int fd;            /* -1: none */
	unsigned answers;  /* whole ones */
	unsigned cut_offs; /* ends that it did not ask for */
	struct crowd_wish wishes[CROWD_QUEUE];
	size_t asked, answered; /* of these wishes */
	bool again;             /* the wishes are to be asked once more */
	bool slow;
	size_t patience; /* bytes until it leaves; 0: it stays */
	size_t head_len; /* of what there is of a head */
	char head[CROWD_HEAD];
	bool in_body;
	size_t got, left;
	char record[CROWD_RECORD];
	const struct crowd_target *tagged; /* what the tag is of */
	char tag[CROWD_ETAG];
};

struct crowd {
	const struct server *server;
	const struct crowd_target *targets;
	size_t targets_count;
	struct guest guests[CROWD_MAX];
	size_t count;
	bool wild;  /* ranges, HEAD, pipelines, old versions, who leaves, who is
		    * slow; else GET after GET */
	bool quiet; /* who is done asks for nothing more */
	uint64_t dice;
	unsigned answers, cut_offs; /* of all */
};

void crowd_open(struct crowd *crowd, const struct server *s,
	const struct crowd_target *targets, size_t targets_count, size_t count);

/* Everybody goes on as far as it can; waits a moment if nobody can. */
void crowd_turn(struct crowd *crowd);

/* Turns until so many answers more have come; until each guest has had one
 * more; until nobody waits for one. */
void crowd_answers(struct crowd *crowd, unsigned more);
void crowd_each(struct crowd *crowd);
void crowd_rest(struct crowd *crowd);

/* All leave. */
void crowd_close(struct crowd *crowd);

/* A number below sides, the same every time. */
size_t crowd_roll(struct crowd *crowd, size_t sides);

#endif
