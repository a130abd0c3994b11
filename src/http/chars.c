/* chars.c - the classes of bytes in the grammars of HTTP and URI. */
#include "http/chars.h"

#include <stdint.h>

/* The combinations of classes that exist. */
enum {
	N = 0,
	O = CHAR_TEXT,          /* 0x80 to 0xff */
	B = O | CHAR_BLANK,     /* SP, HTAB */
	V = O | CHAR_GRAPH,     /* other visible characters */
	S = V | CHAR_SUB_DELIM, /* ( ) , ; = */
	K = V | CHAR_TOKEN,     /* # % ^ ` | */
	KS = K | S,             /* ! $ & ' * + */
	U = K | CHAR_UNRESERVED,
	H = U | CHAR_HEX,
	D = H | CHAR_DIGIT
};

/* clang-format off */
const unsigned char char_classes[256] = {
	N, N, N, N, N, N, N, N, N, B, N, N, N, N, N, N,
	N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N,
	B, KS, V, K, KS, K, KS, KS, S, S, KS, KS, S, U, U, V,
	D, D, D, D, D, D, D, D, D, D, V, S, V, S, V, V,
	V, H, H, H, H, H, H, U, U, U, U, U, U, U, U, U,
	U, U, U, U, U, U, U, U, U, U, U, V, V, V, K, U,
	K, H, H, H, H, H, H, U, U, U, U, U, U, U, U, U,
	U, U, U, U, U, U, U, U, U, U, U, V, K, V, U, N,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
};
/* clang-format on */

/* ---- eight bytes at a time ---- */

/* A word of eight times this byte. */
#define EIGHT(byte) (UINT64_MAX / 0xff * (byte))

/* Loads little-endian on any processor; on little-endian ones compilers make it
 * one load. */
static inline uint64_t load(const char *at)
{
	const unsigned char *b = (const unsigned char *)at;

	return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 |
	       (uint64_t)b[3] << 24 | (uint64_t)b[4] << 32 |
	       (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 |
	       (uint64_t)b[7] << 56;
}

/* Sets the highest bit of each byte that is less than `byte` (at most 0x80).
 * The subtraction may borrow from bytes above such a one, so only the lowest
 * mark is reliable. */
static uint64_t mark_less(uint64_t eight, unsigned byte)
{
	return (eight - EIGHT(byte)) & ~eight & EIGHT(0x80);
}

static uint64_t mark_control(uint64_t eight)
{
	return mark_less(eight, ' ') | mark_less(eight ^ EIGHT(0x7f), 1);
}

static uint64_t mark_other_than_graph(uint64_t eight)
{
	return mark_less(eight, ' ' + 1) | mark_less(eight ^ EIGHT(0x7f), 1) |
	       (eight & EIGHT(0x80));
}

/* The index of the byte with the lowest mark. */
static size_t first_marked(uint64_t marks)
{
	return (size_t)(((marks - 1) & ~marks & EIGHT(0x80)) / 0x80 *
				EIGHT(1) >>
			56);
}

size_t chars_span_text(struct slice s)
{
	size_t n = 0;

	while (s.len - n >= 8) {
		uint64_t marks = mark_control(load(s.at + n));

		n += marks ? first_marked(marks) : 8;
		if (marks && s.at[n] != '\t')
			return n;
		n += marks != 0;
	}
	while (n < s.len && char_is(s.at[n], CHAR_TEXT))
		n++;
	return n;
}

size_t chars_span_graph(struct slice s)
{
	size_t n = 0;

	while (s.len - n >= 8) {
		uint64_t marks = mark_other_than_graph(load(s.at + n));

		if (marks)
			return n + first_marked(marks);
		n += 8;
	}
	while (n < s.len && char_is(s.at[n], CHAR_GRAPH))
		n++;
	return n;
}

unsigned char_hex_value(char digit)
{
	unsigned byte = (unsigned char)digit;

	/* 'A' is 0x41, 'a' is 0x61: their low four bits are 1. */
	return (byte & 0xf) + (byte > '9' ? 9 : 0);
}
