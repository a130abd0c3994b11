/*
 * bounds.c - raises and reads resource limits.
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
	DESCRIPTORS = 256,         /* if the limit is not known */
	DESCRIPTORS_MAX = 1 << 20, /* more would only make larger tables */
	MIB = 1024 * 1024,
	/* Locked but not in the bound: program and libc, and the address space
	 * that glibc reserves for each thread. */
	BESIDE = 16 * MIB + FILEREAD_THREADS * 64 * MIB
};

static size_t count_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return DESCRIPTORS;
	/* RLIM_INFINITY is larger too. */
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
/* Root needs no limit to lock memory; but workers lose this privilege in a
 * sandbox, and with --user. stays: they keep it. */
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
