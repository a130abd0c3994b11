/* chance.c - chance, and what is said of a failure. */
#include "chance.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"

enum { EVENTS = 4096, EVENT_LEN = 120, EVENTS_TOLD = 50 };

static struct {
	uint64_t seed, state;
} chances;

static struct {
	enum told told;
	const char *program;
	char seed[24];
	char world[400];
	size_t count;
	struct {
		int who;
		char text[EVENT_LEN];
	} events[EVENTS];
} trace;

void chance_seed(uint64_t seed)
{
	chances.seed = seed;
	/* Far apart, or the next seed's choices would be this one's, one later.
	 */
	chances.state = seed << 32 ^ seed * UINT64_C(0xd1342543de82ef95);
	snprintf(trace.seed, sizeof trace.seed, "%llu",
		(unsigned long long)seed);
	trace.count = 0;
	*trace.world = '\0';
}

/* splitmix64 */
uint64_t chance(uint64_t below)
{
	uint64_t z = chances.state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (z ^ (z >> 31)) % below;
}

bool chance_one_in(uint64_t many)
{
	return chance(many) == 0;
}

void trace_open(enum told told, const char *program)
{
	trace.told = told;
	trace.program = program;
}

void trace_world(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(trace.world, sizeof trace.world, format, list);
	va_end(list);
	if (trace.told == TOLD_ALL)
		fprintf(stderr, "%s\n", trace.world);
}

void sim_trace(int who, const char *format, ...)
{
	va_list list;
	size_t at = trace.count % EVENTS;
	char *text = trace.events[at].text;
	int len;

	if (trace.told == TOLD_NOTHING)
		return;
	len = snprintf(text, EVENT_LEN, "%9lld ms  ", (long long)kernel_now());
	if (who != NOBODY_KNOWN)
		len += snprintf(text + len, EVENT_LEN - (size_t)len,
			"client %d: ", who);
	va_start(list, format);
	vsnprintf(text + len, EVENT_LEN - (size_t)len, format, list);
	va_end(list);
	trace.events[at].who = who;
	trace.count++;
	if (trace.told == TOLD_ALL)
		fprintf(stderr, "%s\n", text);
}

static bool concerns(size_t event, int who)
{
	int whose = trace.events[event % EVENTS].who;

	return who == NOBODY_KNOWN || whose == who || whose == NOBODY_KNOWN;
}

static bool is_sending(size_t event)
{
	return strstr(trace.events[event % EVENTS].text, ": sends ") != NULL;
}

/* Many small sends of a client are told by the last of them. */
static bool is_told(size_t event, int who)
{
	size_t next = event + 1;

	if (!concerns(event, who))
		return false;
	while (next < trace.count && !concerns(next, who))
		next++;
	return next == trace.count || !is_sending(event) || !is_sending(next) ||
	       trace.events[event % EVENTS].who !=
		       trace.events[next % EVENTS].who;
}

/* The world, and the last events of this client and of what is around it. */
static void tell_end(int who)
{
	size_t first = trace.count > EVENTS ? trace.count - EVENTS : 0;
	size_t left = EVENTS_TOLD;
	size_t at = trace.count;

	while (at > first && left > 0)
		left -= is_told(--at, who);
	fprintf(stderr, "%s\n", trace.world);
	if (at > 0)
		fprintf(stderr, "%12s (%zu events before)\n", "...", at);
	for (; at < trace.count; at++)
		if (is_told(at, who))
			fprintf(stderr, "%s\n", trace.events[at % EVENTS].text);
}

/* Once more, with a memory. */
static void see_it_again(void)
{
	if (trace.told == TOLD_NOTHING)
		execl(trace.program, trace.program, "--again", trace.seed,
			(char *)NULL);
}

void sim_fail(int who, const char *format, ...)
{
	va_list list;

	see_it_again();
	if (trace.told == TOLD_END)
		tell_end(who);
	fprintf(stderr, "sim: seed %s failed at %lld ms: ", trace.seed,
		(long long)kernel_now());
	if (who != NOBODY_KNOWN)
		fprintf(stderr, "client %d: ", who);
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fprintf(stderr, "\nsim: to see all of it: %s --trace %s\n",
		trace.program, trace.seed);
	_exit(1);
}

void sim_died(void)
{
	see_it_again();
	if (trace.told == TOLD_END)
		tell_end(NOBODY_KNOWN);
	fprintf(stderr, "sim: seed %s died\n", trace.seed);
	_exit(1);
}
