/*
 * buf.h - text written into memory of a fixed size.
 *
 * A buf writes into memory that the caller owns. A piece that does not fit is
 * left out as a whole, and so is all that follows: the content is always the
 * beginning of the text, and after any number of calls `full` tells whether it
 * is incomplete. Nothing here allocates.
 */
#ifndef CONTD_BASE_BUF_H
#define CONTD_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

struct buf {
	char *at;
	size_t len; /* bytes written */
	size_t cap; /* size of the memory in bytes */
	bool full;  /* something was left out */
};

struct buf buf_on(char *at, size_t cap);

void buf_slice(struct buf *b, struct slice s);
void buf_text(struct buf *b, const char *text);
void buf_byte(struct buf *b, char byte);

/* Appends a number in decimal. */
void buf_number(struct buf *b, uint64_t number);
/* Appends a number in lower-case hexadecimal, without a prefix. */
void buf_hex(struct buf *b, uint64_t number);

/* Appends as snprintf does, which needs one byte of room more for its NUL. For
 * messages; too slow for responses. */
void buf_printf(struct buf *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The text written so far. */
struct slice buf_slice_of(const struct buf *b);

#endif
