/*
 * pattern.h - which paths a rule is for.
 *
 * Three shapes and no more: "/exact", "/prefix/" and a star, a star and
 * ".suffix". Exact is more specific than a prefix, a longer prefix than a
 * shorter one, a prefix than a suffix; among equals the later rule holds.
 *
 * Written as in an address: a blank, "%", "?", "#" or a star that is part of a
 * name is percent-encoded; any other byte may be.
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

/* Reads a pattern; false when it has none of the shapes, or names what no path
 * has: an empty, "." or ".." segment, a NUL, an encoded slash. */
bool pattern_parse(struct slice text, struct pattern *pattern);

/* Whether it holds for a path (as http/uri makes it; slash: it ended in one).
 * "/a" is not "/a/", but a star behind "/a/" may stand for nothing, slash and
 * all. *rest, unless it is NULL, is what the star stood for. */
bool pattern_matches(const struct pattern *pattern, struct slice path,
	bool slash, struct slice *rest);

/* Whether there may be a path that both hold for. */
bool pattern_meets(const struct pattern *a, const struct pattern *b);

/* Whether a is at least as specific as b. */
bool pattern_is_as_specific(const struct pattern *a, const struct pattern *b);

#endif
