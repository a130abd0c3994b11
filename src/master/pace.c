/*
 * pace.c - when to start a process again that died.
 */
#include "master/pace.h"

void pace_started(struct pace *pace, int64_t now)
{
	pace->started = now;
}

void pace_died(struct pace *pace, int64_t now)
{
	if (now - pace->started < PACE_YOUNG)
		pace->young++;
	else
		pace->young = 0;
	pace->due = pace->young > PACE_TRIES ? now + PACE_BREATH : now;
}

bool pace_is_due(const struct pace *pace, int64_t now)
{
	return now >= pace->due;
}
