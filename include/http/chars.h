/*
 * chars.h - the classes of bytes in the grammars of HTTP and URI.
 *
 * isalpha() and the like are not used, as they depend on the locale.
 */
#ifndef CONTD_HTTP_CHARS_H
#define CONTD_HTTP_CHARS_H

#include <stdbool.h>

#include "base/slice.h"

enum {
	CHAR_TOKEN = 1,      /* tchar (RFC 9110, 5.6.2) */
	CHAR_TEXT = 2,       /* SP, HTAB, VCHAR, obs-text: a field value */
	CHAR_GRAPH = 4,      /* VCHAR: a request-target */
	CHAR_UNRESERVED = 8, /* RFC 3986, 2.3 */
	CHAR_SUB_DELIM = 16, /* RFC 3986, 2.2 */
	CHAR_HEX = 32,
	CHAR_DIGIT = 64,
	CHAR_BLANK = 128 /* SP, HTAB */
};

extern const unsigned char char_classes[256];

/* Whether the byte is of one of the classes. */
static inline bool char_is(char byte, int classes)
{
	return (char_classes[(unsigned char)byte] & classes) != 0;
}

/* How many bytes at the front are of one of the classes. */
static inline size_t chars_span(struct slice s, int classes)
{
	size_t n = 0;

	while (n < s.len && char_is(s.at[n], classes))
		n++;
	return n;
}

/* chars_span() for CHAR_TEXT, eight bytes at a time: for heads. */
size_t chars_span_text(struct slice s);
/* chars_span() for CHAR_GRAPH, eight bytes at a time: for targets. */
size_t chars_span_graph(struct slice s);

/* Whether all bytes are of one of the classes. */
static inline bool chars_are(struct slice s, int classes)
{
	return chars_span(s, classes) == s.len;
}

/* Whether it is a token: at least one byte, all of them tchar. */
static inline bool chars_are_token(struct slice s)
{
	return s.len > 0 && chars_are(s, CHAR_TOKEN);
}

/* The value, 0 to 15, of a byte of CHAR_HEX. */
unsigned char_hex_value(char digit);

#endif
