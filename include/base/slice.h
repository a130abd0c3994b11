/*
 * slice.h - a range of bytes in memory that somebody else owns.
 *
 * A slice is a pointer and a length; it owns nothing, has no NUL at its end and
 * is passed by value. Parsers return slices of the buffer they were given,
 * which are valid as long as the buffer is.
 */
#ifndef CONTD_BASE_SLICE_H
#define CONTD_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const char *at;
	size_t len;
};

/* The slice of a string literal: as an expression, and as an initializer that
 * is a constant, which a static table must be made of. */
#define SLICE(literal) ((struct slice)SLICE_INIT(literal))
#define SLICE_INIT(literal)                    \
	{                                      \
		(literal), sizeof(literal) - 1 \
	}

static inline struct slice slice_of(const char *at, size_t len)
{
	return (struct slice){at, len};
}

/* The bytes of a NUL-terminated string, without the NUL. */
static inline struct slice slice_text(const char *text)
{
	return slice_of(text, strlen(text));
}

/* The rest after the first n bytes. */
static inline struct slice slice_from(struct slice s, size_t n)
{
	return slice_of(s.at + n, s.len - n);
}

/* Equal bytes. An empty slice may have no address, and memcmp must not be given
 * NULL even for no bytes. */
static inline bool slice_is(struct slice s, struct slice other)
{
	return s.len == other.len &&
	       (s.len == 0 || memcmp(s.at, other.at, s.len) == 0);
}

/* A byte, but ASCII's capital letters as small ones. Not tolower(), which asks
 * the locale. */
static inline unsigned char slice_lower(char byte)
{
	unsigned char c = (unsigned char)byte;

	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

/* Equal bytes, but ASCII letters of either case are equal (RFC 9110, 5.1). */
bool slice_is_nocase(struct slice s, struct slice other);

static inline bool slice_starts(struct slice s, struct slice prefix)
{
	return s.len >= prefix.len &&
	       slice_is(slice_of(s.at, prefix.len), prefix);
}

bool slice_ends(struct slice s, struct slice suffix);

/* Without the blanks and tabs at both ends (OWS, RFC 9110, 5.6.3). */
struct slice slice_trim(struct slice s);

/* Sets *part to the bytes of *rest before the first sep, or to all of it if it
 * has none, and *rest to those after the sep. False when there is no part left
 * (rest->at is NULL): "a,,b" gives "a", "", "b". */
bool slice_cut(struct slice *rest, char sep, struct slice *part);

/* Converts a decimal number. False when the slice is empty, has anything but
 * digits, or the number does not fit. */
bool slice_number(struct slice s, uint64_t *number);

#endif
