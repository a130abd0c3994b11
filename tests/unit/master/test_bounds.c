/*
 * test_bounds.c - limits of resources, raised and read.
 *
 * The system is one of our own: which limits can be raised depends on who runs
 * the test, and on where. Where files are large by another name of a call
 * (glibc), limits are as well.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "master/bounds.h"
#include "master/status.h"

enum { MIB = 1024 * 1024, NUMBERS = 1 << 20, MUCH = 1000 * 1000 * 1000 };

/* MemorySanitizer calls these before it is ready for what it instruments. */
#define EARLY
#if defined __has_feature
#if __has_feature(memory_sanitizer)
#undef EARLY
#define EARLY __attribute__((no_sanitize("memory")))
#endif
#endif

static struct {
	bool plays; /* else calls go to the system */
	bool is_unknown;
	bool may_raise; /* upper limits */
	uid_t uid;
	int flags; /* of mlockall() */
	struct rlimit nofile, memlock;
} fake;

int __real_getrlimit(int resource, struct rlimit *limit);
int __wrap_getrlimit(int resource, struct rlimit *limit);
int __wrap_getrlimit64(int resource, struct rlimit *limit);
int __real_setrlimit(int resource, const struct rlimit *limit);
int __wrap_setrlimit(int resource, const struct rlimit *limit);
int __wrap_setrlimit64(int resource, const struct rlimit *limit);
uid_t __real_geteuid(void);
uid_t __wrap_geteuid(void);
int __real_mlockall(int flags);
int __wrap_mlockall(int flags);

static struct rlimit *limit_of(int resource)
{
	return resource == RLIMIT_NOFILE ? &fake.nofile : &fake.memlock;
}

static int play_getrlimit(int resource, struct rlimit *limit)
{
	if (fake.is_unknown) {
		errno = EINVAL;
		return -1;
	}
	*limit = *limit_of(resource);
	return 0;
}

static int play_setrlimit(int resource, const struct rlimit *limit)
{
	assert_true(limit->rlim_cur <= limit->rlim_max);
	if (limit->rlim_max > limit_of(resource)->rlim_max && !fake.may_raise) {
		errno = EPERM;
		return -1;
	}
	*limit_of(resource) = *limit;
	return 0;
}

static int play_mlockall(int flags)
{
	fake.flags = flags;
	errno = ENOMEM;
	return fake.memlock.rlim_cur > 0 ? 0 : -1;
}

EARLY int __wrap_getrlimit(int resource, struct rlimit *limit)
{
	return fake.plays ? play_getrlimit(resource, limit)
			  : __real_getrlimit(resource, limit);
}

EARLY int __wrap_getrlimit64(int resource, struct rlimit *limit)
{
	return __wrap_getrlimit(resource, limit);
}

EARLY int __wrap_setrlimit(int resource, const struct rlimit *limit)
{
	return fake.plays ? play_setrlimit(resource, limit)
			  : __real_setrlimit(resource, limit);
}

EARLY int __wrap_setrlimit64(int resource, const struct rlimit *limit)
{
	return __wrap_setrlimit(resource, limit);
}

EARLY uid_t __wrap_geteuid(void)
{
	return fake.plays ? fake.uid : __real_geteuid();
}

EARLY int __wrap_mlockall(int flags)
{
	return fake.plays ? play_mlockall(flags) : __real_mlockall(flags);
}

static int begin(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof fake);
	fake.uid = 1000;
	fake.nofile = (struct rlimit){200, 300};
	fake.plays = true;
	return 0;
}

static int end(void **state)
{
	(void)state;
	fake.plays = false;
	return 0;
}

static char says[1024];

/* What bounds_raise returns; its reason is in says. */
static int raise_for(const struct options *options)
{
	struct buf error = buf_on(says, sizeof says - 1);
	int status = bounds_raise(options, &error);

	says[error.len] = '\0';
	return status;
}

static void limit_is(const struct rlimit *limit, rlim_t now, rlim_t most)
{
	assert_int_equal(limit->rlim_cur, now);
	assert_int_equal(limit->rlim_max, most);
}

/* ---- descriptors ---- */

static void as_many_as_may_be_had_are_raised_and_counted(void **state)
{
	static const struct {
		rlim_t now, most, raised;
	} cases[] = {
		{200, 300, 300},
		{300, 300, 300},
		{200, NUMBERS, NUMBERS},
		/* beyond that, tables grow for nobody */
		{200, NUMBERS + 1, NUMBERS},
		{200, RLIM_INFINITY, NUMBERS},
		{NUMBERS, RLIM_INFINITY, NUMBERS},
		{NUMBERS + 1, RLIM_INFINITY, NUMBERS + 1},
		{RLIM_INFINITY, RLIM_INFINITY, RLIM_INFINITY},
	};
	const struct options options = {.memory = 0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t count = cases[i].raised < NUMBERS
				       ? (size_t)cases[i].raised
				       : NUMBERS;

		fake.nofile = (struct rlimit){cases[i].now, cases[i].most};
		assert_int_equal(raise_for(&options), 0);
		limit_is(&fake.nofile, cases[i].raised, cases[i].most);
		assert_int_equal(bounds_of(&options).descriptors, count);
	}
}

