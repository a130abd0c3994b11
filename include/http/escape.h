/*
 * escape.h - text that goes into something else.
 */
#ifndef CONTD_HTTP_ESCAPE_H
#define CONTD_HTTP_ESCAPE_H

#include "base/buf.h"
#include "base/slice.h"

/* For HTML text and quoted attributes: & < > " ' as references; control
 * characters and bytes that are not UTF-8 as U+FFFD. */
void escape_html(struct buf *b, struct slice text);

/* For a string of JSON (RFC 8259, 7), without its quotes: " and \ and control
 * characters as escapes; bytes that are not UTF-8 as U+FFFD. */
void escape_json(struct buf *b, struct slice text);

/* For a quoted field of a log line: bytes outside 0x20 to 0x7e, " and \ as
 * \xHH. No line can be forged. */
void escape_log(struct buf *b, struct slice text);

#endif
