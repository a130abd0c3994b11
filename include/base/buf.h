/*
 * buf.h - text that is put together in memory of a fixed size.
 *
 * A buf writes into memory that its user owns. What does not fit is left out
 * as a whole, and with it all that follows: what is there is always the
 * beginning of the text, and after any number of calls one look at `full` says
 * whether it is complete. Nothing here allocates.
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
	size_t cap; /* bytes there are */
	bool full;  /* something was left out */
};

struct buf buf_on(char *at, size_t cap);

void buf_slice(struct buf *b, struct slice s);
void buf_text(struct buf *b, const char *text);
void buf_byte(struct buf *b, char byte);

/* The number in decimal, or in lower-case hexadecimal, without a prefix. */
void buf_number(struct buf *b, uint64_t number);
void buf_hex(struct buf *b, uint64_t number);

/* For messages, not for the hot path; snprintf's formats, and its NUL: one
 * byte of room more than the text must be there. */
void buf_printf(struct buf *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* What was written so far. */
struct slice buf_slice_of(const struct buf *b);

#endif
