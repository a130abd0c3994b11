/*
 * test_clocks.c - the time of day is set, the machine was asleep.
 *
 * Deadlines and ages go by a clock that nobody sets; only what is written, and
 * how old a file is, goes by the time of day.
 */
#include "support/e2e.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)
#define HOUR (3600 * SECOND)
#define YEAR (8766 * HOUR)

enum { LARGE = 20000000, IDLE_TICKS = 60, QUIET_WORK = 10 };

/* How far the server's clocks are ahead of ours. */
static struct {
	volatile int64_t *day;
	volatile int64_t *steady;
	char path[TREE_PATH];
} ahead;

static void make_clocks(void)
{
	const struct tree *tree = tree_make();
	int64_t none[2] = {0, 0};
	void *at;
	int fd;

	snprintf(ahead.path, sizeof ahead.path, "%s", tree_path(tree, "ahead"));
	fd = open(ahead.path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, none, sizeof none), sizeof none);
	at = mmap(NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(at != MAP_FAILED);
	close(fd);
	ahead.day = at;
	ahead.steady = ahead.day + 1;
}

static void forget_clocks(void)
{
	munmap((void *)ahead.day, 2 * sizeof(int64_t));
}

static const struct tree *make_files(void)
{
	const struct tree *tree = tree_make();

	tree_text(tree, "small", "small");
	tree_text(tree, "changes", "one");
	tree_file(tree, "old", 1000);
	tree_file(tree, "large", LARGE);
	tree_dir(tree, "v1");
	tree_text(tree, "v1/page", "v1");
	tree_dir(tree, "v2");
	tree_text(tree, "v2/page", "v2");
	tree_link(tree, "now", "v1");
	return tree;
}

static struct server *serve_with_clocks(const struct tree *tree)
{
	struct server *s;

	make_clocks();
	setenv("LD_PRELOAD", e2e_library("CONTD_CLOCKS"), 1);
	setenv("CLOCKS_FILE", ahead.path, 1);
	s = serve("--idle-timeout", "1m", tree->path);
	unsetenv("LD_PRELOAD");
	unsetenv("CLOCKS_FILE");
	return s;
}

/* ---- dates ---- */

/* Days since 1970 of a date of the Gregorian calendar. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = month <= 2 ? month + 9 : month - 3;

	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day -
	       719469;
}

/* The seconds since 1970 of a field of this name. */
static int64_t date_of(const struct answer *a, const char *name)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *value = answer_field(a, name);
	int day, year, hour, minute, second;
	char month[4] = "";

	assert_non_null(value);
	assert_int_equal(sscanf(value, "%*3s, %2d %3s %4d %2d:%2d:%2d GMT",
				 &day, month, &year, &hour, &minute, &second),
		6);
	assert_non_null(strstr(months, month));
	return days_of(year, (int)(strstr(months, month) - months) / 3 + 1,
		       day) *
		       86400 +
	       hour * 3600 + minute * 60 + second;
}

static int64_t our_second(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (now.tv_sec * SECOND + now.tv_nsec + *ahead.day) / SECOND;
}

/* Asks in a connection that is there, and looks at the date. */
static void is_answered(struct client *c, const char *target, const char *says)
{
	struct answer a = {0};
	int64_t before = our_second();

	client_get(c, target, &a);
	answer_is(&a, 200);
	answer_says(&a, says);
	assert_in_range(date_of(&a, "Date"), before, our_second());
	/* RFC 9110, 8.8.2.1 */
	assert_true(date_of(&a, "Last-Modified") <= date_of(&a, "Date"));
	answer_free(&a);
}

static void does_not_spin(const struct server *s)
{
	pid_t worker = procs_one(s->pid, "@worker");
	int64_t until = await_limit();
	long worked = procs_worked(worker);

	for (int i = 0; i < IDLE_TICKS; i++)
		await_tick(until, "a little time");
	assert_true(procs_worked(worker) - worked < QUIET_WORK);
}

/* Asked with what it was sent with, it is the same file; and with a date of
 * before it was made, it is not. */
