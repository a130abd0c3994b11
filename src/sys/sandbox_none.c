/*
 * sandbox_none.c - for systems without a sandbox, and builds without one.
 */
#include "sys/sandbox.h"

unsigned sandbox_enter(const struct sandbox *sandbox, struct buf *trouble)
{
	(void)sandbox;
	(void)trouble;
	return 0;
}

bool sandbox_is_enough(unsigned layers)
{
	(void)layers;
	return false;
}
