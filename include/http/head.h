/*
 * head.h - writes response heads, and has our own pages for statuses.
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

/* Appends "HTTP/1.1 200 OK\r\n", for a status that this server sends. */
void head_begin(struct buf *b, int status);

/* Appends "Name: value\r\n". The value is not escaped: the caller must have
 * checked text that came from outside. */
void head_field(struct buf *b, struct slice name, struct slice value);
/* The same with a number as value. */
void head_number(struct buf *b, struct slice name, uint64_t value);
/* The same with a date as value; seconds since 1970. */
void head_date(struct buf *b, struct slice name, int64_t seconds);

/* Content-Range, for a file of size bytes; NULL: none of them (416). */
void head_range(struct buf *b, const struct range *range, uint64_t size);

/* Connection, where it says what HTTP/1.minor does not. */
void head_connection(struct buf *b, bool close, int minor);

/* Appends the empty line. */
void head_end(struct buf *b);

/* A small HTML page for this status: what it means, and a link to the start
 * page. It repeats nothing of the request. Less than 1 KiB. */
struct slice head_page(int status);

#endif
