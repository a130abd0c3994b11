/*
 * types.h - media types of the operator's own.
 *
 * Read from the text of a mime.types file: as Apache and Debian have it, a
 * type and its suffixes on a line, or as nginx has it, in "types { ... }" with
 * a semicolon behind each. "#" begins a comment. Suffixes stand without the
 * dot in front, may have dots within ("tar.gz"), and are the same in either
 * case. Where one is given twice the later one holds.
 */
#ifndef CONTD_SITE_TYPES_H
#define CONTD_SITE_TYPES_H

#include <stddef.h>

#include "base/slice.h"

enum {
	TYPES_MAX = 4096,         /* suffixes */
	TYPES_TYPE_MAX = 96,      /* bytes of a type */
	TYPES_TEXT_MAX = 1 << 20, /* of a file: no reader takes more */
};

struct site_types {
	size_t count;
	struct site_suffix {
		struct slice suffix;
		struct slice type;
	} suffixes[TYPES_MAX]; /* sorted */
};

/* What is wrong with a line, and about which word. */
struct types_mistake {
	size_t line; /* from 1 */
	struct slice word;
	const char *what;
};

/* Reads the text, of which the types keep slices. A word that is wrong is
 * passed over, with the suffixes behind a wrong type. Returns how many were;
 * the first is told in *mistake. */
size_t types_read(struct site_types *types, struct slice text,
	struct types_mistake *mistake);

/* The type for the longest suffix of the name (of its last segment) that there
 * is one for; else empty. */
struct slice types_find(const struct site_types *types, struct slice name);

#endif
