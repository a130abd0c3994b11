/*
 * multipart.h - several ranges in one body: multipart/byteranges (RFC 9110,
 * 14.6; RFC 2046, 5.1.1).
 *
 *     --boundary
 *     Content-Type: text/plain
 *     Content-Range: bytes 0-99/5000
 *
 *     (100 bytes)
 *     --boundary
 *     ...
 *     --boundary--
 *
 * There is a CRLF before the first boundary, too. It is not required (RFC 9110,
 * 15.3.7.2), but other servers send it, and zsync relies on it.
 *
 * This module makes the texts between the bytes of the file, and computes the
 * length of the whole.
 */
#ifndef CONTD_HTTP_MULTIPART_H
#define CONTD_HTTP_MULTIPART_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "http/range.h"

enum { MULTIPART_BOUNDARY_LEN = 24 };

/* Writes pseudo-random digits and letters, without a NUL; different seeds give
 * different boundaries. A file must not contain its own boundary, so its author
 * must not be able to guess the seed. */
void multipart_boundary(char into[MULTIPART_BOUNDARY_LEN], uint64_t seed);

/* Appends the text before the bytes of a range, for a file of that type
 * and size. */
void multipart_part(struct buf *b, struct slice boundary, struct slice type,
	const struct range *range, uint64_t size);

/* Appends the text after the bytes of the last range. */
void multipart_end(struct buf *b, struct slice boundary);

/* The Content-Length: all ranges and texts, for a boundary of
 * MULTIPART_BOUNDARY_LEN bytes. */
uint64_t multipart_len(const struct range *ranges, size_t count,
	struct slice type, uint64_t size);

#endif
