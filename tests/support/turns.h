/*
 * turns.h - a loop that turns when the test says so, by the test's clock.
 *
 * Programs that use it are linked with --wrap=sys_now (test_*.link), and with
 * --wrap=sys_date where it matters how old a file is: the time of day is an
 * hour ahead then, at a whole second at first, and passes with the clock. A
 * pipe with a byte in it makes a descriptor ready in every turn, so that no
 * turn sleeps.
 */
#ifndef CONTD_TESTS_TURNS_H
#define CONTD_TESTS_TURNS_H

#include <stdint.h>

enum {
	TURNS_ROWS = 512,
	TURNS_RETRY = 10, /* milliseconds, as the others */
	TURNS_HELPER = 2000,
	TURNS_READ = 1000,
	TURNS_BLOCK = 200, /* as long as STRIDE_PROMPT */
	TURNS_SEND = 4000,
	TURNS_SPARE = 60000,
	TURNS_SWEEP = 60000 /* as long as STORE_UNUSED */
};

/* For cmocka's setup and teardown: a loop with the deadlines above. At the end
 * nothing may be saved any more, and no descriptor be lost. */
int turns_open(void **state);
int turns_shut(void **state);

/* The same for a loop that somebody else opens and shuts: the clock is set and
 * descriptors are counted; nothing may sleep from now on; they are counted
 * again. */
void turns_begin(void);
void turns_wake(void);
void turns_end(void);

/* One turn, at once or that many milliseconds later; several. */
void take_turn(void);
void take_turn_after(int64_t milliseconds);
void take_turns(int count);

/* Time passes in the middle of a turn. */
void turns_pass(int64_t milliseconds);

#endif
