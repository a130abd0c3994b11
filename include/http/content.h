/*
 * content.h - the content of a request, passed over (RFC 9112, 6 and 7).
 *
 * A file server has no use for it, but must know where it ends: the next
 * request stands behind it. Sizes, chunk extensions and trailers are read
 * strictly; what is odd ends the connection.
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
	int state;      /* of the chunk reader: content.c */
	uint64_t left;  /* bytes of the content, or of this chunk, to come */
	uint64_t taken; /* bytes passed over so far, framing included */
	size_t line;    /* bytes of the line being read, or of all trailers */
};

/* The content that follows this head. */
void content_init(struct content *content, const struct request *request);

/*
 * Passes over the start of bytes. Returns 1 when the content ends in them, 0
 * when more must come, -1 when it is malformed; *used is how many bytes of
 * them belong to it. FRAMING_NONE ends at once and uses none.
 */
int content_skip(struct content *content, struct slice bytes, size_t *used);

#endif
