/*
 * site.h - what is served, and how.
 *
 * The rules of a site, made from the options at start and constant from then
 * on. The loop asks them about a path; the helper asks where the root is, what
 * an index is called, and which links may be followed.
 *
 * Paths here are as http/uri makes them: decoded, no slash in front.
 */
#ifndef CONTD_SITE_SITE_H
#define CONTD_SITE_SITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "site/pattern.h"

enum {
	SITE_RULES_MAX = 64, /* of each kind */
	SITE_ERROR_PAGES_MAX = 16,
	SITE_MADE_MAX = 40,    /* bytes of a Cache-Control made of a duration */
	SITE_CHARSET_MAX = 40, /* of the name of a charset */
	SITE_TYPE_MAX = 160    /* of a media type with its charset */
};

enum site_links {
	SITE_LINKS_WITHIN_ROOT, /* followed where they stay below the root */
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
	struct slice to; /* path or absolute reference; ":splat" in it stands
			    for what the "*" of a prefix pattern matched */
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
	bool spa;        /* navigations to nowhere get the root's index */
	bool clean_urls; /* "about" is also "about.html" */
	bool cors;       /* everyone may read: Access-Control-Allow-Origin */
	bool immutable;  /* fingerprinted names never change */
	struct slice charset;           /* of text types; empty: none is said */
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

/* The site of this root, with the defaults: links within the root, no listing,
 * UTF-8. root is kept, not copied, as is every text added below. A site holds
 * slices of itself: it stays where it is made. */
void site_init(struct site *site, const char *root);

/* One rule more, from the text of an option. False with a message that says
 * what is wrong with the text and what would be right.
 *   cache:      "PATTERN VALUE", VALUE a Cache-Control or "1h", "1y immutable"
 *   header:     "[PATTERN] NAME: VALUE"; an empty VALUE removes the field
 *   redirect:   "FROM TO [STATUS]"
 *   error page: "STATUS=/PATH" */
bool site_add_cache(struct site *site, const char *text, struct buf *error);
bool site_add_header(struct site *site, const char *text, struct buf *error);
bool site_add_redirect(struct site *site, const char *text, struct buf *error);
bool site_add_error_page(
	struct site *site, const char *text, struct buf *error);

/* Whether a path is answered like a name that is not there: a segment begins
 * with a dot. ".well-known" as the first one does not count (RFC 8615). */
bool site_hides(struct slice path);

/* The media type of a name; text (but for XML, which names its encoding itself)
 * with the charset, written to `into` where it has to be put together. There
 * SITE_TYPE_MAX bytes are enough; without room no charset is said. */
struct slice site_type(
	const struct site *site, struct slice name, struct buf *into);

/* The Cache-Control of a file; empty: none. The most specific rule that matches
 * the path, else "no-cache" for HTML (it names the other files, so it must be
 * asked for anew), else, if asked for, a year for a fingerprinted name
 * ("app.3f9a2c1b.js": before a dot or a dash a part of 8 or more hexadecimal
 * digits, a letter and a digit among them, so a date is none). */
struct slice site_cache_control(
	const struct site *site, struct slice path, struct slice type);

/* Writes the fields that rules give a path, as head lines; where several rules
 * name a field the most specific one holds. With cors also
 * "Access-Control-Allow-Origin: *", unless a rule names it. */
void site_write_headers(
	const struct site *site, struct slice path, struct buf *b);

/* The redirect of a path, if there is one: its status with Location written to
 * `into`; else, or when the path is where it leads, 0. `slash` says that the
 * path ended in one. A Location that begins with "/" is on this site: the query
 * of the request is the caller's to add. */
int site_redirect(const struct site *site, struct slice path, bool slash,
	struct buf *into);

/* The page for this status, as a path: a rule's, else "404.html" for 404;
 * empty: none. Whether there is such a file is for the caller to find out. */
struct slice site_error_page(const struct site *site, int status);

#endif
