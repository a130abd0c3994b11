/*
 * sandbox_linux.h - what the files of the Linux sandbox share.
 *
 * The kernel's structures and numbers are defined in these files and not taken
 * from its headers, which are often older than the running kernel and which
 * musl does not have.
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

/* Checks the lower 32 bits of an argument, which are all that the kernel uses
 * of these; of a pointer (CHECK_NULL) all bits. */
struct sandbox_check {
	enum sandbox_check_kind kind;
	unsigned argument; /* from 0 */
	uint32_t value;
};

enum { SANDBOX_CHECKS = 2 };

/* One call with its checks. A call may have several lines: it is allowed if all
 * checks of one of them hold. */
struct sandbox_call {
	const char *name;
	long number;
	unsigned who; /* bits: 1 << enum sandbox_kind; 0: only for its name */
	struct sandbox_check check[SANDBOX_CHECKS];
	unsigned error; /* if not 0: the call is not made and fails with this */
};

extern const struct sandbox_call sandbox_calls[];
extern const size_t sandbox_calls_count;

/* ---- the layers; each returns its bit, or 0 ---- */

/* Appends "<layer>: <error text>" to trouble; returns 0. */
unsigned sandbox_failed(const char *layer, struct buf *trouble);

unsigned sandbox_enter_landlock(
	const struct sandbox *sandbox, struct buf *trouble);
unsigned sandbox_enter_seccomp(enum sandbox_kind kind, struct buf *trouble);

#endif
