/*
 * listing_html.h - a listing as a page.
 *
 * For people, with or without a mouse, and for the programs that read such
 * pages (wget -r, lftp, rclone): each entry is a link to its bare name, every
 * byte escaped that is not unreserved (RFC 3986, 2.3), a directory's with a
 * slash behind it; "../" is the first of them. No script, nothing from
 * elsewhere; the columns are sorted by asking again ("?sort=size&order=desc").
 */
#ifndef CONTD_HELPER_LISTING_HTML_H
#define CONTD_HELPER_LISTING_HTML_H

#include <stdint.h>

#include "base/slice.h"
#include "helper/listing.h"
#include "helper/scratch.h"

/* Writes the page of the directory `path` (below the root), sorted already as
 * flags (enum job_flag) say. */
void listing_html(struct scratch *s, const struct listing *l, struct slice path,
	uint32_t flags);

#endif
