/*
 * cache.c - the Cache-Control of files (RFC 9111).
 */
#include "site/site.h"

#include "http/chars.h"
#include "http/mime.h"
#include "site/rule.h"

enum {
	FINGERPRINT_MIN = 8,    /* hexadecimal digits */
	SECONDS_MAX = INT32_MAX /* RFC 9111, 1.2.2 */
};

/* ---- the text of a rule ---- */

/* "90s", "1h", "2w", "1y", or 0. */
static bool read_duration(struct slice word, uint64_t *seconds)
{
	static const struct {
		char letter;
		uint64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400},
		{'w', 7 * 86400}, {'y', 365 * 86400}};
	char unit = word.at[word.len - 1];

	if (slice_is(word, SLICE("0"))) {
		*seconds = 0;
		return true;
	}
	word.len--;
	if (!slice_number(word, seconds))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (units[i].letter != unit)
			continue;
		if (*seconds > SECONDS_MAX / units[i].seconds)
			return false;
		*seconds *= units[i].seconds;
		return true;
	}
	return false;
}

static bool make_max_age(struct site *site, struct slice word,
	struct slice rest, struct buf *error)
{
	size_t n = site->cache_count;
	struct buf made = buf_on(site->cache_made[n], SITE_MADE_MAX);
	uint64_t seconds;

	if (!read_duration(word, &seconds))
		return rule_wrong(error, word,
			"is no duration; it must be a number with s, m, h, d, "
			"w or y, 68y at most");
	buf_slice(&made, SLICE("max-age="));
	buf_number(&made, seconds);
	if (slice_is(rest, SLICE("immutable")))
		buf_slice(&made, SLICE(", immutable"));
	else if (rest.len > 0)
		return rule_wrong(error, rest,
			"is more than may stand behind a duration: nothing, or "
			"immutable");
	site->cache[n].value = buf_slice_of(&made);
	return true;
}

/* The length of the quoted string that s begins with; 0 when it does not. */
static size_t quoted_len(struct slice s)
{
	for (size_t i = 1; i < s.len && char_is(s.at[i], CHAR_TEXT); i++)
		if (s.at[i] == '"')
			return i + 1;
	return 0;
}

/* token [ "=" ( token / quoted-string ) ] (RFC 9111, 5.2) */
static bool take_directive(struct slice *s)
{
	size_t len = chars_span(*s, CHAR_TOKEN);

	if (len == 0)
		return false;
	*s = slice_from(*s, len);
	if (!slice_starts(*s, SLICE("=")))
		return true;
	*s = slice_from(*s, 1);
	len = slice_starts(*s, SLICE("\"")) ? quoted_len(*s)
					    : chars_span(*s, CHAR_TOKEN);
	*s = slice_from(*s, len);
	return len > 0;
}

static bool are_directives(struct slice s)
{
	while (take_directive(&s)) {
		s = slice_trim(s);
		if (s.len == 0)
			return true;
		if (s.at[0] != ',')
			return false;
		s = slice_trim(slice_from(s, 1));
	}
	return false;
}

static bool read_value(struct site *site, struct slice text, struct buf *error)
{
	struct slice rest = text;
	struct slice word = rule_word(&rest);

	if (word.len > 0 && char_is(word.at[0], CHAR_DIGIT))
		return make_max_age(site, word, rest, error);
	site->cache[site->cache_count].value = text;
	if (text.len > RULE_CACHE_MAX)
		return rule_wrong(error, text,
			"is too long; it must be 1024 bytes at most");
	return are_directives(text) ||
	       rule_wrong(error, text,
		       "is no value; it must be a duration such as 1h, '1y "
		       "immutable', or directives such as 'public, "
		       "max-age=600'");
}

bool site_add_cache(struct site *site, const char *text, struct buf *error)
{
	struct slice rest = slice_text(text);
	struct slice word = rule_word(&rest);
	struct site_rule *rule = &site->cache[site->cache_count];

	if (!rule_fits(site->cache_count, SITE_RULES_MAX, error))
		return false;
	if (rest.len == 0)
		return rule_wrong(error, word,
			"is no rule; it must be 'PATTERN VALUE', as in "
			"'*.css 1h'");
	*rule = (struct site_rule){.value = rest};
	if (!rule_pattern(word, &rule->pattern, error) ||
		!read_value(site, rest, error))
		return false;
	site->cache_count++;
	return true;
}

/* ---- finding the value ---- */

/* Needs both, as only letters may be a word, and only digits a date. */
static bool is_fingerprint(struct slice part)
{
	bool letter = false;
	bool digit = false;

	if (part.len < FINGERPRINT_MIN || !chars_are(part, CHAR_HEX))
		return false;
	for (size_t i = 0; i < part.len; i++) {
		digit |= char_is(part.at[i], CHAR_DIGIT);
		letter |= !char_is(part.at[i], CHAR_DIGIT);
	}
	return letter && digit;
}

/* Checks only the last name: a directory's does not identify its files. */
static bool has_fingerprint(struct slice path)
{
	size_t start = 0;
	bool found = false;

	for (size_t i = 0; i < path.len; i++) {
		char byte = path.at[i];

		if (byte == '/')
			found = false;
		else if (byte != '.' && byte != '-')
			continue;
		else
			found |= is_fingerprint(
				slice_of(path.at + start, i - start));
		start = i + 1;
	}
	return found;
}

static const struct site_rule *find_rule(
	const struct site *site, struct slice path)
{
	const struct site_rule *best = NULL;

	for (size_t i = 0; i < site->cache_count; i++) {
		const struct site_rule *rule = &site->cache[i];

		if (rule_is_for(rule, path) &&
			(!best || rule_beats(&rule->pattern, &best->pattern,
					  true)))
			best = rule;
	}
	return best;
}

struct slice site_cache_control(
	const struct site *site, struct slice path, struct slice type)
{
	const struct site_rule *rule = find_rule(site, path);

	if (rule)
		return rule->value;
	if (mime_is_html(type))
		return SLICE("no-cache");
	if (site->immutable && has_fingerprint(path))
		return SLICE("max-age=31536000, immutable");
	return SLICE("");
}
