/*
 * guard.h - memory with a wall behind it.
 *
 * A parser under test gets its input in a copy whose last byte is the last one
 * before a page that cannot be touched: reading one byte too far is a crash
 * here, not luck.
 */
#ifndef CONTD_SUPPORT_GUARD_H
#define CONTD_SUPPORT_GUARD_H

#include <stddef.h>

/* A copy of the bytes that ends exactly at the wall; for none of them, the
 * wall itself. Ends the test program when there is no memory. */
char *guard_copy(const void *bytes, size_t len);

/* Gives back what guard_copy returned for that len. */
void guard_free(char *copy, size_t len);

#endif
