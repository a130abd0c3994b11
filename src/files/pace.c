/*
 * pace.c - slow until proven fast.
 */
#include "files/pace.h"

#include "loop/fileread.h"
#include "loop/loop.h"

void pace_begin(struct pace *pace)
{
	*pace = (struct pace){.is_fast = false};
}

void pace_took(struct pace *pace, uint64_t sent)
{
	if (!pace->is_late && sent >= PACE_PROOF)
		pace->is_fast = true;
}

void pace_wait(struct pace *pace)
{
	pace->waits = loop_now();
}

void pace_go_on(struct pace *pace)
{
	pace->is_late = loop_now() - pace->waits >= PACE_PROMPT;
	pace->is_fast = !pace->is_late;
}

size_t pace_block(const struct pace *pace)
{
	return pace->is_fast ? FILEREAD_BLOCK : PACE_SMALL;
}
