/*
 * slowdirs.c - directories that were slow lately.
 */
#include "files/slowdirs.h"

#include "loop/loop.h"

enum { SLOW_FOR = 60000 }; /* ms that a directory is remembered */

void slowdirs_note(struct slowdirs *slowdirs, uint32_t directory, bool hangs)
{
	uint32_t i = directory % SLOWDIRS_PLACES;

	slowdirs->place[i].directory = directory;
	slowdirs->place[i].hangs = hangs;
	slowdirs->place[i].until = loop_now() + SLOW_FOR;
}

bool slowdirs_is(const struct slowdirs *slowdirs, uint32_t directory)
{
	uint32_t i = directory % SLOWDIRS_PLACES;

	return slowdirs->place[i].directory == directory &&
	       slowdirs->place[i].until > loop_now();
}

bool slowdirs_hangs(const struct slowdirs *slowdirs, uint32_t directory)
{
	return slowdirs_is(slowdirs, directory) &&
	       slowdirs->place[directory % SLOWDIRS_PLACES].hangs;
}
