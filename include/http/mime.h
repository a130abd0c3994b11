/*
 * mime.h - the media type for a name.
 */
#ifndef CONTD_HTTP_MIME_H
#define CONTD_HTTP_MIME_H

#include <stdbool.h>

#include "base/slice.h"

/* The Content-Type for the last suffix of the name, case-insensitive, with
 * "; charset=utf-8" for text. "application/octet-stream" for a suffix that is
 * not known, and for a name without a suffix or with nothing before it. */
struct slice mime_of(struct slice name);

/* Whether the type is text/html, with or without parameters. */
bool mime_is_html(struct slice type);

#endif
