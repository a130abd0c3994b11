/*
 * sandbox_linux.h - what the files of Linux's sandbox ask of each other.
 *
 * The kernel's structures and numbers are written down here and not taken from
 * its headers: these are older than the running kernel as a rule, and musl has
 * none.
 */
#ifndef CONTD_SYS_SANDBOX_LINUX_H
#define CONTD_SYS_SANDBOX_LINUX_H

#include <stddef.h>
#include <stdint.h>

#include "sys/sandbox.h"

/* ---- sandbox_linux_calls.c: who may make which call ---- */

enum sandbox_check_kind {
	CHECK_NOTHING,
	CHECK_IS,    /* the argument is the value */
	CHECK_HAS,   /* all bits of the value are set in it */
	CHECK_LACKS, /* none of them is */
	CHECK_NULL,  /* it is a null pointer */
	CHECK_SELF   /* it is the number of this process */
};

/* Of the lower 32 bits of an argument: of what is checked the kernel takes no
 * more, pointers excepted. */
struct sandbox_check {
	enum sandbox_check_kind kind;
	unsigned argument; /* from 0 */
	uint32_t value;
};

enum { SANDBOX_CHECKS = 2 };

/* One call, under a condition. A call may have several lines: it is allowed if
 * all checks of one of them hold. */
struct sandbox_call {
	const char *name;
	long number;
	unsigned who; /* bits: 1 << enum sandbox_kind; 0: only has a name */
	struct sandbox_check check[SANDBOX_CHECKS];
	unsigned error; /* not made at all, but answered with this errno */
};

extern const struct sandbox_call sandbox_calls[];
extern const size_t sandbox_calls_count;

/* ---- the layers; each returns its bit, or 0 ---- */

/* "<layer>: <errno>" into trouble; returns 0. */
unsigned sandbox_failed(const char *layer, struct buf *trouble);

unsigned sandbox_enter_landlock(
	const struct sandbox *sandbox, struct buf *trouble);
unsigned sandbox_enter_seccomp(enum sandbox_kind kind, struct buf *trouble);

#endif
