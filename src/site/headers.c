/*
 * headers.c - fields given by the operator.
 */
#include "site/site.h"

#include "http/chars.h"
#include "http/head.h"
#include "site/rule.h"

#define ALLOW_ORIGIN SLICE("Access-Control-Allow-Origin")

#define OURS "cannot be set: contd says it where it is true"

/* Fields that the server itself sets: for framing, or about the file. */
static const struct {
	struct slice name;
	const char *why;
} reserved[] = {
	{SLICE_INIT("Content-Type"),
		"cannot be set: see --mime-types and --charset"},
	{SLICE_INIT("Cache-Control"),
		"cannot be set: that is what --cache does"},
	{SLICE_INIT("Location"), "cannot be set: that is what --redirect does"},
	{SLICE_INIT("Content-Length"), OURS},
	{SLICE_INIT("Content-Range"), OURS},
	{SLICE_INIT("Content-Encoding"), OURS},
	{SLICE_INIT("Transfer-Encoding"), OURS},
	{SLICE_INIT("Connection"), OURS},
	{SLICE_INIT("Keep-Alive"), OURS},
	{SLICE_INIT("Trailer"), OURS},
	{SLICE_INIT("Upgrade"), OURS},
	{SLICE_INIT("Date"), OURS},
	{SLICE_INIT("ETag"), OURS},
	{SLICE_INIT("Last-Modified"), OURS},
	{SLICE_INIT("Accept-Ranges"), OURS},
	{SLICE_INIT("Vary"), OURS},
	{SLICE_INIT("Allow"), OURS},
	{SLICE_INIT("X-Content-Type-Options"),
		"cannot be set: it is nosniff in every answer"},
};

/* ---- the text of a rule ---- */

static bool is_free(struct slice name, struct buf *error)
{
	for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
		if (slice_is_nocase(name, reserved[i].name))
			return rule_wrong(error, name, reserved[i].why);
	return true;
}

/* "NAME: VALUE" */
static bool read_field(
	struct site_rule *rule, struct slice text, struct buf *error)
{
	struct slice rest = text;

	(void)slice_cut(&rest, ':', &rule->name);
	if (!rest.at)
		return rule_wrong(error, text,
			"is no field; it must be '[PATTERN] NAME: VALUE'");
	if (!chars_are_token(rule->name))
		return rule_wrong(error, rule->name,
			"is no name of a field; it must be letters, digits and "
			"dashes, and the colon at once");
	rule->value = slice_trim(rest);
	if (!chars_are(rule->value, CHAR_TEXT))
		return rule_wrong(error, rule->name,
			"has a control character in its value; it must be one "
			"line of text");
	return is_free(rule->name, error);
}

/* ---- the limit of a head ---- */

/* The bytes of its line; 0 if it removes a field. */
static size_t weight(const struct site_rule *rule)
{
	enum { BETWEEN = 4 }; /* a colon, a blank, CRLF */

	return rule->value.len > 0 ? rule->name.len + rule->value.len + BETWEEN
				   : 0;
}

/* Whether another rule for this name and pattern has a longer line, or one as
 * long and is earlier. So only the longest line of a name is counted. */
static bool is_outweighed(const struct site *site, const struct site_rule *rule,
	const struct pattern *pattern)
{
	for (size_t i = 0; i <= site->headers_count; i++) {
		const struct site_rule *other = &site->headers[i];

		if (other == rule || !slice_is_nocase(other->name, rule->name))
			continue;
		if (!pattern_meets(&other->pattern, pattern))
			continue;
		if (weight(other) > weight(rule) ||
			(weight(other) == weight(rule) && other < rule))
			return true;
	}
	return false;
}

/* Whether no path gets more fields than a head has room for, with the new rule,
 * which is after the last one. Of each name the longest line is counted. */
static bool fits_in_head(const struct site *site, struct buf *error)
{
	const struct site_rule *new = &site->headers[site->headers_count];
	size_t sum = 0;

	for (size_t i = 0; i <= site->headers_count; i++) {
		const struct site_rule *rule = &site->headers[i];

		if (pattern_meets(&rule->pattern, &new->pattern) &&
			!is_outweighed(site, rule, &new->pattern))
			sum += weight(rule);
	}
	return sum <= RULE_FIELDS_MAX ||
	       rule_wrong(error, new->name,
		       "makes the fields of a path longer than a head has room "
		       "for; they must be 5120 bytes at most");
}

bool site_add_header(struct site *site, const char *text, struct buf *error)
{
	struct site_rule *rule = &site->headers[site->headers_count];
	struct slice field = slice_trim(slice_text(text));
	struct slice rest = field;
	struct slice word;

	if (!rule_fits(site->headers_count, SITE_RULES_MAX, error))
		return false;
	*rule = (struct site_rule){.pattern.kind = PATTERN_ALL};
	if (slice_starts(field, SLICE("/")) ||
		slice_starts(field, SLICE("*"))) {
		word = rule_word(&rest);
		field = rest;
		if (!rule_pattern(word, &rule->pattern, error))
			return false;
	}
	if (!read_field(rule, field, error) || !fits_in_head(site, error))
		return false;
	site->headers_count++;
	return true;
}

/* ---- the fields ---- */

static bool is_beaten(const struct site *site, const struct site_rule *rule,
	struct slice path)
{
	for (size_t i = 0; i < site->headers_count; i++) {
		const struct site_rule *other = &site->headers[i];

		if (other != rule && slice_is_nocase(other->name, rule->name) &&
			rule_is_for(other, path) &&
			rule_beats(
				&other->pattern, &rule->pattern, other > rule))
			return true;
	}
	return false;
}

void site_write_headers(
	const struct site *site, struct slice path, struct buf *b)
{
	bool says_origin = false;

	for (size_t i = 0; i < site->headers_count; i++) {
		const struct site_rule *rule = &site->headers[i];

		if (!rule_is_for(rule, path))
			continue;
		says_origin |= slice_is_nocase(rule->name, ALLOW_ORIGIN);
		if (rule->value.len > 0 && !is_beaten(site, rule, path))
			head_field(b, rule->name, rule->value);
	}
	if (site->cors && !says_origin) {
		head_field(b, ALLOW_ORIGIN, SLICE("*"));
		/* Not every browser knows the star, which is for the fields of
		 * rules. */
		head_field(b, SLICE("Access-Control-Expose-Headers"),
			SLICE("Accept-Ranges, Content-Encoding, "
			      "Content-Length, Content-Range, ETag, *"));
	}
}
