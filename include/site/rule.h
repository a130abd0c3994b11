/*
 * rule.h - functions for all rules of a site: how their texts are parsed, and
 * which of several applies.
 *
 * For the files of this layer; others use site/site.h.
 */
#ifndef CONTD_SITE_RULE_H
#define CONTD_SITE_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "site/pattern.h"
#include "site/site.h"

/* Together with the server's own fields they must fit in a head. */
enum {
	RULE_CACHE_MAX = 1024, /* bytes of a Cache-Control */
	RULE_FIELDS_MAX = 5120 /* bytes of all fields by rules for a path */
};

/* Takes the first word from *text, and the blanks around it. Empty when there
 * is none. */
struct slice rule_word(struct slice *text);

/* Parses a pattern; false with a message. */
bool rule_pattern(
	struct slice word, struct pattern *pattern, struct buf *error);

/* Appends "'word' what", with a long word shortened. Returns false. */
bool rule_wrong(struct buf *error, struct slice word, const char *what);

/* Whether there is room for one more rule; false with a message. */
bool rule_fits(size_t count, size_t max, struct buf *error);

/* Whether the rule applies to this path, with or without a slash at its end:
 * for the index of "/a/" both patterns apply, and a file "/a" has no other. */
bool rule_is_for(const struct site_rule *rule, struct slice path);

/* Whether, of two patterns that match, a applies: it is more specific, or
 * equally specific and the later one. */
bool rule_beats(
	const struct pattern *a, const struct pattern *b, bool a_is_later);

#endif
