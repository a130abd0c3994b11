/*
 * stretch.h - whether a client takes its share.
 *
 * A client must take so many bytes a second on average over each stretch of
 * time: dripping buys none.
 */
#ifndef CONTD_FILES_STRETCH_H
#define CONTD_FILES_STRETCH_H

#include <stdbool.h>
#include <stdint.h>

enum { STRETCH_RATE = 1024 };

struct stretch {
	int64_t time;  /* its length in milliseconds; 0: no limit */
	int64_t begin; /* of the running one */
	uint64_t sent; /* in it */
};

/* The bytes a second of all stretches,
 * STRETCH_RATE at first. 0: any byte will do. */
void stretch_rate(uint64_t least);

void stretch_begin(struct stretch *stretch, int64_t time);

/* The time from `since` until now was not the client's. */
void stretch_excuse(struct stretch *stretch, int64_t since);

/* Whether the client took too little in the stretch that is over, if it is;
 * another one begins then. */
bool stretch_is_missed(struct stretch *stretch);

/* Whether a whole stretch has passed since the beginning. */
bool stretch_is_over(const struct stretch *stretch);

#endif
