/*
 * walk.h - resolves a path name by name, and follows links only if allowed.
 *
 * A walk has a stack of open directories, from the root to the current one, and
 * the rest of the path. Each name is opened in the directory on top, never
 * through a symbolic link. A link is read, and its target put before the rest
 * of the path. ".." removes the top of the stack; the kernel's ".." is not
 * used, as directories may be moved meanwhile.
 *
 * Only links have a ".." in their way. So of a long stack it is enough to keep
 * the last WALK_DEPTH directories open, and the bottom: a path may be as deep as
 * it is long.
 *
 * What links may do is the site's to say (enum site_links). With
 * SITE_LINKS_NONE every link fails with EACCES; within the root, an absolute
 * one and one that climbs above the root do. With SITE_LINKS_ALL these two give
 * the stack another bottom: "/", or the directory above.
 *
 * More than WALK_LINKS links fail with ELOOP, as does a link that climbs to a
 * directory that is not kept open any more; a longer path than fits fails with
 * ENAMETOOLONG. For the helpers only: every step may wait for a disk.
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
	WALK_DEPTH = 64, /* directories that are kept open, but for the root */
	WALK_LINKS = 40, /* links followed in one walk, as Linux has it */

	/* The longest path, a slash after it, and a NUL. */
	WALK_ROOM = JOB_PATH_MAX + 2
};

struct walk {
	enum site_links policy;
	int dirs[1 + WALK_DEPTH]; /* the bottom, and a ring of those above it */
	size_t depth;             /* directories from the bottom to us */
	size_t held;              /* the last ones of these, which are open */
	size_t borrowed; /* so many, from the bottom on, are not ours */
	unsigned links;  /* followed so far */
	bool more;       /* a "/" followed the last name taken */
	size_t at;       /* the rest is from here to the end of path */
	char path[WALK_ROOM];
};

/* Begins at the root, with an empty path. root remains the caller's. */
void walk_begin(struct walk *w, int root, enum site_links policy);

/* Begins at the current directory of w, with an empty path, so that a name can
 * be resolved without moving w. It uses the directories of w. */
void walk_branch(struct walk *branch, const struct walk *w);

/* Puts text, and "/" if it must be a directory, before the rest of the path.
 * Returns 0, or -1 with errno. */
int walk_push(struct walk *w, struct slice text, bool slash);

/* Walks to the last name of the path. Returns 1 if there is one: *name, in the
 * directory walk_dir(), was no link when *st was taken; 0 if the path ended in
 * a directory, which is walk_dir(); -1 with errno. *name is valid until the
 * next call. */
int walk_on(struct walk *w, const char **name, struct stat *st);

/* Puts the last name back, so that the next walk_on resolves it again. */
void walk_again(struct walk *w, const char *name);

/* The current directory; the walk's. */
int walk_dir(const struct walk *w);

/* Closes the directories that the walk has opened. */
void walk_end(struct walk *w);

#endif
