/*
 * sandbox.h - rights that a process drops before it handles outside data.
 *
 * A process that an attacker has taken over can still only do what the kernel
 * allows. So each kind drops all rights that it does not need, in this order:
 *
 *     chroot       the file system: its root is an empty directory
 *     privileges   capabilities, and gaining any by exec
 *     landlock     opening by name, except to read beneath one directory;
 *                  TCP ports; signals to processes outside
 *     seccomp      every call that is not in the table of sandbox_linux_calls.c
 *
 * That the capabilities and the old root are gone is verified at run time. For
 * landlock and seccomp only the return value is checked; tests make the
 * forbidden calls.
 *
 * A forbidden call ends the process by SIGSYS. If it was made by the thread of
 * the loop, a line on standard error names it first.
 *
 * Threads inherit the sandbox in force when they are created. So it is entered
 * before the first read (sys_aio_open), and after everything that opens files.
 *
 * Linux has all layers, and none needs privileges; old or restricted systems
 * lack some. OpenBSD's pledge and unveil and FreeBSD's Capsicum are in files of
 * their own, UNTESTED: nobody has run them yet. Other systems have none.
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
	SANDBOX_WORKER, /* has all descriptors that it needs; opens nothing */
	SANDBOX_HELPER, /* only reads files; has no network */
	SANDBOX_MASTER  /* starts processes: it only cannot gain privileges */
};

struct sandbox {
	enum sandbox_kind kind;
	unsigned layers; /* those to enter, if the system has them */

	/* For a helper: the open directory that it may read, and its path; -1:
	 * it may read everything, since links may lead anywhere. */
	int beneath;
	const char *path;
};

/* Enters the sandbox. Returns the layers in force. A layer that the system does
 * not have is not an error; one that it has but that failed is named in
 * `trouble`, with the reason. */
unsigned sandbox_enter(const struct sandbox *sandbox, struct buf *trouble);

/* Whether these layers are enough for --sandbox require. */
bool sandbox_is_enough(unsigned layers);

/* Whether a helper with these layers can only open files beneath its directory,
 * even if the path of the root leads to another one now. */
bool sandbox_is_rooted(unsigned in_force);

/* Appends their names: "seccomp, landlock, chroot"; or "none". */
void sandbox_describe(unsigned in_force, struct buf *b);

#endif
