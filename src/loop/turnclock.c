/*
 * turnclock.c - a histogram, and one line for a turn that was too long.
 */
#include "loop/turnclock.h"

#include <stdbool.h>

#include "base/buf.h"
#include "base/bug.h"
#include "loop/journal.h"

enum {
	SAY_EVERY = 1000, /* ms between two lines */
	ASK_AFTER = 10,   /* ms of work between two reads of the usage; or */
	ASK_SHARE = 5,    /* 1/5 of the limit, if that is less */
	ASK_TURNS = 16    /* turns, unless they took ASK_SHARE times as long */
};

/* Which handler took how long. No name: the loop itself, which asks and submits
 * reads and closes descriptors. No time: all were shorter than a tick. */
struct hold {
	int64_t time;
	int fd;
	const char *name;
	const void *state;
};

static struct {
	int64_t limit;     /* 0: nothing is a stall */
	int64_t ask_after; /* ASK_AFTER or ASK_SHARE, in ns */

	/* the current turn */
	int64_t begun;
	int64_t seen; /* the time up to here is charged */
	struct turnclock_run *running;
	unsigned handlers;
	struct hold longest;

	int64_t unasked; /* work since the usage was last read, in ns */
	int unasked_turns;
	int64_t said;    /* when the last line was written; 0: never */
	uint64_t unsaid; /* stalls since then */
	struct turnclock_figures figures;
} turnclock;

void turnclock_limit(int64_t milliseconds)
{
	turnclock.limit = milliseconds * SYS_MILLISECOND;
	turnclock.ask_after = ASK_AFTER * SYS_MILLISECOND;
	if (turnclock.limit > 0 &&
		turnclock.limit / ASK_SHARE < turnclock.ask_after)
		turnclock.ask_after = turnclock.limit / ASK_SHARE;
}

void turnclock_reset(void)
{
	turnclock.running = NULL;
	turnclock.unasked = turnclock.said = 0;
	turnclock.unasked_turns = 0;
	turnclock.unsaid = 0;
	turnclock.figures = (struct turnclock_figures){.stalls = 0};
	sys_usage(&turnclock.figures.usage);
	turnclock_limit(0);
	turnclock_begin(sys_now());
}

void turnclock_read(struct turnclock_figures *figures)
{
	*figures = turnclock.figures;
	sys_usage(&figures->usage);
}

/* ---- handlers ---- */

/* Charges the time until now to the running handler, or the loop. The tick may
 * be older than the clock read at the turn's start: then there is none yet. */
static void charge(int64_t now)
{
	const struct turnclock_run *run = turnclock.running;
	int64_t time = now - turnclock.seen;

	if (time <= 0)
		return;
	turnclock.seen = now;
	if (time <= turnclock.longest.time)
		return;
	turnclock.longest = (struct hold){.time = time, .fd = -1};
	if (!run)
		return;
	turnclock.longest.fd = run->fd;
	turnclock.longest.name = run->cont.name;
	turnclock.longest.state = run->cont.state;
}

void turnclock_enter(struct turnclock_run *run)
{
	/* The time since the last handler ended is negligible: no
	 * clock read. */
	if (turnclock.running)
		charge(sys_tick());
	run->outer = turnclock.running;
	turnclock.running = run;
	turnclock.handlers++;
}

void turnclock_leave(const struct turnclock_run *run)
{
	charge(sys_tick());
	turnclock.running = run->outer;
}

void turnclock_worked(void)
{
	charge(sys_tick());
}

/* ---- stalls ---- */

static void print_longest(struct buf *b)
{
	const struct hold *longest = &turnclock.longest;

	if (longest->time == 0) {
		buf_text(b, "shorter than a tick");
		return;
	}
	buf_text(b, longest->name ? longest->name : "the loop itself");
	buf_printf(
		b, " (%lld ms", (long long)(longest->time / SYS_MILLISECOND));
	if (longest->name)
		buf_printf(b, ", descriptor %d, state %p", longest->fd,
			longest->state);
	buf_byte(b, ')');
}

static void say(int64_t took, const struct sys_usage *spent)
{
	char text[320];
	struct buf b = buf_on(text, sizeof text);
	int64_t cpu = spent->cpu < took ? spent->cpu : took;

	print_longest(&b);
	buf_printf(&b,
		"; of CPU time at most %lld ms, major faults %llu, "
		"minor %llu, preemptions %llu",
		(long long)(cpu / SYS_MILLISECOND),
		(unsigned long long)spent->major_faults,
		(unsigned long long)spent->minor_faults,
		(unsigned long long)spent->preemptions);
	if (turnclock.unsaid > 0)
		buf_printf(&b, "; before it %llu more such turns",
			(unsigned long long)turnclock.unsaid);
	journal_say("a turn took %lld ms: handlers run %u, the longest %.*s",
		(long long)(took / SYS_MILLISECOND), turnclock.handlers,
		(int)b.len, b.at);
}

static void stalled(int64_t now, int64_t took, const struct sys_usage *spent)
{
	charge(sys_tick());
	turnclock.figures.stalls++;
	if (turnclock.said != 0 &&
		now - turnclock.said < SAY_EVERY * SYS_MILLISECOND) {
		turnclock.unsaid++;
		return;
	}
	say(took, spent);
	turnclock.said = now;
	turnclock.unsaid = 0;
}

/* The usage since the last call. */
static struct sys_usage ask_usage(void)
{
	struct sys_usage before = turnclock.figures.usage;
	struct sys_usage *now = &turnclock.figures.usage;

	sys_usage(now);
	turnclock.unasked = 0;
	turnclock.unasked_turns = 0;
	return (struct sys_usage){.cpu = now->cpu - before.cpu,
		.minor_faults = now->minor_faults - before.minor_faults,
		.major_faults = now->major_faults - before.major_faults,
		.preemptions = now->preemptions - before.preemptions,
		.waits = now->waits - before.waits};
}

/* So that not every long turn costs a system call. */
static bool is_time_to_ask(void)
{
	return turnclock.unasked >= turnclock.ask_after &&
	       (turnclock.unasked_turns >= ASK_TURNS ||
		       turnclock.unasked >= ASK_SHARE * turnclock.ask_after);
}

/* ---- turns ---- */

void turnclock_begin(int64_t now)
{
	turnclock.begun = turnclock.seen = now;
	turnclock.handlers = 0;
	turnclock.longest = (struct hold){.time = 0, .fd = -1};
}

static size_t class_of(int64_t time)
{
	size_t bits = 0;

	for (int64_t us = time / 1000; us > 0; us /= 2)
		bits++;
	return bits < TURNCLOCK_CLASSES ? bits : TURNCLOCK_CLASSES - 1;
}

void turnclock_end(void)
{
	int64_t now = sys_now();
	int64_t took = now - turnclock.begun;
	bool is_stall = turnclock.limit > 0 && took >= turnclock.limit;

	BUG_UNLESS(!turnclock.running);
	turnclock.figures.turns[class_of(took)]++;
	turnclock.figures.worked += took;
	if (took > turnclock.figures.longest)
		turnclock.figures.longest = took;
	turnclock.unasked += took;
	turnclock.unasked_turns++;
	if (is_stall || is_time_to_ask()) {
		struct sys_usage spent = ask_usage();

		if (is_stall)
			stalled(now, took, &spent);
	}
}
