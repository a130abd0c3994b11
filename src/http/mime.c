/*
 * mime.c - the media type for a name.
 */
#include "http/mime.h"

#include <string.h>

enum { SUFFIX_MAX = 16 }; /* bytes; longer ones are not known */

#define TYPE(suffix, type) {SLICE_INIT(suffix), SLICE_INIT(type)},

static const struct {
	struct slice suffix;
	struct slice type;
} types[] = {
#include "mime.def"
};

/* The order of strcmp. */
static int compare(struct slice a, struct slice b)
{
	int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

/* Binary search; not bsearch(), which calls a function for each comparison. */
static struct slice type_of(struct slice suffix)
{
	size_t low = 0;
	size_t high = sizeof(types) / sizeof(types[0]);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(suffix, types[middle].suffix);

		if (order == 0)
			return types[middle].type;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return SLICE("application/octet-stream");
}

/* The part after the last dot; empty if there is none, or nothing before it:
 * ".profile" is a name, not a suffix. */
static struct slice suffix_of(struct slice name)
{
	size_t i = name.len;

	while (i > 0 && name.at[i - 1] != '.' && name.at[i - 1] != '/')
		i--;
	if (i < 2 || name.at[i - 1] == '/' || name.at[i - 2] == '/')
		return SLICE("");
	return slice_from(name, i);
}

struct slice mime_of(struct slice name)
{
	struct slice suffix = suffix_of(name);
	char folded[SUFFIX_MAX];

	if (suffix.len > sizeof(folded))
		suffix.len = 0;
	for (size_t i = 0; i < suffix.len; i++)
		folded[i] = (char)slice_lower(suffix.at[i]);
	return type_of(slice_of(folded, suffix.len));
}

bool mime_is_html(struct slice type)
{
	struct slice essence;

	return slice_cut(&type, ';', &essence) &&
	       slice_is_nocase(slice_trim(essence), SLICE("text/html"));
}
