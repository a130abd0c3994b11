/*
 * clock.h - the worker's calls for clocks and CPU time: the first part
 * of sys.h.
 *
 * None of these fails or waits. Clocks are read without a system call where the
 * system allows it; sys_usage is a system call.
 */
#ifndef CONTD_SYS_CLOCK_H
#define CONTD_SYS_CLOCK_H

#include <stdint.h>

/* In nanoseconds, which all times below are in. */
#define SYS_SECOND INT64_C(1000000000)
#define SYS_MILLISECOND INT64_C(1000000)

/* Nanoseconds of a clock that never jumps (CLOCK_MONOTONIC). */
int64_t sys_now(void);

/* The same at the kernel's last tick, at most some milliseconds ago, if that is
 * cheaper to read. */
int64_t sys_tick(void);

/* The time of day, in nanoseconds since 1970 (CLOCK_REALTIME). */
int64_t sys_date(void);

/* The kernel's counters since the start: of this thread, or of the whole
 * process where it does not count threads apart. What it does not count
 * is 0. */
struct sys_usage {
	int64_t cpu;           /* user and system time, in nanoseconds */
	uint64_t minor_faults; /* page faults without I/O */
	uint64_t major_faults; /* page faults that needed I/O */
	uint64_t preemptions;  /* involuntary context switches */
	uint64_t waits;        /* voluntary context switches */
};

void sys_usage(struct sys_usage *usage);

#endif
