/*
 * bug.c - the end of a process that has found a bug in itself.
 */
#include "base/bug.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void bug_found(const char *cond, const char *file, int line)
{
	fprintf(stderr, "BUG: %s (%s:%d)\n", cond, file, line);
	abort();
}
