/*
 * lookup.h - opens the file of a name.
 *
 * Here, in walk.h and in listing.h are the only calls of open() and stat() for
 * requests, besides those for the root in helper.h. The path is walked segment
 * by segment, each opened relative to the directory before it and never through
 * a symbolic link; links are read and put into the path by walk.h, and ".."
 * goes back to the directory before, without asking the kernel. So the walk
 * does not leave the root, even if directories are moved or links swapped
 * meanwhile, unless the site allows links to anywhere (walk.h).
 *
 * Only regular files are opened: fstatat first (opening a device may rewind a
 * tape), open with O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, fstat again, and the two
 * must agree. A file on which another process has a lease is FOUND_BUSY, unless
 * the lease is given back within half a second.
 */
#ifndef CONTD_HELPER_LOOKUP_H
#define CONTD_HELPER_LOOKUP_H

#include "helper/job.h"
#include "site/site.h"

/*
 * Walks the job's path from the directory `root`. Sets *found; returns the open
 * file (non-blocking, close-on-exec, the caller's) for FOUND_FILE or
 * FOUND_LISTING, else -1. With JOB_SLASH the site's index is looked up in the
 * directory; a regular file with a slash is FOUND_NOTHING.
 *
 * With JOB_VARIANTS found->codings tells for which codings the name, or that of
 * the index, exists with the coding's suffix: as a file or as a link. It may
 * not be readable, or be older.
 *
 * With JOB_LISTING a directory without an index is rendered into an anonymous
 * file, FOUND_LISTING, with the time of modification of the directory.
 */
int lookup_find(int root, const struct job *job, const struct site *site,
	struct found *found);

#endif
