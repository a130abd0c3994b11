/*
 * types.c - media types given by the operator.
 */
#include "site/types.h"

#include <stdbool.h>
#include <string.h>

#include "http/chars.h"
#include "site/rule.h"

/* ---- the table ---- */

static int compare(struct slice a, struct slice b)
{
	for (size_t i = 0; i < a.len && i < b.len; i++)
		if (slice_lower(a.at[i]) != slice_lower(b.at[i]))
			return slice_lower(a.at[i]) - slice_lower(b.at[i]);
	return (a.len > b.len) - (a.len < b.len);
}

/* The index of the suffix, or where to insert it. */
static size_t place_of(
	const struct site_types *types, struct slice suffix, bool *there)
{
	size_t low = 0;
	size_t high = types->count;

	*there = false;
	while (low < high && !*there) {
		size_t middle = low + (high - low) / 2;
		int order = compare(suffix, types->suffixes[middle].suffix);

		*there = order == 0;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return high;
}

/* False when the table is full. Inserts; qsort() may allocate memory. */
static bool add(
	struct site_types *types, struct slice suffix, struct slice type)
{
	bool there;
	size_t place = place_of(types, suffix, &there);
	struct site_suffix *at = &types->suffixes[place];

	if (!there && types->count == TYPES_MAX)
		return false;
	if (!there)
		memmove(at + 1, at, (types->count++ - place) * sizeof *at);
	*at = (struct site_suffix){suffix, type};
	return true;
}

/* ---- the text ---- */

struct reader {
	struct site_types *types;
	struct types_mistake *mistake;
	size_t mistakes;
	size_t line;
	bool block; /* within "types {": ";" ends an entry, a newline does not */
	bool wrong;        /* the last type was malformed */
	struct slice type; /* for the next suffixes; empty: a type comes next */
};

static void reject(struct reader *r, struct slice word, const char *what)
{
	if (r->mistakes++ == 0)
		*r->mistake = (struct types_mistake){r->line, word, what};
}

/* type "/" subtype (RFC 9110, 8.3.1), without parameters */
static bool is_type(struct slice word)
{
	struct slice rest = word;
	struct slice type;

	(void)slice_cut(&rest, '/', &type);
	return word.len <= TYPES_TYPE_MAX && chars_are_token(type) &&
	       chars_are_token(rest);
}

static void take_type(struct reader *r, struct slice word)
{
	r->type = word;
	r->wrong = !is_type(word);
	if (r->wrong)
		reject(r, word,
			"is no media type; a line must be TYPE/SUBTYPE "
			"SUFFIX...");
}

static void take_suffix(struct reader *r, struct slice word)
{
	if (word.at[0] == '.')
		reject(r, word,
			"is no suffix; it must stand without the dot in front");
	else if (memchr(word.at, '/', word.len) || !chars_are(word, CHAR_TEXT))
		reject(r, word, "is no suffix; a slash in it, or worse");
	else if (!add(r->types, word, r->type))
		reject(r, word, "is too much; 4096 suffixes are enough");
}

static void take_word(struct reader *r, struct slice word)
{
	bool ends = r->block && slice_ends(word, SLICE(";"));

	word.len -= ends;
	if (r->block && r->type.len == 0 && slice_is(word, SLICE("}")))
		r->block = false;
	else if (word.len > 0 && r->type.len == 0)
		take_type(r, word);
	else if (word.len > 0 && !r->wrong)
		take_suffix(r, word);
	if (ends)
		r->type.len = 0;
}

static bool is_block(struct slice line)
{
	struct slice word = rule_word(&line);

	return (slice_is(word, SLICE("types{")) && line.len == 0) ||
	       (slice_is(word, SLICE("types")) && slice_is(line, SLICE("{")));
}

static void take_line(struct reader *r, struct slice line)
{
	struct slice word;

	r->line++;
	if (slice_ends(line, SLICE("\r")))
		line.len--;
	if (!r->block && is_block(line)) {
		r->block = true;
		return;
	}
	while ((word = rule_word(&line)).len > 0 && word.at[0] != '#')
		take_word(r, word);
	if (!r->block)
		r->type.len = 0;
}

size_t types_read(struct site_types *types, struct slice text,
	struct types_mistake *mistake)
{
	struct reader r = {.types = types, .mistake = mistake};
	struct slice line;

	types->count = 0;
	while (slice_cut(&text, '\n', &line))
		take_line(&r, line);
	return r.mistakes;
}

/* ---- finding a type ---- */

struct slice types_find(const struct site_types *types, struct slice name)
{
	size_t start = name.len;

	while (start > 0 && name.at[start - 1] != '/')
		start--;
	/* A leading dot begins a name, not a suffix. */
	for (size_t i = start + 1; i < name.len; i++) {
		struct slice suffix = slice_from(name, i + 1);
		bool there;
		size_t place;

		if (name.at[i] != '.')
			continue;
		place = place_of(types, suffix, &there);
		if (there)
			return types->suffixes[place].type;
	}
	return SLICE("");
}
