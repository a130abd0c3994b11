/*
 * bug.c - ends a process that has found a bug.
 */
#include "base/bug.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void bug_found(const char *cond, const char *file, int line)
{
	fprintf(stderr, "BUG: %s (%s:%d)\n", cond, file, line);
	abort();
}
