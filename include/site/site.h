/*
 * site.h - what is served, and how.
 *
 * The rules of a site, made from the options at start and constant from then
 * on. The loop asks them about a path; the helper asks where the root is and
 * what an index is called.
 */
#ifndef CONTD_SITE_SITE_H
#define CONTD_SITE_SITE_H

#include <stdbool.h>

#include "base/slice.h"

struct site {
	const char *root; /* absolute path of the directory, links unresolved */
	struct slice index; /* "index.html" */
};

/* The site of this root. root is kept, not copied. */
void site_init(struct site *site, const char *root);

/* Whether a path, as http/uri makes it, is answered like a name that is not
 * there: a segment begins with a dot. ".well-known" as the first one does not
 * count (RFC 8615). */
bool site_hides(const struct site *site, struct slice path);

/* The Cache-Control of a file of this media type; empty: none. HTML is
 * "no-cache": it names the other files, so it must be asked for anew. */
struct slice site_cache_control(const struct site *site, struct slice type);

#endif
