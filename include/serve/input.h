/*
 * input.h - the bytes of the request that is being read, and of what came
 * behind it.
 */
#ifndef CONTD_SERVE_INPUT_H
#define CONTD_SERVE_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "http/request.h"

struct input {
	size_t at, len; /* the bytes that count: from at, so many */
	size_t seen;    /* request_parse's memory */
	char bytes[REQUEST_HEAD_MAX];
};

/* Stricter than what http/request.h allows; 0: just that. */
struct input_limits {
	size_t head;   /* bytes */
	size_t fields; /* in it */
	size_t target; /* bytes of it */
};

struct slice input_slice(const struct input *input);

/* The first bytes count no more. */
void input_consume(struct input *input, size_t len);

/* Whether another request has begun. An empty line by itself is none: some
 * clients send it after their content (RFC 9112, 2.2). It is consumed. */
bool input_begins(struct input *input);

/* The first request of it, by request_parse and within the limits. */
ptrdiff_t input_parse(struct input *input, const struct input_limits *limits,
	struct request *request);

/* Takes what the socket has. 1: bytes came; 0: none are there now; -1: none
 * will come, with errno, which is 0 where the other end was closed. Not when
 * there is no room. */
int input_read(struct input *input, int socket);

#endif
