/*
 * rule.c - functions for all rules of a site.
 */
#include "site/rule.h"

#include "http/chars.h"

enum { WORD_MAX = 100 }; /* bytes of a wrong word in a message */

struct slice rule_word(struct slice *text)
{
	struct slice rest = slice_trim(*text);
	size_t len = 0;

	while (len < rest.len && !char_is(rest.at[len], CHAR_BLANK))
		len++;
	*text = slice_trim(slice_from(rest, len));
	return slice_of(rest.at, len);
}

bool rule_wrong(struct buf *error, struct slice word, const char *what)
{
	buf_byte(error, '\'');
	if (word.len > WORD_MAX)
		word.len = WORD_MAX;
	buf_slice(error, word);
	buf_text(error, "' ");
	buf_text(error, what);
	return false;
}

bool rule_pattern(struct slice word, struct pattern *pattern, struct buf *error)
{
	if (pattern_parse(word, pattern))
		return true;
	return rule_wrong(error, word,
		"is no pattern; it must be /path, /folder/*, *.suffix or *, a "
		"blank in it %20");
}

bool rule_fits(size_t count, size_t max, struct buf *error)
{
	if (count < max)
		return true;
	buf_printf(error, "there may be %zu of them at most", max);
	return false;
}

bool rule_is_for(const struct site_rule *rule, struct slice path)
{
	return pattern_matches(&rule->pattern, path, false, NULL) ||
	       (rule->pattern.kind == PATTERN_EXACT &&
		       pattern_matches(&rule->pattern, path, true, NULL));
}

bool rule_beats(
	const struct pattern *a, const struct pattern *b, bool a_is_later)
{
	return pattern_is_as_specific(a, b) &&
	       (a_is_later || !pattern_is_as_specific(b, a));
}
