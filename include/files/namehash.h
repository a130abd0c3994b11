/*
 * namehash.h - where a name stands in a table.
 *
 * Strangers choose names: whoever keeps them must bear that many have one hash.
 */
#ifndef CONTD_FILES_NAMEHASH_H
#define CONTD_FILES_NAMEHASH_H

#include <stdint.h>

#include "base/slice.h"

/* Of the path, and of what else makes it another name. */
uint32_t namehash(struct slice path, uint32_t flags);

#endif
