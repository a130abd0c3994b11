/*
 * test_poller_idle.c - descriptors that nothing came of for long: behind the
 * bell, and, as if the system had none, in a list. With select() and epoll none
 * is idle; what holds for the others holds for them.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/cont.h"
#include "loop/poller.h"
#include "sys/sys.h"
#include "sys/sys_epoll.h"

enum {
	PAIRS = 100,
	ROWS = 1024,
	LONG = 80, /* waits after which all are idle that can be */
	WALK = 20000
};

static int ends[PAIRS][2];
static bool without_bell, without_memory;
static int64_t now, tick;

int __real_sys_epoll_open(void);
int __wrap_sys_epoll_open(void);
int __real_sys_epoll_add(int set, int fd, short events);
int __wrap_sys_epoll_add(int set, int fd, short events);
int64_t __wrap_sys_now(void);

int __wrap_sys_epoll_open(void)
{
	if (!without_bell)
		return __real_sys_epoll_open();
	errno = ENOSYS;
	return -1;
}

int __wrap_sys_epoll_add(int set, int fd, short events)
{
	if (!without_memory)
		return __real_sys_epoll_add(set, fd, events);
	errno = ENOSPC;
	return -1;
}

/* A list is looked at again after a while. */
int64_t __wrap_sys_now(void)
{
	return (now += tick) * 1000000;
}

static int open_pairs(enum poller_kind kind, bool bell)
{
	without_bell = !bell;
	without_memory = false;
	now = 1000;
	tick = 1;
	for (int i = 0; i < PAIRS; i++)
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends[i]) < 0)
			return -1;
	return poller_open(kind, ROWS);
}

static int open_bell(void **state)
{
	(void)state;
	return open_pairs(POLLER_POLL, true);
}

static int open_list(void **state)
{
	(void)state;
	return open_pairs(POLLER_POLL, false);
}

static int open_select(void **state)
{
	(void)state;
	return open_pairs(POLLER_SELECT, false);
}

static int open_epoll(void **state)
{
	(void)state;
	return open_pairs(POLLER_EPOLL, true);
}

static int shut(void **state)
{
	(void)state;
	poller_shut();
	for (int i = 0; i < PAIRS; i++)
		for (int end = 0; end < 2; end++)
			close(ends[i][end]);
	return 0;
}

static void make_readable(int i)
{
	assert_int_equal(write(ends[i][1], "x", 1), 1);
}

static void read_one(int i)
{
	assert_int_equal(read(ends[i][0], &(char){0}, 1), 1);
}

static void watch_all(void)
{
	for (int i = 0; i < PAIRS; i++)
		poller_watch(ends[i][0], POLLIN);
}

/* As the table does: what is taken is watched anew. How often `wanted` came. */
static int take_all(int wanted)
{
	int fd, times = 0;
	short revents;

	while (poller_take(&fd, &revents)) {
		poller_watch(fd, POLLIN);
		times += fd == wanted;
	}
	return times;
}

/* Until all are idle but the first, which is ready all the time. */
static void idle_away(void)
{
	make_readable(0);
	for (int i = 0; i < LONG; i++) {
		assert_true(poller_wait(0) > 0);
		assert_int_equal(take_all(ends[0][0]), 1);
	}
}

/* How many waits it took. */
static int waits_until(int fd)
{
	int waits = 1;

	while (poller_wait(0) >= 0 && take_all(fd) == 0)
		assert_true(waits++ < 10);
	return waits;
}

/* ---- each of them ---- */

static void what_comes_for_an_idle_one_is_found(void **state)
{
	(void)state;
	watch_all();
	idle_away();
	for (int i = 1; i < PAIRS; i++) {
		make_readable(i);
		(void)waits_until(ends[i][0]);
		read_one(i);
		assert_int_equal(poller_wait(0), 1);
		assert_int_equal(take_all(ends[0][0]), 1);
	}
}

static void all_at_once_are_all_found(void **state)
{
	int fd, seen = 0;
	short revents;

	(void)state;
	watch_all();
	idle_away();
	for (int i = 1; i < PAIRS; i++)
		make_readable(i);
	for (int waits = 0; seen < PAIRS - 1; waits++) {
		assert_true(waits < 10);
		assert_true(poller_wait(-1) > 0);
		while (poller_take(&fd, &revents)) {
			if (fd != ends[0][0])
				seen++;
			poller_watch(fd, fd == ends[0][0] ? POLLIN : PARKED);
		}
	}
}

