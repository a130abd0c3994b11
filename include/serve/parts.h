/*
 * parts.h - the body of a multipart/byteranges response.
 *
 * A text before each part, the part itself, and a text at the end
 * (http/multipart.h), as pieces for a body (files/body.h). Allocated only for
 * responses that need it, and freed with them.
 */
#ifndef CONTD_SERVE_PARTS_H
#define CONTD_SERVE_PARTS_H

#include <stddef.h>

#include "files/body.h"
#include "http/range.h"
#include "serve/reply.h"

enum { PARTS_MEMORY = 16 * 1024 * 1024 }; /* bytes for all responses */

struct parts;

/* Makes the pieces of a REPLY_PARTS; NULL without memory. */
struct parts *parts_new(const struct reply *reply, const struct range *ranges);
/* Frees them. NULL is ignored. */
void parts_free(struct parts *parts);

/* The pieces, valid until parts_free. */
const struct piece *parts_pieces(const struct parts *parts, size_t *count);

#endif
