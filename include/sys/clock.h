/*
 * clock.h - what the worker asks the kernel of time: the first part of sys.h.
 *
 * None of these can fail, and none waits. The clocks are read without entering
 * the kernel wherever it lets us; sys_usage is a system call.
 */
#ifndef CONTD_SYS_CLOCK_H
#define CONTD_SYS_CLOCK_H

#include <stdint.h>

/* In nanoseconds, which all times below are in. */
#define SYS_SECOND INT64_C(1000000000)
#define SYS_MILLISECOND INT64_C(1000000)

/* Nanoseconds of a clock that never jumps (CLOCK_MONOTONIC). */
int64_t sys_now(void);

/* The same as it was at the kernel's last tick, some milliseconds ago at most,
 * where that costs less. */
int64_t sys_tick(void);

/* The time of day, in nanoseconds since 1970 (CLOCK_REALTIME). */
int64_t sys_date(void);

/* What the kernel has counted of us since the start: of this thread, or, where
 * it does not tell threads apart, of the whole process. What it does not count
 * is 0. */
struct sys_usage {
	int64_t cpu;           /* nanoseconds, of user and system */
	uint64_t minor_faults; /* pages that were in memory already */
	uint64_t major_faults; /* pages that a disk was waited for */
	uint64_t preemptions;  /* somebody else ran, and we did not wait */
	uint64_t waits;        /* somebody else ran, because we did */
};

void sys_usage(struct sys_usage *usage);

#endif