static void the_sleep_ends_for_an_idle_one(void **state)
{
	(void)state;
	watch_all();
	idle_away();
	read_one(0);
	make_readable(PAIRS - 1);
	assert_int_equal(poller_wait(-1), 1);
	assert_int_equal(take_all(ends[PAIRS - 1][0]), 1);
}

static void events_that_change_while_idle_count(void **state)
{
	int fd;
	short revents;

	(void)state;
	watch_all();
	idle_away();
	read_one(0);
	poller_watch(ends[9][0], POLLOUT);
	assert_int_equal(poller_wait(-1), 1);
	assert_int_equal(poller_take(&fd, &revents), 1);
	assert_int_equal(fd, ends[9][0]);
	assert_int_equal(revents, POLLOUT);
}

/* Its number comes back for something else, while a duplicate keeps alive what
 * it was. */
static void what_is_closed_while_idle_is_not_heard_of(void **state)
{
	int other = dup(ends[9][0]);

	(void)state;
	watch_all();
	idle_away();
	read_one(0);
	poller_watch(ends[9][0], PARKED);
	close(ends[9][0]);
	make_readable(9);
	assert_int_equal(poller_wait(0), 0);
	assert_int_equal(dup2(ends[0][0], ends[9][0]), ends[9][0]);
	poller_watch(ends[9][0], POLLIN);
	assert_int_equal(poller_wait(0), 0);
	make_readable(0);
	assert_int_equal(poller_wait(0), 2);
	close(other);
}

static void what_is_parked_after_it_was_found_is_not_taken(void **state)
{
	(void)state;
	watch_all();
	idle_away();
	read_one(0);
	make_readable(9);
	assert_int_equal(poller_wait(0), 1);
	poller_watch(ends[9][0], PARKED);
	assert_int_equal(take_all(ends[9][0]), 0);
	assert_int_equal(poller_wait(0), 0);
}

static void an_idle_hang_up_is_found(void **state)
{
	int fd;
	short revents;

	(void)state;
	for (int i = 1; i < PAIRS; i++)
		poller_watch(ends[i][0], 0);
	poller_watch(ends[0][0], POLLIN);
	idle_away();
	read_one(0);
	close(ends[50][1]);
	assert_int_equal(poller_wait(-1), 1);
	assert_int_equal(poller_take(&fd, &revents), 1);
	assert_int_equal(fd, ends[50][0]);
	assert_int_equal(revents, POLLHUP);
	ends[50][1] = dup(ends[0][0]); /* to be closed */
}

/* ---- what is idle ---- */

static void only_who_is_silent_is_idle(void **state)
{
	(void)state;
	watch_all();
	assert_int_equal(poller_idle(), 0);
	make_readable(0);
	make_readable(PAIRS - 1);
	for (int i = 0; i < LONG; i++) {
		assert_true(poller_wait(0) >= 2);
		assert_int_equal(take_all(ends[PAIRS - 1][0]), 1);
	}
	assert_int_equal(poller_idle(), PAIRS - 2);
	poller_watch(ends[9][0], POLLIN);
	assert_int_equal(poller_idle(), PAIRS - 3);
	for (int i = 0; i < LONG; i++) {
		(void)poller_wait(0);
		(void)take_all(0);
	}
	assert_int_equal(poller_idle(), PAIRS - 2);
}

static void the_bell_is_heard_in_the_next_wait(void **state)
{
	(void)state;
	watch_all();
	idle_away();
	make_readable(9);
	assert_int_equal(waits_until(ends[9][0]), 1);
}

static void without_memory_for_the_bell_they_stay_hot(void **state)
{
	(void)state;
	without_memory = true;
	watch_all();
	idle_away();
	assert_int_equal(poller_idle(), 0);
	make_readable(9);
	assert_int_equal(waits_until(ends[9][0]), 1);
}

static void epoll_tries_again_when_there_was_no_memory(void **state)
{
	(void)state;
	poller_watch(ends[0][0], POLLIN);
	make_readable(0);
	without_memory = true;
	assert_int_equal(poller_wait(-1), 0);
	without_memory = false;
	assert_int_equal(poller_wait(-1), 1);
	assert_int_equal(take_all(ends[0][0]), 1);
}

/* While the clock stands still it is not, unless nothing hot is ready. */
static void the_list_is_polled_when_it_is_due(void **state)
{
	(void)state;
	tick = 0;
	watch_all();
	idle_away();
	assert_true(poller_idle() > PAIRS / 2);
	make_readable(PAIRS - 1);
	assert_int_equal(poller_wait(0), 1);
	assert_int_equal(take_all(ends[0][0]), 1);
	tick = 1;
	assert_int_equal(poller_wait(0), 2);
}

