/*
 * escape.h - escapes text for HTML, JSON and logs.
 */
#ifndef CONTD_HTTP_ESCAPE_H
#define CONTD_HTTP_ESCAPE_H

#include "base/buf.h"
#include "base/slice.h"

/* For HTML text and quoted attributes: & < > " ' become character references;
 * control characters and bytes that are not UTF-8 become U+FFFD. */
void escape_html(struct buf *b, struct slice text);

/* For a JSON string (RFC 8259, 7), without its quotes: " and \ and control
 * characters become escapes; bytes that are not UTF-8 become U+FFFD. */
void escape_json(struct buf *b, struct slice text);

/* For a quoted field of a log line: bytes outside 0x20 to 0x7e, " and \ become
 * \xHH, so that no line can be forged. */
void escape_log(struct buf *b, struct slice text);

/* For a segment of the path of a URI: every byte that is not unreserved (RFC
 * 3986, 2.3) as %HH. As a relative reference it is a name and nothing else:
 * its colons and question marks are escaped too. */
void escape_segment(struct buf *b, struct slice name);

/* For the path of a URI: every segment so. uri_parse() reads the same path. */
void escape_path(struct buf *b, struct slice path);

#endif
