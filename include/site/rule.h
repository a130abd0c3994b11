/*
 * rule.h - what the rules of a site have in common: how their texts are read,
 * and which of several holds.
 *
 * For the files of this layer; others want site/site.h.
 */
#ifndef CONTD_SITE_RULE_H
#define CONTD_SITE_RULE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/slice.h"
#include "site/pattern.h"
#include "site/site.h"

/* Together with our own they must fit in a head. */
enum {
	RULE_CACHE_MAX = 1024, /* bytes of a Cache-Control */
	RULE_FIELDS_MAX = 5120 /* of all fields that rules give a path */
};

/* Takes the first word off *text, and the blanks
 * around it. Empty when there is none. */
struct slice rule_word(struct slice *text);

/* Reads a pattern, or says what one would be. */
bool rule_pattern(
	struct slice word, struct pattern *pattern, struct buf *error);

/* Says "'word' what", a long word shortened; false. */
bool rule_wrong(struct buf *error, struct slice word, const char *what);

/* Whether one rule more fits; says so if not. */
bool rule_fits(size_t count, size_t max, struct buf *error);

/* Whether the rule is for this path. With or without a slash at its end: the
 * index of "/a/" is meant by either, and a file "/a" has none. */
bool rule_is_for(const struct site_rule *rule, struct slice path);

/* Whether, of two patterns that match, the one of the rule a holds: it is more
 * specific, or as specific and the later one. */
bool rule_beats(
	const struct pattern *a, const struct pattern *b, bool a_is_later);

#endif
