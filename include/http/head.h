/*
 * head.h - the bytes of a response head, and of the pages we write ourselves.
 */
#ifndef CONTD_HTTP_HEAD_H
#define CONTD_HTTP_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "http/range.h"

/* The reason phrase of a status that this server sends; "" for others. */
struct slice head_reason(int status);

/* "HTTP/1.1 200 OK\r\n", of a status that this server sends. */
void head_begin(struct buf *b, int status);

/* "Name: value\r\n". The value is written as it is: who passes text that came
 * from outside has made it safe. */
void head_field(struct buf *b, struct slice name, struct slice value);
void head_number(struct buf *b, struct slice name, uint64_t value);
void head_date(struct buf *b, struct slice name, int64_t seconds);

/* Content-Range, for a file of size bytes; NULL: none of them (416). */
void head_range(struct buf *b, const struct range *range, uint64_t size);

/* Connection, where it says what HTTP/1.minor does not. */
void head_connection(struct buf *b, bool close, int minor);

/* The empty line. */
void head_end(struct buf *b);

/* A small, clean HTML page for people who meet this status: what it means and
 * a way back. Nothing of the request is repeated in it. Less than 1 KiB. */
struct slice head_page(int status);

#endif
