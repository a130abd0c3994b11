/*
 * stretch.c - bytes per stretch of time.
 */
#include "files/stretch.h"

#include "loop/loop.h"

static uint64_t rate = STRETCH_RATE;

void stretch_rate(uint64_t least)
{
	rate = least;
}

void stretch_begin(struct stretch *stretch, int64_t time)
{
	*stretch = (struct stretch){.time = time, .begin = loop_now()};
}

void stretch_excuse(struct stretch *stretch, int64_t since)
{
	stretch->begin += loop_now() - since;
}

bool stretch_is_over(const struct stretch *stretch)
{
	return stretch->time > 0 &&
	       loop_now() - stretch->begin >= stretch->time;
}

/* The minimum for this time, UINT64_MAX if it overflows. */
static uint64_t share_of(uint64_t time)
{
	if (rate > 0 && time > UINT64_MAX / rate)
		return UINT64_MAX;
	return time * rate / 1000;
}

bool stretch_is_missed(struct stretch *stretch)
{
	int64_t passed = loop_now() - stretch->begin;

	if (!stretch_is_over(stretch))
		return false;
	if (stretch->sent == 0 || stretch->sent < share_of((uint64_t)passed))
		return true;
	stretch_begin(stretch, stretch->time);
	return false;
}
