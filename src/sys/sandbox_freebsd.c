/*
 * sandbox_freebsd.c - Capsicum. UNTESTED: written from the manual, never
 * compiled on FreeBSD.
 *
 * In capability mode a process can use neither absolute paths nor AT_FDCWD, and
 * see no other process. Only the worker enters it. A helper cannot: it checks
 * the root's path before each job, and makes listings with shm_open().
 */
#include "sys/sandbox.h"

#include <errno.h>
#include <string.h>
#include <sys/capsicum.h>

unsigned sandbox_enter(const struct sandbox *sandbox, struct buf *trouble)
{
	unsigned mode = 0;

	if (sandbox->kind != SANDBOX_WORKER ||
		!(sandbox->layers & SANDBOX_CAPSICUM))
		return 0;
	if (cap_enter() == 0 && cap_getmode(&mode) == 0 && mode == 1)
		return SANDBOX_CAPSICUM;
	if (errno != ENOSYS)
		buf_printf(trouble, "capsicum: %s", strerror(errno));
	return 0;
}

bool sandbox_is_enough(unsigned layers)
{
	return (layers & SANDBOX_CAPSICUM) != 0;
}
