/*
 * sandbox_linux_landlock.c - which names may be opened.
 *
 * All handled rights are denied, except by a rule. The kernel's interface
 * version tells which rights it can handle; all of these are handled here.
 */
#define _GNU_SOURCE /* NOLINT(bugprone-reserved-identifier): glibc's name */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_linux.h"

/* The same numbers on every architecture. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum {
	ASK_VERSION = 1, /* a flag of landlock_create_ruleset() */
	RULE_BENEATH = 1,

	READ_FILE = 1 << 2,
	READ_DIR = 1 << 3,
	FILES = (1 << 13) - 1, /* execute, write, read, remove, make ... */
	FILES_REFER = 1 << 13,
	FILES_TRUNCATE = 1 << 14,
	FILES_IOCTL = 1 << 15,

	PORTS = 3,    /* TCP: bind, connect */
	OUTSIDERS = 3 /* abstract sockets of, and signals to other processes */
};

struct ruleset {
	uint64_t files, ports, outsiders;
};

struct beneath {
	uint64_t allowed;
	int32_t directory;
};

/* Returns how many bytes of the structure this version has. */
static size_t fill(struct ruleset *r, long version)
{
	*r = (struct ruleset){.files = FILES};
	if (version >= 2)
		r->files |= FILES_REFER;
	if (version >= 3)
		r->files |= FILES_TRUNCATE;
	if (version >= 5)
		r->files |= FILES_IOCTL;
	if (version >= 4)
		r->ports = PORTS;
	if (version >= 6)
		r->outsiders = OUTSIDERS;
	return version >= 6   ? sizeof *r
	       : version >= 4 ? offsetof(struct ruleset, outsiders)
			      : offsetof(struct ruleset, ports);
}

static int allow_reading(int rules, int directory)
{
	struct beneath rule = {
		.allowed = READ_FILE | READ_DIR, .directory = directory};

	return (int)syscall(
		SYS_landlock_add_rule, rules, RULE_BENEATH, &rule, 0);
}

/* Allows reading beneath the directory; -1: beneath "/". */
static int allow_helper(int rules, int directory)
{
	int top = -1;
	int status;

	if (directory < 0)
		directory = top = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	status = directory < 0 ? -1 : allow_reading(rules, directory);
	if (top >= 0)
		close(top);
	return status;
}

unsigned sandbox_enter_landlock(
	const struct sandbox *sandbox, struct buf *trouble)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
	struct ruleset ruleset;
	size_t size;
	int rules;
	int status;

	if (version < 1) /* ENOSYS, or EOPNOTSUPP: switched off at boot */
		return 0;
	size = fill(&ruleset, version);
	rules = (int)syscall(SYS_landlock_create_ruleset, &ruleset, size, 0);
	if (rules < 0)
		return sandbox_failed("landlock", trouble);
	status = sandbox->kind == SANDBOX_HELPER
			 ? allow_helper(rules, sandbox->beneath)
			 : 0;
	if (status == 0)
		status = (int)syscall(SYS_landlock_restrict_self, rules, 0);
	if (status < 0)
		(void)sandbox_failed("landlock", trouble);
	close(rules);
	return status < 0 ? 0 : SANDBOX_LANDLOCK;
}
