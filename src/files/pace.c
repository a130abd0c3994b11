/*
 * pace.c - blocks that grow.
 */
#include "files/pace.h"

#include "loop/fileread.h"
#include "loop/loop.h"

void pace_begin(struct pace *pace)
{
	*pace = (struct pace){.block = PACE_FIRST};
}

void pace_took(struct pace *pace)
{
	if (!pace->late && pace->block < FILEREAD_BLOCK)
		pace->block *= 2;
}

void pace_wait(struct pace *pace)
{
	pace->waits = loop_now();
}

void pace_go_on(struct pace *pace)
{
	pace->late = loop_now() - pace->waits >= PACE_PROMPT;
	if (pace->late)
		pace->block = PACE_FIRST;
}

bool pace_may_hold(const struct pace *pace)
{
	return pace->block == FILEREAD_BLOCK || fileread_held() <= PACE_HELD;
}
