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
 * In front of the first boundary, too, there is a line break. It need not be
 * (RFC 9110, 15.3.7.2), but others send it, and zsync relies on it.
 *
 * Here are the texts between the bytes of the file, and the length of it all.
 */
#ifndef CONTD_HTTP_MULTIPART_H
#define CONTD_HTTP_MULTIPART_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "http/range.h"

enum { MULTIPART_BOUNDARY_LEN = 24 };

/* Writes digits and letters, without a NUL, that look random: other seeds give
 * other boundaries. A file must not hold its own boundary, so take a seed that
 * whoever wrote the file did not know. */
void multipart_boundary(char into[MULTIPART_BOUNDARY_LEN], uint64_t seed);

/* Writes what stands in front of the bytes of a range, for a file of that type
 * and size. */
void multipart_part(struct buf *b, struct slice boundary, struct slice type,
	const struct range *range, uint64_t size);

/* Writes what stands behind the bytes of the last range. */
void multipart_end(struct buf *b, struct slice boundary);

/* The Content-Length: the bytes of the ranges with all that is written around
 * them, for a boundary of MULTIPART_BOUNDARY_LEN bytes. */
uint64_t multipart_len(const struct range *ranges, size_t count,
	struct slice type, uint64_t size);

#endif
