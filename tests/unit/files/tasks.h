/*
 * tasks.h - a pool of helpers, and those who ask it.
 *
 * Programs that include it are linked with --wrap=sys_now (test_*.link).
 */
#ifndef CONTD_TESTS_UNIT_FILES_TASKS_H
#define CONTD_TESTS_UNIT_FILES_TASKS_H

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fdpass.h"
#include "files/helpers.h"
#include "support/ground.h"
#include "support/played.h"
#include "support/turns.h"

static struct helpers *pool;
static int master; /* its end of the control channel */
static int control;

/* A name that is asked for, and what its handler was told last. */
struct asker {
	struct task task;
	int resumed;
	enum helpers_answer what;
	struct found found;
	int fd;
};

static inline int open_pool(void **state)
{
	int ends[2];

	turns_open(state);
	assert_int_equal(fdpass_pair(ends), 0);
	master = ends[0];
	control = ends[1];
	pool = helpers_open(control);
	assert_non_null(pool);
	return 0;
}

static inline int shut_pool(void **state)
{
	helpers_shut(pool);
	close(master);
	close(control);
	return turns_shut(state);
}

static inline void on_answer(int fd, short revents, void *state)
{
	struct asker *asker = state;

	(void)fd;
	asker->resumed++;
	asker->what = helpers_take(
		pool, &asker->task, revents, &asker->found, &asker->fd);
}

static inline int ask_for(struct asker *asker, const char *path, bool slash)
{
	*asker = (struct asker){.fd = -1};
	asker->task.path = slice_text(path);
	asker->task.flags = slash ? JOB_SLASH : 0;
	asker->task.next = then(on_answer, asker);
	return helpers_ask(pool, &asker->task);
}

static inline void ask(struct asker *asker, const char *path)
{
	assert_int_equal(ask_for(asker, path, false), 0);
}

/* It was resumed so many times, and told this the last time. */
static inline void was_told(
	const struct asker *asker, int times, enum helpers_answer what)
{
	assert_int_equal(asker->resumed, times);
	assert_int_equal(asker->what, what);
}

static inline void dies(int helper)
{
	close(helper);
	take_turn();
}

/* Exactly one of them has a job, this one: who? */
static inline int taker(
	const int *helpers, int count, const char *path, bool slash)
{
	int found = -1;

	for (int i = 0; i < count; i++) {
		struct pollfd row = {.fd = helpers[i], .events = POLLIN};

		if (poll(&row, 1, 0) != 1 || (row.revents & POLLHUP) != 0)
			continue;
		assert_int_equal(found, -1);
		found = i;
	}
	assert_int_not_equal(found, -1);
	played_expects(helpers[found], path, slash);
	return helpers[found];
}

static inline void hears_nothing(int helper)
{
	struct job job;

	assert_false(played_job(helper, &job));
}

static inline void master_hears(uint32_t kind, uint32_t number)
{
	uint32_t which = 0;

	assert_int_equal(played_control(master, &which), kind);
	assert_int_equal(which, number);
}

static inline void master_hears_nothing(void)
{
	uint32_t which;

	assert_int_equal(played_control(master, &which), 0);
}

#endif
