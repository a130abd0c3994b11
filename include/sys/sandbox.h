/*
 * sandbox.h - what a process gives up for good before it touches anything that
 * came from outside.
 *
 * A process that was taken over can do what the kernel lets it do, and nothing
 * else. So each kind gives up all that its work does not need, in this order:
 *
 *     chroot       the file system: an empty directory is all there is
 *     privileges   capabilities, and ever getting any by exec
 *     landlock     opening by name, except to read beneath one directory;
 *                  TCP ports; signals to processes outside
 *     seccomp      every call that is not in the table of sandbox_linux_calls.c
 *
 * It looks whether the capabilities and the old root are gone. Of landlock and
 * seccomp the kernel's word is taken; tests make the forbidden calls.
 *
 * A forbidden call ends the process by SIGSYS. If it was made by the thread of
 * the loop, a line on standard error names it first.
 *
 * Threads inherit what was given up before they were made: so this comes before
 * the first read (sys_aio_open), and after everything that opens something.
 *
 * Linux has all of it, each without privileges; old or strict ones lack some.
 * OpenBSD's pledge and unveil and FreeBSD's Capsicum stand in files of their
 * own, UNTESTED: nobody has run them yet. Elsewhere there is nothing.
 */
#ifndef CONTD_SYS_SANDBOX_H
#define CONTD_SYS_SANDBOX_H

#include <stdbool.h>

#include "base/buf.h"

enum sandbox_layer {
	SANDBOX_PRIVILEGES = 1,
	SANDBOX_SECCOMP = 2,
	SANDBOX_LANDLOCK = 4,
	SANDBOX_CHROOT = 8,
	SANDBOX_PLEDGE = 16,
	SANDBOX_UNVEIL = 32,
	SANDBOX_CAPSICUM = 64,
	SANDBOX_ALL = 127
};

enum sandbox_kind {
	SANDBOX_WORKER, /* has all it needs: no name means anything to it */
	SANDBOX_HELPER, /* reads; nothing else, and no network */
	SANDBOX_MASTER  /* starts others: it only gives up getting more */
};

struct sandbox {
	enum sandbox_kind kind;
	unsigned layers; /* those to enter, if there are such here */

	/* For a helper: the directory to read beneath, open, and its path; -1:
	 * it may read everything, since links may lead everywhere. */
	int beneath;
	const char *path;
};

/* Enters. Returns the layers that hold now. A layer that the system does not
 * offer is just not among them; of one that it does offer and that failed,
 * `trouble` says which and why. */
unsigned sandbox_enter(const struct sandbox *sandbox, struct buf *trouble);

/* Whether these layers are enough for who insists on being confined: those that
 * stop a process by themselves are all there. */
bool sandbox_is_enough(unsigned layers);

/* Whether what was opened, or is opened later, can be read only beneath the
 * directory that was the root when these layers were entered. */
bool sandbox_is_rooted(unsigned in_force);

/* Their names: "seccomp, landlock, chroot"; "none". */
void sandbox_describe(unsigned in_force, struct buf *b);

#endif