/* ---- a random walk, with a model beside it ---- */

static struct {
	short events[PAIRS];
	int bytes[PAIRS]; /* waiting to be read */
	uint64_t chance;
} walk;

static int chance(int below)
{
	walk.chance = walk.chance * UINT64_C(6364136223846793005) + 1;
	return (int)((walk.chance >> 33) % (unsigned)below);
}

static short model_of(int i)
{
	short ready = POLLOUT;

	if (walk.bytes[i] > 0)
		ready |= POLLIN;
	return walk.events[i] == PARKED ? 0 : ready & walk.events[i];
}

static void watch_randomly(int i)
{
	static const short events[] = {
		POLLIN, POLLIN, POLLIN, POLLIN, 0, POLLIN | POLLOUT, PARKED};

	walk.events[i] = events[chance(sizeof events / sizeof *events)];
	poller_watch(ends[i][0], walk.events[i]);
}

static void step(void)
{
	int i = chance(PAIRS);

	switch (chance(12)) {
	case 0:
		watch_randomly(i);
		break;
	case 1:
	case 2:
		make_readable(i);
		walk.bytes[i]++;
		break;
	default:
		if (walk.bytes[i] > 0)
			read_one(i);
		walk.bytes[i] -= walk.bytes[i] > 0;
	}
}

static int pair_of(int fd)
{
	for (int i = 0; i < PAIRS; i++)
		if (ends[i][0] == fd)
			return i;
	fail_msg("descriptor %d was never watched", fd);
	return -1;
}

/* Only what is ready is found. */
static void wait_and_check(bool seen[PAIRS])
{
	short revents;
	int fd;

	(void)poller_wait(0);
	while (poller_take(&fd, &revents)) {
		int i = pair_of(fd);

		assert_int_equal(revents, model_of(i));
		assert_int_not_equal(revents, 0);
		seen[i] = true;
		poller_watch(fd, walk.events[i]);
	}
}

/* All that is ready is found, at the latest when the list is due. */
static void check_round(void)
{
	bool seen[PAIRS] = {false};

	tick = 1;
	for (int waits = 0; waits < 4; waits++)
		wait_and_check(seen);
	tick = 0;
	for (int i = 0; i < PAIRS; i++)
		assert_true(seen[i] == (model_of(i) != 0));
}

static void a_walk_loses_nothing_and_invents_nothing(void **state)
{
	bool seen[PAIRS];

	(void)state;
	walk.chance = 42;
	tick = 0;
	for (int i = 0; i < PAIRS; i++) {
		walk.events[i] = POLLIN;
		walk.bytes[i] = 0;
	}
	watch_all();
	for (int i = 0; i < WALK; i++) {
		step();
		if (chance(3) == 0)
			wait_and_check(seen);
		if (chance(200) == 0)
			check_round();
	}
}

#define WITH(kind, name)                                        \
	{                                                       \
#kind ": " #name, name, open_##kind, shut, NULL \
	}
#define ALL(kind)                                                           \
	WITH(kind, what_comes_for_an_idle_one_is_found),                    \
		WITH(kind, all_at_once_are_all_found),                      \
		WITH(kind, the_sleep_ends_for_an_idle_one),                 \
		WITH(kind, events_that_change_while_idle_count),            \
		WITH(kind, what_is_closed_while_idle_is_not_heard_of),      \
		WITH(kind, what_is_parked_after_it_was_found_is_not_taken), \
		WITH(kind, a_walk_loses_nothing_and_invents_nothing)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ALL(list),
		ALL(select),
		WITH(list, an_idle_hang_up_is_found),
		WITH(list, the_list_is_polled_when_it_is_due),
	};
	const struct CMUnitTest epoll[] = {
		ALL(bell),
		ALL(epoll),
		WITH(bell, an_idle_hang_up_is_found),
		WITH(epoll, an_idle_hang_up_is_found),
		WITH(bell, only_who_is_silent_is_idle),
		WITH(bell, the_bell_is_heard_in_the_next_wait),
		WITH(bell, without_memory_for_the_bell_they_stay_hot),
		WITH(epoll, epoll_tries_again_when_there_was_no_memory),
	};
	int failed = cmocka_run_group_tests_name(
		"loop/poller_idle", tests, NULL, NULL);

	without_bell = false;
	if (poller_is_here(POLLER_EPOLL))
		failed += cmocka_run_group_tests_name(
			"loop/poller_idle: epoll", epoll, NULL, NULL);
	return failed;
}
