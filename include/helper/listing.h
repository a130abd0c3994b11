/*
 * listing.h - what is in a directory, as its visitors may see it.
 *
 * Regular files and directories. Names that begin with a dot are left out, but
 * for those that the site shows at its root (".well-known"). A link is what it
 * leads to, if the site's policy lets it be followed; else it is left out, as
 * is what cannot be looked at.
 */
#ifndef CONTD_HELPER_LISTING_H
#define CONTD_HELPER_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/slice.h"
#include "helper/walk.h"

enum { LISTING_MAX = 100000 }; /* entries; the others are not shown */

struct listing_entry {
	bool directory;
	int64_t size;     /* of a file; 0 for a directory */
	int64_t modified; /* seconds since 1970 */
	int64_t key;      /* what listing_sort goes by */
	char name[];      /* ends in a NUL */
};

struct listing {
	struct listing_entry **entries;
	size_t count;
	size_t room;              /* in entries */
	size_t directories;       /* of those that count */
	bool more;                /* there are others than these */
	struct timespec modified; /* of the directory itself */
};

/* Reads the directory where the walk w stands, whose path below the root of the
 * site is `path`; at most max entries. Returns 0, or -1 with errno and nothing
 * in the listing. */
int listing_read(
	struct listing *l, const struct walk *w, struct slice path, size_t max);

/* Directories first, both parts as flags (enum job_flag) say; what is equal, by
 * name. Names are in the order of their bytes, but ASCII letters of either case
 * are as one. */
void listing_sort(struct listing *l, uint32_t flags);

void listing_free(struct listing *l);

#endif
