/*
 * mime.h - a media type for a name.
 */
#ifndef CONTD_HTTP_MIME_H
#define CONTD_HTTP_MIME_H

#include <stdbool.h>

#include "base/slice.h"

/* The Content-Type for the last suffix of the name, letters of either case:
 * with "; charset=utf-8" for text. "application/octet-stream" for what is not
 * known; a name without a suffix, or with nothing else, is not known. */
struct slice mime_of(struct slice name);

/* Whether this is a page for people: text/html in any form. */
bool mime_is_html(struct slice type);

#endif
