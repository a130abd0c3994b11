/*
 * bounds.h - resource limits of the system, and those of a worker.
 */
#ifndef CONTD_MASTER_BOUNDS_H
#define CONTD_MASTER_BOUNDS_H

#include "base/buf.h"
#include "options.h"
#include "serve/limits.h"

/* The limits of a worker, by the options and the limits of this process. */
struct limits bounds_of(const struct options *options);

/* Raises RLIMIT_NOFILE as far as possible, as each client needs a descriptor;
 * with --lock-memory also RLIMIT_MEMLOCK, to the bound of a worker. Children
 * inherit both. To be called before privileges are dropped. Returns 0, or a
 * status with the reason. */
int bounds_raise(const struct options *options, struct buf *error);

/* In a worker: lowers RLIMIT_NOFILE to the size of its table, and locks its
 * memory with --lock-memory. 0, or -1 with errno. */
int bounds_keep(const struct options *options, const struct limits *limits);

/* Appends "17500 clients and 8192 requests at a time, 1228 MiB of memory". */
void bounds_write(const struct limits *limits, struct buf *b);

#endif
