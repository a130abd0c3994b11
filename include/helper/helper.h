/*
 * helper.h - the life of a helper process.
 *
 * Receive a job, look it up, answer, again. It may wait for disks as long as it
 * takes: that is what it is for. It ends with the end of file on its channel.
 *
 * Before each job it makes sure that the root's path still leads to the
 * directory that it holds, so that a site deployed by swapping a symbolic link
 * is seen; where the path cannot be opened any more (privileges are dropped, it
 * is being swapped), it keeps the directory it has.
 */
#ifndef CONTD_HELPER_HELPER_H
#define CONTD_HELPER_HELPER_H

#include "site/site.h"

/* Serves the channel until it closes. root: the open root directory, which it
 * takes charge of. Returns the exit status: 0 after an end of file, 1 when what
 * came was no job. */
int helper_run(int channel, int root, const struct site *site);

#endif