static void the_options_are_limits_too(void **state)
{
	const struct options options = {
		.max_clients = 50, .max_requests = 7, .memory = 12345};
	struct limits limits = bounds_of(&options);

	(void)state;
	assert_int_equal(
		limits.descriptors, limits_of(200, 50, 7, 12345).descriptors);
	assert_int_equal(limits.clients, 50);
	assert_int_equal(limits.requests, 7);
	assert_int_equal(limits.copies, 12345);
}

static void a_system_that_does_not_know_has_a_few(void **state)
{
	const struct options options = {.lock_memory = true};

	(void)state;
	fake.is_unknown = true;
	assert_int_equal(raise_for(&options), 0);
	limit_is(&fake.nofile, 200, 300);
	limit_is(&fake.memlock, 0, 0);
	assert_int_equal(bounds_of(&options).descriptors, 256);
}

static void a_worker_keeps_no_more_than_its_table(void **state)
{
	const struct options options = {.lock_memory = false};
	const struct limits limits = {.descriptors = 200};

	(void)state;
	fake.nofile = (struct rlimit){300, 400};
	assert_int_equal(bounds_keep(&options, &limits), 0);
	limit_is(&fake.nofile, 200, 400);
	fake.nofile = (struct rlimit){100, 400};
	assert_int_equal(bounds_keep(&options, &limits), 0);
	limit_is(&fake.nofile, 100, 400);
}

/* ---- memory to lock ---- */

static void nothing_is_locked_unasked(void **state)
{
	const struct options options = {.lock_memory = false};
	const struct limits limits = {.descriptors = 300};

	(void)state;
	fake.may_raise = true;
	assert_int_equal(raise_for(&options), 0);
	limit_is(&fake.memlock, 0, 0);
	assert_int_equal(bounds_keep(&options, &limits), 0);
	assert_int_equal(fake.flags, 0);
}

/* All that a worker may need, and what is beside that: a limit at which it is
 * killed in its work would be none. */
static void what_a_worker_needs_can_be_locked(void **state)
{
	static const rlim_t most[] = {0, MUCH, RLIM_INFINITY};
	const struct options options = {.lock_memory = true};

	(void)state;
	fake.may_raise = true;
	for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
		const struct rlimit *memlock = &fake.memlock;
		struct limits limits;

		fake.memlock = (struct rlimit){0, most[i]};
		assert_int_equal(raise_for(&options), 0);
		limits = bounds_of(&options);
		assert_true(memlock->rlim_cur >=
			    limits_memory(&limits) + UINT64_C(16) * MIB);
		assert_int_equal(memlock->rlim_max, memlock->rlim_cur > most[i]
							    ? memlock->rlim_cur
							    : most[i]);
	}
	/* Enough is left alone. */
	fake.memlock = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
	assert_int_equal(raise_for(&options), 0);
	limit_is(&fake.memlock, RLIM_INFINITY, RLIM_INFINITY);
	assert_int_equal(bounds_keep(&options, &(struct limits){0}), 0);
	assert_int_equal(fake.flags, MCL_CURRENT | MCL_FUTURE);
}

/* Root's privilege is enough, where it stays. */
static void who_may_not_lock_so_much_is_told(void **state)
{
	static const struct {
		uid_t uid;
		enum options_sandbox sandbox;
		const char *user;
		int status;
	} cases[] = {
		{0, OPTIONS_SANDBOX_OFF, NULL, 0},
		{0, OPTIONS_SANDBOX_OFF, "www-data", STATUS_DENIED},
		{0, OPTIONS_SANDBOX_AUTO, NULL, STATUS_DENIED},
		{1000, OPTIONS_SANDBOX_OFF, NULL, STATUS_DENIED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct options options = {.lock_memory = true,
			.user = cases[i].user,
			.sandbox = cases[i].sandbox};

		fake.uid = cases[i].uid;
		assert_int_equal(raise_for(&options), cases[i].status);
		limit_is(&fake.memlock, 0, 0);
		assert_int_equal(cases[i].status != 0,
			strstr(says, "cannot lock ") &&
				strstr(says, strerror(EPERM)) &&
				strstr(says, "ulimit -l"));
		assert_int_equal(
			bounds_keep(&options, &(struct limits){0}), -1);
		assert_int_equal(errno, ENOMEM);
	}
}

/* ---- what is said ---- */

static void a_part_of_a_mebibyte_is_said_as_one(void **state)
{
	const struct limits limits = limits_of(300, 50, 7, 12345);
	uint64_t memory = limits_memory(&limits);
	struct buf b = buf_on(says, sizeof says - 1);
	char want[128];

	(void)state;
	assert_true(memory % MIB > 0);
	snprintf(want, sizeof want,
		"50 clients and 7 requests at a time, %llu MiB of memory",
		(unsigned long long)(memory / MIB + 1));
	bounds_write(&limits, &b);
	says[b.len] = '\0';
	assert_string_equal(says, want);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(as_many_as_may_be_had_are_raised_and_counted),
		TEST(the_options_are_limits_too),
		TEST(a_system_that_does_not_know_has_a_few),
		TEST(a_worker_keeps_no_more_than_its_table),
		TEST(nothing_is_locked_unasked),
		TEST(what_a_worker_needs_can_be_locked),
		TEST(who_may_not_lock_so_much_is_told),
		TEST(a_part_of_a_mebibyte_is_said_as_one),
	};

	return cmocka_run_group_tests_name("master/bounds", tests, NULL, NULL);
}
