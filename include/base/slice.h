/*
 * slice.h - some bytes in somebody else's memory.
 *
 * A slice is a pointer and a length; it owns nothing, ends in no NUL and is
 * passed by value. Parsers hand out slices of the buffer they were given, so
 * the buffer's owner decides how long they live.
 */
#ifndef CONTD_BASE_SLICE_H
#define CONTD_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
	const char *at;
	size_t len;
};

/* The slice of a string literal. */
#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})

struct slice slice_of(const char *at, size_t len);

/* The bytes of a NUL-terminated string, without the NUL. */
struct slice slice_text(const char *text);

/* Equal bytes; the second form folds ASCII letters only (RFC 9110, 5.1). */
bool slice_is(struct slice s, struct slice other);
bool slice_is_nocase(struct slice s, struct slice other);

bool slice_starts(struct slice s, struct slice prefix);
bool slice_ends(struct slice s, struct slice suffix);

/* Without the blanks and tabs at both ends (OWS, RFC 9110, 5.6.3). */
struct slice slice_trim(struct slice s);

/* Takes what stands before the first sep out of *rest into *part and moves
 * *rest behind the sep. Without a sep *part is all of it. False when *rest
 * was used up (its at is NULL): "a,,b" gives "a", "", "b". */
bool slice_cut(struct slice *rest, char sep, struct slice *part);

/* The decimal number that the slice is, digits only. False when it is empty,
 * holds anything else or does not fit. */
bool slice_number(struct slice s, uint64_t *number);

#endif
