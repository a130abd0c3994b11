/* chars.c - the classes of bytes that the grammars of HTTP and URI speak of. */
#include "http/chars.h"

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

bool chars_are(struct slice s, int classes)
{
	for (size_t i = 0; i < s.len; i++)
		if (!char_is(s.at[i], classes))
			return false;
	return true;
}

bool chars_are_token(struct slice s)
{
	return s.len > 0 && chars_are(s, CHAR_TOKEN);
}

unsigned char_hex_value(char digit)
{
	unsigned byte = (unsigned char)digit;

	/* 'A' is 0x41 and 'a' 0x61: the low four bits count from 1. */
	return (byte & 0xf) + (byte > '9' ? 9 : 0);
}
