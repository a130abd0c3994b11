/*
 * parts.h - the body of several ranges.
 *
 * A text in front of each part, the part itself, and a text at the end
 * (http/multipart.h), as pieces for a body (files/body.h). Made for the one
 * reply in some thousands that needs it, and freed with it.
 */
#ifndef CONTD_SERVE_PARTS_H
#define CONTD_SERVE_PARTS_H

#include <stddef.h>

#include "files/body.h"
#include "http/range.h"
#include "serve/reply.h"

enum { PARTS_MEMORY = 16 * 1024 * 1024 }; /* bytes, for all there are */

struct parts;

/* The pieces of a REPLY_PARTS; NULL without memory. */
struct parts *parts_new(const struct reply *reply, const struct range *ranges);
void parts_free(struct parts *parts);

const struct piece *parts_pieces(const struct parts *parts, size_t *count);

#endif
