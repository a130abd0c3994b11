/*
 * site.c - what is served, and how.
 */
#include "site/site.h"

#include "http/mime.h"
#include "site/types.h"

void site_init(struct site *site, const char *root)
{
	*site = (struct site){.root = root,
		.index = SLICE("index.html"),
		.charset = SLICE("utf-8")};
}

bool site_hides(struct slice path)
{
	struct slice segment;
	bool is_first = true;

	while (slice_cut(&path, '/', &segment)) {
		if (slice_starts(segment, SLICE(".")) &&
			!(is_first && slice_is(segment, SLICE(".well-known"))))
			return true;
		is_first = false;
	}
	return false;
}

/* Only text types have a charset; not text/xml, as a charset in Content-Type
 * would override the XML declaration (RFC 7303, 3). */
static bool has_charset(struct slice type)
{
	return type.len > 5 &&
	       slice_is_nocase(slice_of(type.at, 5), SLICE("text/")) &&
	       !slice_is_nocase(type, SLICE("text/xml"));
}

struct slice site_type(
	const struct site *site, struct slice name, struct buf *into)
{
	struct slice whole = SLICE("");
	struct slice rest;
	struct slice type;
	size_t start = into->len;

	if (site->types)
		whole = types_find(site->types, name);
	if (whole.len == 0)
		whole = mime_of(name);
	rest = whole;
	(void)slice_cut(&rest, ';', &type);
	if (site->charset.len == 0 || !has_charset(type))
		return type;
	if (rest.at && slice_is(site->charset, SLICE("utf-8")))
		return whole;
	buf_slice(into, type);
	buf_slice(into, SLICE("; charset="));
	buf_slice(into, site->charset);
	if (!into->full)
		return slice_of(into->at + start, into->len - start);
	into->len = start;
	return type;
}
