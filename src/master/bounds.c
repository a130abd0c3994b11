/*
 * bounds.c - limits of resources, raised and read.
 */
#include "master/bounds.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "loop/fileread.h"
#include "master/status.h"

enum {
	DESCRIPTORS = 256,         /* if nobody knows */
	DESCRIPTORS_MAX = 1 << 20, /* beyond that, tables grow for nobody */
	MIB = 1024 * 1024,
	/* Locked without being used: program and libc, and what glibc sets
	 * aside of the address space for each thread. */
	BESIDE = 16 * MIB + FILEREAD_THREADS * 64 * MIB
};

static size_t count_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return DESCRIPTORS;
	/* "No limit" is a number beyond every table. */
	return limit.rlim_cur < DESCRIPTORS_MAX ? (size_t)limit.rlim_cur
						: DESCRIPTORS_MAX;
}

struct limits bounds_of(const struct options *options)
{
	return limits_of(count_descriptors(), options->max_clients,
		options->max_requests, options->memory);
}

static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	if (limit.rlim_cur >= DESCRIPTORS_MAX)
		return;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS_MAX ? limit.rlim_max
							  : DESCRIPTORS_MAX;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

#ifdef RLIMIT_MEMLOCK
/* Who has the privilege to lock needs no limit; but it is given up with all
 * others in a sandbox, and where workers are to be somebody else. */
static int raise_lockable(uint64_t bytes, bool stays, struct buf *error)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0)
		return 0;
	if (limit.rlim_max < bytes)
		limit.rlim_max = (rlim_t)bytes;
	if (limit.rlim_cur < bytes)
		limit.rlim_cur = (rlim_t)bytes;
	if (setrlimit(RLIMIT_MEMLOCK, &limit) == 0 || (stays && geteuid() == 0))
		return 0;
	buf_printf(error,
		"cannot lock %llu MiB of memory for each worker: %s. Raise the "
		"limit (ulimit -l, LimitMEMLOCK=), start as root, or lower "
		"--max-clients and --max-requests",
		(unsigned long long)(bytes / MIB), strerror(errno));
	return STATUS_DENIED;
}
#else
static int raise_lockable(uint64_t bytes, bool stays, struct buf *error)
{
	(void)bytes;
	(void)stays;
	(void)error;
	return 0;
}
#endif

int bounds_raise(const struct options *options, struct buf *error)
{
	struct limits limits;

	raise_descriptors();
	if (!options->lock_memory)
		return 0;
	limits = bounds_of(options);
	return raise_lockable(limits_memory(&limits) + BESIDE,
		!options->user && options->sandbox == OPTIONS_SANDBOX_OFF,
		error);
}

int bounds_keep(const struct options *options, const struct limits *limits)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
		limit.rlim_cur > limits->descriptors) {
		limit.rlim_cur = (rlim_t)limits->descriptors;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	return options->lock_memory ? mlockall(MCL_CURRENT | MCL_FUTURE) : 0;
}

void bounds_write(const struct limits *limits, struct buf *b)
{
	buf_printf(b,
		"%zu clients and %zu requests at a time, %llu MiB of memory",
		limits->clients, limits->requests,
		(unsigned long long)((limits_memory(limits) + MIB - 1) / MIB));
}
