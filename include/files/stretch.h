/*
 * stretch.h - whether a client takes bytes fast enough.
 *
 * In each stretch of time a client must take a minimum number of bytes per
 * second on average; a few bytes now and then are not enough.
 */
#ifndef CONTD_FILES_STRETCH_H
#define CONTD_FILES_STRETCH_H

#include <stdbool.h>
#include <stdint.h>

enum { STRETCH_RATE = 1024 };

struct stretch {
	int64_t time;  /* its length in milliseconds; 0: no limit */
	int64_t begin; /* of the current one */
	uint64_t sent; /* bytes in it */
};

/* Sets the bytes per second for all clients; STRETCH_RATE at first. 0: one byte
 * in a stretch is enough. */
void stretch_rate(uint64_t least);

/* Begins a stretch now. */
void stretch_begin(struct stretch *stretch, int64_t time);

/* The time from `since` until now does not count: the client had no bytes. */
void stretch_excuse(struct stretch *stretch, int64_t since);

/* Whether the stretch is over and the client took too few bytes in it. If it
 * took enough, another stretch begins. */
bool stretch_is_missed(struct stretch *stretch);

/* Whether the time of the stretch is over. */
bool stretch_is_over(const struct stretch *stretch);

#endif
