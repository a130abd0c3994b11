/*
 * walk.h - a path followed name by name, never further than links may lead.
 *
 * A walk holds a stack of open directories, from the root to where it stands,
 * and what is left of the path. Each name is opened in the directory on top,
 * never through a symbolic link. A link is read and its target put in front of
 * what is left; ".." takes the top off the stack and never asks the kernel,
 * whose answer depends on who moves directories meanwhile.
 *
 * What links may do is the site's to say (enum site_links). With
 * SITE_LINKS_NONE every link fails with EACCES; within the root, an absolute
 * one and one that climbs above the root do. With SITE_LINKS_ALL these two give
 * the stack another bottom: "/", or the directory above.
 *
 * More than WALK_LINKS links fail with ELOOP, more directories or a longer path
 * than fit with ENAMETOOLONG. For the helpers only: every step may wait for a
 * disk.
 */
#ifndef CONTD_HELPER_WALK_H
#define CONTD_HELPER_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/slice.h"
#include "helper/job.h"
#include "site/site.h"

enum {
	WALK_DEPTH = 64, /* directories below the root */
	WALK_LINKS = 40, /* links followed in one walk, as Linux has it */

	/* The longest path, a slash behind it, and a NUL. */
	WALK_ROOM = JOB_PATH_MAX + 2
};

struct walk {
	enum site_links policy;
	int dirs[WALK_DEPTH + 1];
	size_t depth;    /* dirs[depth] is where we stand */
	size_t borrowed; /* so many of dirs, from [0] on, are not ours */
	unsigned links;  /* followed so far */
	bool more;       /* a "/" stood behind the name just taken */
	size_t at;       /* what is left of path begins here and ends with it */
	char path[WALK_ROOM];
};

/* At the root, with no way to go. root stays the caller's. */
void walk_begin(struct walk *w, int root, enum site_links policy);

/* Where w stands, with no way to go: a name can be walked to without moving w,
 * whose directories it borrows. */
void walk_branch(struct walk *branch, const struct walk *w);

/* Puts text, and "/" if it must be a directory, in front of what is left of
 * the path. Returns 0, or -1 with errno. */
int walk_push(struct walk *w, struct slice text, bool slash);

/* Goes on to the last name of the path. Returns 1 when there is one: *name, in
 * the directory walk_dir(), was no link when *st was taken of it; 0 when the
 * path ended in a directory: walk_dir() is it; -1 with errno. *name is good
 * until the next call. */
int walk_on(struct walk *w, const char **name, struct stat *st);

/* Takes the last name back: the next walk_on looks at it again. */
void walk_again(struct walk *w, const char *name);

int walk_dir(const struct walk *w);

/* Closes what the walk has opened. */
void walk_end(struct walk *w);

#endif
