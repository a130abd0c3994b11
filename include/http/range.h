/*
 * range.h - the Range field (RFC 9110, 14).
 */
#ifndef CONTD_HTTP_RANGE_H
#define CONTD_HTTP_RANGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum { RANGE_MAX = 200 }; /* ranges in one field; more: the whole file */

struct range {
	uint64_t first; /* offset of the first byte */
	uint64_t len;   /* bytes, at least 1 */
};

enum range_answer {
	RANGE_WHOLE,  /* not a valid "bytes" field, or too much: send 200 */
	RANGE_SOME,   /* send 206 */
	RANGE_NOTHING /* valid, but no range is satisfiable: send 416 */
};

/*
 * Parses the value of a Range field for a representation of size bytes: lists
 * of "first-last", "first-" and "-suffix"; positions above 2^64 are accepted
 * and count as beyond the end. The satisfiable ranges are written to ranges in
 * the order requested, limited to the size; *count is their number. A range
 * that overlaps an earlier one is merged into it. RANGE_WHOLE for any other
 * unit, a malformed list, more than RANGE_MAX ranges, or ranges that together,
 * before merging, have more bytes than the representation.
 */
enum range_answer range_parse(struct slice value, uint64_t size,
	struct range ranges[RANGE_MAX], size_t *count);

#endif
