/* fault.c - the ways to fail. */
#include "fault.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "chance.h"
#include "kernel.h"

enum { WAYS = 8 };

/* harmless: nobody's answer may be another one for it. */
static const struct way {
	const char *name;
	bool harmless;
	int errors[WAYS];
} ways[FAULT_KINDS] = {
	[FAULT_ACCEPT] = {"accept", false,
		{EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED, EAGAIN}},
	[FAULT_RECV] = {"recv", true, {EAGAIN}},
	[FAULT_SEND] = {"send", true, {EAGAIN}},
	[FAULT_TELL] = {"tell", false, {EAGAIN, ENOBUFS, ENOMEM}},
	[FAULT_HEAR] = {"hear", false, {EAGAIN}},
	[FAULT_PASS] = {"hear: no descriptor", false, {EMFILE}},
	[FAULT_WRITE] = {"write", true, {EAGAIN}},
	[FAULT_WAIT] = {"poll", true, {ENOMEM, EINTR, EAGAIN}},
	[FAULT_EPOLL] = {"epoll: no room", true, {ENOMEM, ENOSPC}},
	[FAULT_DUP] = {"dup", false, {EMFILE, ENFILE}},
	[FAULT_CATCH] = {"a signal", false, {EINVAL}},
	[FAULT_STAT] = {"stat", false, {EIO, ESTALE, EOVERFLOW}},
	[FAULT_AIO] = {"aio_read: shortage", true, {EAGAIN, ENOMEM}},
	[FAULT_AIO_BAD] = {"aio_read: error", false, {EINVAL, EBADF, EIO}},
	[FAULT_READ] = {"aio_error", false,
		{EIO, ESTALE, ENXIO, EAGAIN, ENOMEM}},
	[FAULT_READ_LATE] = {"a late read", false, {0}},
	[FAULT_MEMORY] = {"malloc", false, {ENOMEM}},
	[FAULT_HELPER_DIES] = {"a helper's death", false, {0}},
	[FAULT_HELPER_SLOW] = {"a slow helper", false, {0}},
	[FAULT_HELPER_WRONG] = {"a wrong answer", false, {0}},
	[FAULT_HELPER_SHORT] = {"a helper's shortage", false, {0}},
	[FAULT_HELPER_MOVED] = {"a helper that moved", true, {0}},
	[FAULT_LEAP] = {"a leap of the clock", false, {0}},
	[FAULT_STALL] = {"a call that takes long", false, {0}},
};

static struct {
	uint64_t one_in[FAULT_KINDS]; /* 0: never */
	int64_t last[FAULT_KINDS];
	uint64_t count[FAULT_KINDS]; /* over all seeds */
	size_t only;                 /* so many more, and it fails */
} faults;

void fault_calm(void)
{
	fault_stop();
	for (size_t i = 0; i < FAULT_KINDS; i++)
		faults.last[i] = INT64_MIN / 2;
}

void fault_reset(void)
{
	bool calm = chance_one_in(4);

	fault_calm();
	for (size_t i = 0; i < FAULT_KINDS; i++)
		if (!calm && chance_one_in(4))
			faults.one_in[i] = 5U << chance(7);
}

void fault_stop(void)
{
	memset(faults.one_in, 0, sizeof faults.one_in);
	faults.only = 0;
}

void fault_only(size_t n)
{
	fault_calm();
	faults.only = n;
}

bool fault_has_come(void)
{
	return faults.only == 0;
}

static bool is_due(enum fault kind)
{
	if (faults.only > 0)
		return --faults.only == 0;
	return faults.one_in[kind] > 0 && chance_one_in(faults.one_in[kind]);
}

bool fault(enum fault kind)
{
	const int *errors = ways[kind].errors;
	size_t count = 1;

	if (!is_due(kind))
		return false;
	while (count < WAYS && errors[count] != 0)
		count++;
	fault_happened(kind);
	errno = errors[chance(count)];
	return true;
}

void fault_happened(enum fault kind)
{
	faults.last[kind] = kernel_now();
	faults.count[kind]++;
	sim_trace(NOBODY_KNOWN, "fault: %s", ways[kind].name);
}

int64_t fault_last(enum fault kind)
{
	return faults.last[kind];
}

bool fault_excuses(int64_t since)
{
	for (size_t i = 0; i < FAULT_KINDS; i++)
		if (!ways[i].harmless && faults.last[i] >= since)
			return true;
	return false;
}

void fault_print(void)
{
	for (size_t i = 0; i < FAULT_KINDS; i++)
		printf("  %-22s %10" PRIu64 "\n", ways[i].name,
			faults.count[i]);
}
