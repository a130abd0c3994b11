/*
 * connection_wish.h - what is right as the answer to a request that a fuzzer
 * made.
 *
 * Where a request ends is told by the slow reader of heads (slow.h) with the
 * whole text in hand, so that no cut can mislead it. What its answer must be is
 * known exactly if nothing in it is strange; else the wish is loose.
 */
#ifndef CONTD_FUZZ_CONNECTION_WISH_H
#define CONTD_FUZZ_CONNECTION_WISH_H

#include <stddef.h>

#include "sim/world.h"

/* The client says this text; of too many requests only the first. */
void wishes_read(struct sim_client *client, const char *text, size_t len);

#endif
