/*
 * namehash.h - the hash of a name.
 *
 * Clients choose names, and may choose many with one hash: tables must be
 * prepared for that.
 */
#ifndef CONTD_FILES_NAMEHASH_H
#define CONTD_FILES_NAMEHASH_H

#include <stdint.h>

#include "base/slice.h"

/* The hash of a path and of the flags it is looked up with. */
uint32_t namehash(struct slice path, uint32_t flags);

#endif
