/*
 * listing_html.h - a listing as HTML.
 *
 * For people, and for programs that parse such pages (wget -r, lftp, rclone):
 * each entry is a link to its name, with all bytes escaped that are not
 * unreserved (RFC 3986, 2.3), and with a slash after a directory's; the first
 * link is "../". There is no script and no other resource; links in the column
 * heads request another order ("?sort=size&order=desc").
 */
#ifndef CONTD_HELPER_LISTING_HTML_H
#define CONTD_HELPER_LISTING_HTML_H

#include <stdint.h>

#include "base/slice.h"
#include "helper/listing.h"
#include "helper/scratch.h"

/* Writes the page of the directory `path` (below the root). The listing must be
 * sorted by flags (enum job_flag). */
void listing_html(struct scratch *s, const struct listing *l, struct slice path,
	uint32_t flags);

#endif
