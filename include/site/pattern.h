/*
 * pattern.h - which paths a rule applies to.
 *
 * Patterns are "/exact", "/prefix/" and a star, a star and ".suffix", or a star
 * alone. Exact is more specific than a prefix, a longer prefix than a shorter
 * one, a prefix than a suffix; of equally specific rules the later one applies.
 *
 * Written as in a URI: a blank, "%", "?", "#" or a star that is part of a name
 * must be percent-encoded; any other byte may be.
 */
#ifndef CONTD_SITE_PATTERN_H
#define CONTD_SITE_PATTERN_H

#include <stdbool.h>

#include "base/slice.h"

enum pattern_kind {
	PATTERN_ALL, /* a star alone, with or without a slash */
	PATTERN_SUFFIX,
	PATTERN_PREFIX,
	PATTERN_EXACT
};

struct pattern {
	enum pattern_kind kind;
	struct slice text; /* without the star and without the slash in front */
};

/* Parses a pattern. False if it has another form, or could never match: an
 * empty, "." or ".." segment, a NUL, an encoded slash. */
bool pattern_parse(struct slice text, struct pattern *pattern);

/* Whether it matches a path (of http/uri; slash: it ended in one). "/a" does
 * not match "/a/", but "/a/" and a star matches both. *rest, unless it is NULL,
 * is set to what the star matched. */
bool pattern_matches(const struct pattern *pattern, struct slice path,
	bool slash, struct slice *rest);

/* Whether there may be a path that both match. */
bool pattern_meets(const struct pattern *a, const struct pattern *b);

/* Whether a is at least as specific as b. */
bool pattern_is_as_specific(const struct pattern *a, const struct pattern *b);

#endif
