/*
 * content.h - the content of a request, discarded (RFC 9112, 6 and 7).
 *
 * A file server does not use it, but must find its end, where the next request
 * begins. Sizes, chunk extensions and trailers are parsed strictly; an error
 * ends the connection.
 */
#ifndef CONTD_HTTP_CONTENT_H
#define CONTD_HTTP_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "http/request.h"

struct content {
	enum framing framing;
	int state;      /* of the chunk parser: content.c */
	uint64_t left;  /* bytes left of the content, or of this chunk */
	uint64_t taken; /* bytes discarded so far, framing included */
	size_t line;    /* bytes of the current line, or of all trailers */
};

/* Begins with the content that follows this head. */
void content_init(struct content *content, const struct request *request);

/*
 * Takes more bytes. Returns 1 when the content ends in them, 0 when more must
 * come, -1 when it is malformed; *used is how many of the bytes belong to it.
 * FRAMING_NONE ends at once and uses none.
 */
int content_skip(struct content *content, struct slice bytes, size_t *used);

#endif
