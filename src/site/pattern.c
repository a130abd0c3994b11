/*
 * pattern.c - which paths a rule applies to.
 *
 * A pattern is kept as it was written: its escapes are decoded for each match,
 * so that it needs no memory of its own.
 */
#include "site/pattern.h"

#include <string.h>

#include "http/chars.h"

static bool has(struct slice s, char byte)
{
	return s.len > 0 && memchr(s.at, byte, s.len) != NULL;
}

static bool is_escape(struct slice s)
{
	return s.len > 2 && s.at[0] == '%' &&
	       chars_are(slice_of(s.at + 1, 2), CHAR_HEX);
}

/* Takes the next byte, decoded. The text must not be empty. */
static char take_byte(struct slice *text)
{
	char byte = text->at[0];

	if (is_escape(*text)) {
		byte = (char)(char_hex_value(text->at[1]) << 4 |
			      char_hex_value(text->at[2]));
		*text = slice_from(*text, 2);
	}
	*text = slice_from(*text, 1);
	return byte;
}

static size_t bytes_of(struct slice text)
{
	size_t count = 0;

	for (; text.len > 0; count++)
		(void)take_byte(&text);
	return count;
}

/* ---- reading ---- */

/* Whether uri_parse() could give such a name; others would never match. */
static bool is_name(struct slice segment)
{
	size_t dots = 0;
	size_t count = 0;

	for (; segment.len > 0; count++) {
		bool escaped = is_escape(segment);
		char byte = take_byte(&segment);

		if (byte == '\0' || byte == '/')
			return false;
		if (!escaped && !char_is(byte, CHAR_TEXT))
			return false;
		if (!escaped && strchr(" \t*?#%", byte))
			return false;
		dots += byte == '.';
	}
	return count > dots || count > 2;
}

/* Whether it has names with slashes between them, and maybe one at the end. */
static bool is_path(struct slice text)
{
	struct slice segment;

	if (slice_ends(text, SLICE("/")))
		text.len--;
	else if (text.len == 0)
		return true;
	while (slice_cut(&text, '/', &segment))
		if (!is_name(segment))
			return false;
	return true;
}

bool pattern_parse(struct slice text, struct pattern *pattern)
{
	if (slice_is(text, SLICE("*")) || slice_is(text, SLICE("/*"))) {
		*pattern = (struct pattern){.kind = PATTERN_ALL};
		return true;
	}
	if (slice_starts(text, SLICE("*."))) {
		pattern->kind = PATTERN_SUFFIX;
		pattern->text = slice_from(text, 1);
		return pattern->text.len > 1 && !has(text, '/') &&
		       is_name(slice_from(text, 2));
	}
	if (!slice_starts(text, SLICE("/")))
		return false;
	pattern->kind = PATTERN_EXACT;
	if (slice_ends(text, SLICE("/*"))) {
		pattern->kind = PATTERN_PREFIX;
		text.len--;
	}
	pattern->text = slice_from(text, 1);
	return is_path(pattern->text);
}

/* ---- matching ---- */

/* Removes the decoded text from the front of *path. False if it differs. */
static bool take(struct slice *path, struct slice text)
{
	while (text.len > 0) {
		if (path->len == 0 || path->at[0] != take_byte(&text))
			return false;
		*path = slice_from(*path, 1);
	}
	return true;
}

static bool matches_exact(struct slice text, struct slice path, bool slash)
{
	/* The root always has a slash. */
	if (path.len == 0)
		return text.len == 0;
	if (slash != slice_ends(text, SLICE("/")))
		return false;
	text.len -= slash;
	return take(&path, text) && path.len == 0;
}

static bool matches_prefix(
	struct slice text, struct slice path, struct slice *rest)
{
	text.len--;
	if (!take(&path, text) || (path.len > 0 && path.at[0] != '/'))
		return false;
	*rest = path.len > 0 ? slice_from(path, 1) : path;
	return true;
}

static bool matches_suffix(
	struct slice text, struct slice path, struct slice *rest)
{
	size_t len = bytes_of(text);
	struct slice end;

	if (path.len < len)
		return false;
	*rest = slice_of(path.at, path.len - len);
	end = slice_from(path, rest->len);
	return take(&end, text);
}

bool pattern_matches(const struct pattern *pattern, struct slice path,
	bool slash, struct slice *rest)
{
	struct slice unwanted;

	if (!rest)
		rest = &unwanted;
	*rest = path;
	switch (pattern->kind) {
	case PATTERN_EXACT:
		return matches_exact(pattern->text, path, slash);
	case PATTERN_PREFIX:
		return matches_prefix(pattern->text, path, rest);
	case PATTERN_SUFFIX:
		return !slash && matches_suffix(pattern->text, path, rest);
	default:
		return true;
	}
}

bool pattern_is_as_specific(const struct pattern *a, const struct pattern *b)
{
	if (a->kind != b->kind)
		return a->kind > b->kind;
	return bytes_of(a->text) >= bytes_of(b->text);
}

bool pattern_meets(const struct pattern *a, const struct pattern *b)
{
	if (a->kind < b->kind)
		return pattern_meets(b, a);
	if (b->kind < PATTERN_PREFIX)
		return true;
	if (b->kind == PATTERN_EXACT)
		return slice_is(a->text, b->text);
	/* A prefix, and a path or another prefix. */
	return slice_starts(a->text, b->text) || slice_starts(b->text, a->text);
}
