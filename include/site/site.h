/*
 * site.h - what is served, and how.
 *
 * The rules of a site, made from the options at start and constant after that.
 * The worker uses them for each path; the helper uses the root, the name of the
 * index and which links may be followed.
 *
 * Paths are those of http/uri: decoded, without a leading slash.
 */
#ifndef CONTD_SITE_SITE_H
#define CONTD_SITE_SITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "site/pattern.h"

enum {
	SITE_RULES_MAX = 64,      /* of each kind */
	SITE_ERROR_PAGES_MAX = 8, /* one for each status that may have one */
	SITE_MADE_MAX = 40,       /* bytes of a Cache-Control for a duration */
	SITE_CHARSET_MAX = 40,    /* bytes of the name of a charset */
	SITE_TYPE_MAX = 160       /* bytes of a media type with its charset */
};

enum site_links {
	SITE_LINKS_WITHIN_ROOT, /* followed if they stay below the root */
	SITE_LINKS_NONE,        /* never */
	SITE_LINKS_ALL          /* anywhere */
};

/* A header field, or a Cache-Control, for the paths of a pattern. */
struct site_rule {
	struct pattern pattern;
	struct slice name; /* of the field; unused for Cache-Control */
	struct slice value;
};

struct site_redirect {
	struct pattern pattern;
	struct slice to; /* path or absolute URI; ":splat" in it is replaced by
			    what the "*" of the pattern matched */
	int status;      /* 301, 302, 303, 307 or 308 */
};

struct site_error_page {
	int status;
	struct slice path;
};

struct site_types; /* suffixes with types of their own: site/types.h */

struct site {
	const char *root; /* absolute path of the directory, links unresolved */
	struct slice index; /* "index.html" */
	enum site_links links;
	bool listing;
	bool spa; /* navigation to an unknown name gets the root's index */
	bool clean_urls;                /* "about" is also "about.html" */
	bool cors;                      /* Access-Control-Allow-Origin: * */
	bool immutable;                 /* fingerprinted names never change */
	struct slice charset;           /* of text types; empty: not sent */
	const struct site_types *types; /* or NULL */

	struct site_rule cache[SITE_RULES_MAX];
	char cache_made[SITE_RULES_MAX][SITE_MADE_MAX];
	size_t cache_count;
	struct site_rule headers[SITE_RULES_MAX];
	size_t headers_count;
	struct site_redirect redirects[SITE_RULES_MAX];
	size_t redirects_count;
	struct site_error_page error_pages[SITE_ERROR_PAGES_MAX];
	size_t error_pages_count;
};

/* Sets the defaults: links within the root, no listing, UTF-8. root is not
 * copied and must stay valid, as must every text added below. A site has slices
 * of itself and must not be moved. */
void site_init(struct site *site, const char *root);

/* Add a rule from the text of an option. False with a message that says what is
 * wrong with the text and what would be right.
 *   cache:      "PATTERN VALUE", VALUE a Cache-Control or "1h", "1y immutable"
 *   header:     "[PATTERN] NAME: VALUE"; an empty VALUE removes the field
 *   redirect:   "FROM TO [STATUS]"
 *   error page: "STATUS=/PATH", a status of requests that were understood */
bool site_add_cache(struct site *site, const char *text, struct buf *error);
bool site_add_header(struct site *site, const char *text, struct buf *error);
bool site_add_redirect(struct site *site, const char *text, struct buf *error);
bool site_add_error_page(
	struct site *site, const char *text, struct buf *error);

/* Whether a path is answered like a name that is not there: a segment begins
 * with a dot. ".well-known" as the first one does not count (RFC 8615). */
bool site_hides(struct slice path);

/* The media type of a name. A text type (other than XML, which declares its own
 * encoding) gets the charset; this may be written to `into`, for which
 * SITE_TYPE_MAX bytes are enough. Without room there is no charset. */
struct slice site_type(
	const struct site *site, struct slice name, struct buf *into);

/* The Cache-Control of a file; empty: none. It is that of the most specific
 * rule that matches the path; else "no-cache" for HTML, as it refers to the
 * other files; else, if `immutable`, a year for a fingerprinted name
 * ("app.3f9a2c1b.js": before a dot or a dash there are at least 8 hexadecimal
 * digits, with a letter and a digit among them, so that a date is none). */
struct slice site_cache_control(
	const struct site *site, struct slice path, struct slice type);

/* Writes the fields that rules give a path, as head lines; where several rules
 * name a field the most specific one holds. With cors also
 * Access-Control-Allow-Origin, unless a rule names it, and -Expose-Headers. */
void site_write_headers(
	const struct site *site, struct slice path, struct buf *b);

/* The status of the redirect of a path, with Location written to `into`; 0:
 * none, or it would lead to the same path. `slash`: the path ended in one.
 * If Location begins with "/" it is on this site, and the caller may add
 * the query. */
int site_redirect(const struct site *site, struct slice path, bool slash,
	struct buf *into);

/* The path of the page for this status: by a rule, else "404.html" for 404;
 * empty: none. The file may not exist. */
struct slice site_error_page(const struct site *site, int status);

#endif
