/*
 * tardy.c - directories that were slow lately.
 */
#include "files/tardy.h"

#include "loop/loop.h"

enum { SLOW_FOR = 60000 }; /* ms that a directory is remembered */

void tardy_note(struct tardy *tardy, uint32_t directory, bool hangs)
{
	uint32_t i = directory % TARDY_PLACES;

	tardy->place[i].directory = directory;
	tardy->place[i].hangs = hangs;
	tardy->place[i].until = loop_now() + SLOW_FOR;
}

bool tardy_is(const struct tardy *tardy, uint32_t directory)
{
	uint32_t i = directory % TARDY_PLACES;

	return tardy->place[i].directory == directory &&
	       tardy->place[i].until > loop_now();
}

bool tardy_hangs(const struct tardy *tardy, uint32_t directory)
{
	return tardy_is(tardy, directory) &&
	       tardy->place[directory % TARDY_PLACES].hangs;
}
