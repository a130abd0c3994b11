/*
 * types.h - media types given by the operator.
 *
 * Parsed from the text of a mime.types file: in the format of Apache and
 * Debian, a type and its suffixes on a line, or in that of nginx, in "types {
 * ... }" with a semicolon after each line. "#" begins a comment. Suffixes have
 * no leading dot, may have dots inside ("tar.gz"), and are case-insensitive. Of
 * a suffix given twice the later type is used.
 */
#ifndef CONTD_SITE_TYPES_H
#define CONTD_SITE_TYPES_H

#include <stddef.h>

#include "base/slice.h"

enum {
	TYPES_MAX = 4096,         /* suffixes */
	TYPES_TYPE_MAX = 96,      /* bytes of a type */
	TYPES_TEXT_MAX = 1 << 20, /* bytes of a file; the caller's limit */
};

struct site_types {
	size_t count;
	struct site_suffix {
		struct slice suffix;
		struct slice type;
	} suffixes[TYPES_MAX]; /* sorted */
};

/* An error: which word in which line, and what is wrong with it. */
struct types_mistake {
	size_t line; /* from 1 */
	struct slice word;
	const char *what;
};

/* Parses the text, which must stay valid, as the types are slices of it. A
 * wrong word is ignored, and after a wrong type its suffixes. Returns the
 * number of wrong words; *mistake is the first one. */
size_t types_read(struct site_types *types, struct slice text,
	struct types_mistake *mistake);

/* The type for the longest known suffix of the name's last segment; empty:
 * there is none. */
struct slice types_find(const struct site_types *types, struct slice name);

#endif
