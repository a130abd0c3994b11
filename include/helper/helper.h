/*
 * helper.h - the helper process.
 *
 * It receives a job, does the lookup, sends the answer, and repeats this.
 * It may wait for disks; this is its purpose. It ends at end of file on
 * its channel.
 *
 * Before each job it checks that the root's path still leads to the directory
 * that it has open, so that a site deployed by swapping a symbolic link is
 * seen. If the path cannot be opened any more (privileges were dropped, or it
 * is being swapped) it keeps its directory. A helper whose sandbox only allows
 * the old directory answers FOUND_MOVED and ends; the one started in its place
 * opens the new directory.
 */
#ifndef CONTD_HELPER_HELPER_H
#define CONTD_HELPER_HELPER_H

#include <stdbool.h>

#include "site/site.h"

struct helper_setup {
	int channel;
	int root;      /* the open root directory */
	bool is_bound; /* its sandbox only allows this directory */
	const struct site *site;
};

/* The directory that the root's path leads to now: root itself, or a new
 * descriptor, and then root is closed. */
int helper_root(int root, const char *path);

/* Does jobs until end of file; takes ownership of the root. Returns the exit
 * status: 0 after end of file, 1 after an invalid message or another error. */
int helper_run(const struct helper_setup *initial);

#endif
