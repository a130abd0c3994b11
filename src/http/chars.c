/* chars.c - the classes of bytes that the grammars of HTTP and URI speak of. */
#include "http/chars.h"

#include <stdint.h>

/* The combinations that there are. */
enum {
	N = 0,
	O = CHAR_TEXT,          /* 0x80 to 0xff */
	B = O | CHAR_BLANK,     /* blank, tab */
	V = O | CHAR_GRAPH,     /* every other visible one */
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

/* Eight times this byte. */
#define EIGHT(byte) (UINT64_MAX / 0xff * (byte))

/* The first byte becomes the lowest one, whatever the processor's order is;
 * where it is that order, compilers make one load of it. */
static inline uint64_t load(const char *at)
{
	const unsigned char *b = (const unsigned char *)at;

	return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 |
	       (uint64_t)b[3] << 24 | (uint64_t)b[4] << 32 |
	       (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 |
	       (uint64_t)b[7] << 56;
}

/* Marks, by their highest bits, the bytes that are less than this one, which is
 * 0x80 at most. The subtraction may borrow from bytes above a marked one, so
 * only the lowest mark is certain. */
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

/* Which byte has the lowest mark: as many are below it. */
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

	/* 'A' is 0x41 and 'a' 0x61: the low four bits count from 1. */
	return (byte & 0xf) + (byte > '9' ? 9 : 0);
}
