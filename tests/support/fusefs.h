/*
 * fusefs.h - a disk that fails or hangs, for real: a file system of our own,
 * mounted below the root that is served, whose every request the test decides.
 *
 * A name says what becomes of it. All are regular files of the tree's pattern,
 * FUSEFS_LEN bytes long and an hour old:
 *
 *     plain...          nothing unusual
 *     eio-<op>...       the operation fails with EIO
 *     hang-<op>...      it takes until fusefs_heal, or until who asked is
 *     killed stuck-<op>...     nor does that help: who asked cannot die before
 *
 * <op> is lookup, open, read or stat (of an open file: the kernel asks each
 * time, where it knows the attributes of all others for ever). Other names do
 * not exist. fusefs_heal makes all well, and fusefs_sicken as before.
 *
 * The kernel's side is /dev/fuse (linux/fuse.h); ours is a child of the test.
 * It ends with the test, however that ends, and whoever hangs is free then. The
 * mount is in a mount namespace of the test's own, which servers inherit.
 */
#ifndef CONTD_TESTS_FUSEFS_H
#define CONTD_TESTS_FUSEFS_H

#include <stddef.h>

enum { FUSEFS_LEN = 100000 };

/* Why there can be none here; NULL: there can. */
const char *fusefs_lacks(void);

/* Mounts it on an empty directory; one at a time, before the server starts. */
void fusefs_mount(const char *path);

/* How many operations hang now, and how many were given up by who asked. */
size_t fusefs_hanging(void);
size_t fusefs_given_up(void);

/* What hangs is answered; nothing hangs or fails any more. */
void fusefs_heal(void);
void fusefs_sicken(void);

/* Ends and unmounts it, if there is one. */
void fusefs_teardown(void);

#endif
