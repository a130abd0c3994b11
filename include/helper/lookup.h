/*
 * lookup.h - a name becomes an open file. The only place with open() and stat().
 *
 * The path is walked segment by segment, each opened relative to the directory
 * before it and never through a symbolic link; links are read and spliced into
 * the path by us, ".." takes the last directory off a stack and never asks the
 * kernel for it. So the walk cannot leave the root, whoever moves directories
 * or swaps links meanwhile. An absolute link is refused, as is one that climbs
 * above the root; at most 40 links and 64 directories on the stack.
 *
 * Only regular files are opened: fstatat first (opening a device may rewind a
 * tape), open with O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, fstat again, and the two
 * must agree.
 */
#ifndef CONTD_HELPER_LOOKUP_H
#define CONTD_HELPER_LOOKUP_H

#include "helper/job.h"
#include "site/site.h"

/* Walks the job's path from the directory `root`. Fills *found; returns the
 * open file (non-blocking, close-on-exec, the caller's) for FOUND_FILE, else
 * -1. With job->slash the site's index is looked for in the directory; a
 * regular file asked for with a slash is FOUND_NOTHING. */
int lookup_find(int root, const struct job *job, const struct site *site,
	struct found *found);

#endif
