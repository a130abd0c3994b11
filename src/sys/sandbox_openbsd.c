/*
 * sandbox_openbsd.c - pledge(2) and unveil(2). UNTESTED: written from the
 * manual, never compiled on OpenBSD.
 */
#include "sys/sandbox.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* <unistd.h> has them, but not when only POSIX is requested. */
int pledge(const char *promises, const char *exec_promises);
int unveil(const char *path, const char *permissions);

static unsigned fail(const char *layer, struct buf *trouble)
{
	buf_printf(trouble, "%s: %s", layer, strerror(errno));
	return 0;
}

/* A helper needs /tmp: shm_open(), used for listings, makes files there. */
static unsigned show_files(const struct sandbox *sandbox, struct buf *trouble)
{
	const char *shown = sandbox->beneath < 0 ? "/" : sandbox->path;

	if (!(sandbox->layers & SANDBOX_UNVEIL) ||
		sandbox->kind == SANDBOX_MASTER)
		return 0;
	if (sandbox->kind == SANDBOX_HELPER &&
		(unveil(shown, "r") < 0 || unveil("/tmp", "rwc") < 0))
		return fail("unveil", trouble);
	if (sandbox->kind == SANDBOX_WORKER && unveil("/", "") < 0)
		return fail("unveil", trouble);
	if (unveil(NULL, NULL) < 0)
		return fail("unveil", trouble);
	return SANDBOX_UNVEIL;
}

unsigned sandbox_enter(const struct sandbox *sandbox, struct buf *trouble)
{
	const char *promises = sandbox->kind == SANDBOX_WORKER
				       ? "stdio inet unix recvfd"
				       : "stdio rpath wpath cpath fattr sendfd";
	unsigned layers = show_files(sandbox, trouble);

	if (!(sandbox->layers & SANDBOX_PLEDGE) ||
		sandbox->kind == SANDBOX_MASTER)
		return layers;
	if (pledge(promises, NULL) < 0)
		return layers | fail("pledge", trouble);
	return layers | SANDBOX_PLEDGE;
}

bool sandbox_is_enough(unsigned layers)
{
	return (layers & SANDBOX_PLEDGE) != 0;
}
