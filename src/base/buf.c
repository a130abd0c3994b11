/*
 * buf.c - text written into memory of a fixed size.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS_MAX = 20 }; /* of 2^64 - 1 in decimal */

struct buf buf_on(char *at, size_t cap)
{
	return (struct buf){.at = at, .cap = cap};
}

/* Returns room for len more bytes, or NULL. */
static char *make_room(struct buf *b, size_t len)
{
	char *at;

	if (b->full || len > b->cap - b->len) {
		b->full = true;
		return NULL;
	}
	at = b->at + b->len;
	b->len += len;
	return at;
}

void buf_slice(struct buf *b, struct slice s)
{
	char *at;

	/* An empty slice may be NULL, which memcpy must not be given. */
	if (s.len == 0)
		return;
	at = make_room(b, s.len);
	if (at != NULL)
		memcpy(at, s.at, s.len);
}

void buf_text(struct buf *b, const char *text)
{
	buf_slice(b, slice_text(text));
}

void buf_byte(struct buf *b, char byte)
{
	char *at = make_room(b, 1);

	if (at != NULL)
		*at = byte;
}

static void write_number(struct buf *b, uint64_t number, unsigned base)
{
	char digits[DIGITS_MAX];
	size_t first = sizeof(digits);

	do {
		digits[--first] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number > 0);
	buf_slice(b, slice_of(digits + first, sizeof(digits) - first));
}

void buf_number(struct buf *b, uint64_t number)
{
	write_number(b, number, 10);
}

void buf_hex(struct buf *b, uint64_t number)
{
	write_number(b, number, 16);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	size_t room = b->cap - b->len;
	va_list args;
	int len;

	if (b->full || room == 0) {
		b->full = true;
		return;
	}
	va_start(args, format);
	len = vsnprintf(b->at + b->len, room, format, args);
	va_end(args);
	if (len >= 0 && (size_t)len < room)
		b->len += (size_t)len;
	else
		b->full = true;
}

struct slice buf_slice_of(const struct buf *b)
{
	return slice_of(b->at, b->len);
}
