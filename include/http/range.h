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
	RANGE_WHOLE,  /* not a valid "bytes" field, or too much: answer 200 */
	RANGE_SOME,   /* answer 206 */
	RANGE_NOTHING /* valid, and not one is satisfiable: answer 416 */
};

/*
 * Reads the value of a Range field for a representation of size bytes: first-
 * last, first-, -suffix, lists of them; positions beyond 2^64 are beyond every
 * file. The satisfiable ones are written to ranges (RANGE_MAX of them) in the
 * order asked, clipped to the size, *count says how many; ranges that overlap
 * are merged into the earlier one. RANGE_WHOLE for any other unit, a malformed
 * list, more than RANGE_MAX ranges, or ranges that before they are merged have
 * more bytes together than there are.
 */
enum range_answer range_parse(struct slice value, uint64_t size,
	struct range ranges[RANGE_MAX], size_t *count);

#endif