static void is_known(struct client *c, const char *target)
{
	struct answer a = {0};
	char field[128];

	client_get(c, target, &a);
	answer_is(&a, 200);
	snprintf(field, sizeof field, "If-Modified-Since: %s\r\n",
		answer_field(&a, "Last-Modified"));
	client_ask(c, "GET", target, field);
	client_answer(c, &a);
	answer_is(&a, 304);
	client_ask(c, "GET", target,
		"If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
	client_answer(c, &a);
	answer_is(&a, 200);
	answer_free(&a);
}

/* ---- the time of day ---- */

static const int64_t jumps[] = {1, SECOND, -SECOND, HOUR, -HOUR, 24 * HOUR,
	-24 * HOUR, 10 * YEAR, -10 * YEAR, 0};

enum { JUMPS = sizeof jumps / sizeof *jumps };

static void nobody_who_is_there_notices(void **state)
{
	const struct tree *tree;
	struct server *s;
	struct client idle, busy, half;
	struct answer a = {0};

	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_CLOCKS");
	tree = make_files();
	s = serve_with_clocks(tree);
	client_open(&idle, s);
	for (size_t i = 0; i < JUMPS; i++) {
		is_answered(&idle, "/small", "small");
		client_open(&busy, s);
		client_ask(&busy, "GET", "/large", "");
		client_head(&busy, &a, "GET");
		client_open(&half, s);
		client_say(&half, "GET /small HTTP/1.1\r\nHost: h");
		is_answered(&idle, "/small", "small");
		*ahead.day = jumps[i];
		is_answered(&idle, "/small", "small");
		does_not_spin(s);
		is_answered(&idle, "/small", "small");
		client_say(&half, "\r\n\r\n");
		client_answer(&half, &a);
		answer_is(&a, 200);
		client_close(&half);
		a.length = LARGE;
		client_pattern(&busy, &a, 0);
		client_close(&busy);
	}
	client_close(&idle);
	assert_false(text_has(&s->err, "timeout"));
	answer_free(&a);
	server_stop(s);
	forget_clocks();
}

static void what_changes_is_seen(void **state)
{
	const struct tree *tree;
	struct server *s;
	struct answer a = {0};
	struct client c;
	char text[32];

	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_CLOCKS");
	tree = make_files();
	s = serve_with_clocks(tree);
	client_open(&c, s);
	for (size_t i = 0; i < JUMPS; i++) {
		*ahead.day = jumps[i];
		/* In place; it may be read once it is old enough. */
		snprintf(text, sizeof text, "version %zu", i);
		tree_text(tree, "changes", text);
		is_answered(&c, "/changes", text);
		is_answered(&c, "/changes", text);
		is_known(&c, "/old");
		/* The way to it leads elsewhere: seen when it is looked at. */
		client_get(&c, "/now/page", &a);
		assert_int_equal(unlink(tree_path(tree, "now")), 0);
		tree_link(tree, "now", i % 2 == 0 ? "v2" : "v1");
		AWAIT((client_get(&c, "/now/page", &a),
			strcmp(a.body.at, i % 2 == 0 ? "v2" : "v1") == 0));
	}
	client_close(&c);
	answer_free(&a);
	server_stop(s);
	forget_clocks();
}

/* ---- the machine was asleep ---- */

/* Whoever has something to say by then is heard before his time is up. For who
 * has not it is: a deadline is one by this clock. */
static void who_is_there_after_a_sleep_is_served(void **state)
{
	const struct tree *tree;
	struct server *s;
	struct client idle, silent, other;
	pid_t worker;

	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_CLOCKS");
	tree = make_files();
	s = serve_with_clocks(tree);
	worker = procs_one(s->pid, "@worker");
	client_open(&idle, s);
	is_answered(&idle, "/small", "small");
	for (int i = 1; i <= 3; i++) {
		client_open(&silent, s);
		is_answered(&silent, "/small", "small");
		*ahead.steady = i * (i == 3 ? YEAR : HOUR);
		*ahead.day = *ahead.steady;
		is_answered(&idle, "/small", "small");
		client_is_closed(&silent);
		client_close(&silent);
		client_open(&other, s);
		is_answered(&other, "/changes", "one");
		does_not_spin(s);
		client_close(&other);
		is_answered(&idle, "/small", "small");
	}
	client_close(&idle);
	assert_int_equal(procs_one(s->pid, "@worker"), worker);
	server_stop(s);
	forget_clocks();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(nobody_who_is_there_notices),
		e2e_test(what_changes_is_seen),
		e2e_test(who_is_there_after_a_sleep_is_served),
	};

	return cmocka_run_group_tests_name("e2e/clocks", tests, NULL, NULL);
}
