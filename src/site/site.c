/*
 * site.c - what is served, and how.
 */
#include "site/site.h"

#include "http/mime.h"

void site_init(struct site *site, const char *root)
{
	*site = (struct site){.root = root, .index = SLICE("index.html")};
}

bool site_hides(const struct site *site, struct slice path)
{
	struct slice segment;
	bool is_first = true;

	(void)site;
	while (slice_cut(&path, '/', &segment)) {
		if (slice_starts(segment, SLICE(".")) &&
			!(is_first && slice_is(segment, SLICE(".well-known"))))
			return true;
		is_first = false;
	}
	return false;
}

struct slice site_cache_control(const struct site *site, struct slice type)
{
	(void)site;
	return mime_is_html(type) ? SLICE("no-cache") : SLICE("");
}
