/*
 * listing.h - the entries of a directory that clients may see.
 *
 * Regular files and directories. Names that begin with a dot are left out,
 * other than those that the site serves at its root (".well-known"). A link is
 * shown as its target if the site allows to follow it; otherwise it is left
 * out, as are entries whose stat fails.
 */
#ifndef CONTD_HELPER_LISTING_H
#define CONTD_HELPER_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/slice.h"
#include "helper/walk.h"

enum { LISTING_MAX = 100000 }; /* most entries shown */

struct listing_entry {
	bool directory;
	int64_t size;     /* of a file; 0 for a directory */
	int64_t modified; /* seconds since 1970 */
	int64_t key;      /* sort key of listing_sort */
	char name[];      /* ends in a NUL */
};

struct listing {
	struct listing_entry **entries;
	size_t count;
	size_t room;              /* allocated size of entries */
	size_t directories;       /* how many entries are directories */
	bool more;                /* the directory has more than max entries */
	struct timespec modified; /* of the directory itself */
};

/* Reads the directory where the walk w stands, whose path below the root of the
 * site is `path`; at most max entries. Returns 0, or -1 with errno and nothing
 * in the listing. */
int listing_read(
	struct listing *l, const struct walk *w, struct slice path, size_t max);

/* Sorts: directories first, then by flags (enum job_flag), then by name. Names
 * are compared by bytes, with ASCII letters case-insensitive. */
void listing_sort(struct listing *l, uint32_t flags);

void listing_free(struct listing *l);

#endif
