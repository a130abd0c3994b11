/*
 * helper.h - the life of a helper process.
 *
 * Receive a job, look it up, answer, again. It may wait for disks as long as it
 * takes: that is what it is for. It ends with the end of file on its channel.
 *
 * Before each job it makes sure that the root's path still leads to the
 * directory that it holds, so that a site deployed by swapping a symbolic link
 * is seen; where the path cannot be opened any more (privileges are dropped, it
 * is being swapped), it keeps the directory it has. A helper whose sandbox lets
 * it read beneath the old directory alone says FOUND_MOVED and ends: the one
 * that is started in its place begins with the new directory.
 */
#ifndef CONTD_HELPER_HELPER_H
#define CONTD_HELPER_HELPER_H

#include <stdbool.h>

#include "site/site.h"

struct helper_setup {
	int channel;
	int root;      /* the open root directory */
	bool is_bound; /* it may read beneath that one only */
	const struct site *site;
};

/* The directory that the root's path leads to now: the one held, or a new one
 * in its place. */
int helper_root(int root, const char *path);

/* Serves the channel until it closes, and takes charge of the root. Returns the
 * exit status: 0 after an end of file, 1 when what came was no job. */
int helper_run(const struct helper_setup *initial);

#endif
