/*
 * bounds.h - what the system lets us have, and what we make of it.
 */
#ifndef CONTD_MASTER_BOUNDS_H
#define CONTD_MASTER_BOUNDS_H

#include "base/buf.h"
#include "options.h"
#include "serve/limits.h"

/* The limits of a worker, by the options and by what this process may have. */
struct limits bounds_of(const struct options *options);

/* As many descriptors as we may have: each client is one. And as much memory to
 * lock as a worker may need, with --lock-memory. The children inherit both.
 * While we have our privileges. Returns 0, or a status with the reason. */
int bounds_raise(const struct options *options, struct buf *error);

/* In a worker: no descriptors beyond its table, and its memory stays. 0, or -1
 * with errno. */
int bounds_keep(const struct options *options, const struct limits *limits);

/* "17500 clients and 8192 requests at a time, 1228 MiB of memory". */
void bounds_write(const struct limits *limits, struct buf *b);

#endif
