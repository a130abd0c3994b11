/*
 * lookup.h - a name becomes an open file.
 *
 * Here, in walk.h and in listing.h are the only open() and stat() for requests,
 * but for those that helper.h makes of the root before each of them. The path is walked segment by segment, each opened relative to the directory
 * before it and never through a symbolic link; links are read and spliced into
 * the path by us, ".." takes the last directory off a stack and never asks the
 * kernel for it. So the walk does not leave the root, whoever moves directories
 * or swaps links meanwhile, unless the site lets links lead anywhere (walk.h).
 *
 * Only regular files are opened: fstatat first (opening a device may rewind a
 * tape), open with O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, fstat again, and the two
 * must agree.
 */
#ifndef CONTD_HELPER_LOOKUP_H
#define CONTD_HELPER_LOOKUP_H

#include "helper/job.h"
#include "site/site.h"

/*
 * Walks the job's path from the directory `root`. Fills *found; returns the
 * open file (non-blocking, close-on-exec, the caller's) for FOUND_FILE, else
 * -1. With JOB_SLASH the site's index is looked for in the directory; a regular
 * file asked for with a slash is FOUND_NOTHING.
 *
 * With JOB_VARIANTS found->codings says which names like the one asked for, or
 * like the index, but with the suffix of a coding, are there: as files or as
 * links, not whether they may be read or are older.
 *
 * With JOB_LISTING a directory without an index is rendered into an anonymous
 * file, FOUND_LISTING; its modification is the directory's.
 */
int lookup_find(int root, const struct job *job, const struct site *site,
	struct found *found);

#endif
