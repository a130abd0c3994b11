/*
 * input.h - bytes received: the current request, and what came after it.
 */
#ifndef CONTD_SERVE_INPUT_H
#define CONTD_SERVE_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "http/request.h"

struct input {
	size_t at, len; /* bytes not yet consumed: offset and number */
	size_t seen;    /* state of request_parse */
	char bytes[REQUEST_HEAD_MAX];
};

/* Limits lower than those of http/request.h; 0: those. */
struct input_limits {
	size_t head;   /* bytes */
	size_t fields; /* number */
	size_t target; /* bytes */
};

struct slice input_slice(const struct input *input);

/* Removes the first len bytes. */
void input_consume(struct input *input, size_t len);

/* Whether another request has begun. Consumes an empty line, which does not
 * begin one: some clients send it after their content (RFC 9112, 2.2). */
bool input_begins(struct input *input);

/* Parses the first request, within the limits. Returns as request_parse. */
ptrdiff_t input_parse(struct input *input, const struct input_limits *limits,
	struct request *request);

/* Receives as much as there is room for, which must be at least one byte. 1:
 * bytes were received; 0: there are none now; -1 with errno, which is 0 when
 * the client closed the connection. */
int input_read(struct input *input, int socket);

#endif
