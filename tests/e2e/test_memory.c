/*
 * test_memory.c - the bound that is said at start holds, whatever clients do;
 * and --check and --lock-memory.
 */
#include "support/e2e.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { CROWD = 400, FILES = 48, NOBODY = 65534 };

#define MOST_LOCKED (UINT64_C(4) << 30)

static struct client crowd[CROWD];

static long kib(pid_t pid, const char *field)
{
	return strtol(procs_status(pid, field), NULL, 10);
}

/* What it says at start, in KiB. */
static long bound_of(const struct text *text)
{
	const char *at = strstr(text->at, " requests at a time, ");

	assert_non_null(at);
	return strtol(strchr(at, ',') + 2, NULL, 10) * 1024;
}

/* What it has at most had of memory, without its code. */
static long used_at_most(pid_t worker)
{
	return kib(worker, "VmHWM") - kib(worker, "RssFile");
}

static void needs_room(void)
{
	struct rlimit limit;

	if (server_is_sanitized())
		e2e_skip("a sanitizer takes memory of its own");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < 2 * CROWD)
		e2e_skip("too few descriptors for the test itself");
}

static const struct tree *many_files(void)
{
	const struct tree *tree = tree_make();
	char name[32];

	/* More than there is room for in memory. */
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof name, "%d", i);
		tree_file(tree, name, 3 * 1024 * 1024);
	}
	tree_file(tree, "large", 20000000);
	tree_text(tree, "small", "small");
	return tree;
}

#define HOST " HTTP/1.1\r\nHost: h\r\n"

static char head[12000], ranges[4000];

static void make_words(void)
{
	size_t len =
		(size_t)snprintf(head, sizeof head, "GET /small" HOST "X: ");

	memset(head + len, 'x', sizeof head - len - 1);
	len = (size_t)snprintf(
		ranges, sizeof ranges, "GET /large" HOST "Range: bytes=0-0");
	for (int i = 1; i < 190; i++)
		len += (size_t)snprintf(ranges + len, sizeof ranges - len,
			",%d-%d", 3 * i, 3 * i);
	snprintf(ranges + len, sizeof ranges - len, "\r\n\r\n");
}

/* What clients may have on their minds, by their number. */
static void ask_something(int i)
{
	struct client *c = &crowd[i];
	char text[64];

	if (ranges[0] == '\0')
		make_words();
	switch (i % 5) {
	case 0: /* half a head, as long as may be */
		client_say(c, head);
		break;
	case 1: /* a file that is kept in memory, slowly */
		snprintf(text, sizeof text, "GET /%d" HOST "\r\n",
			i / 5 % FILES);
		for (int n = 0; n < 20; n++)
			client_say(c, text);
		break;
	case 2: /* one that is not */
		client_say(c, "GET /large" HOST "\r\n");
		break;
	case 3:
		client_say(c, ranges);
		break;
	default: /* nothing at all */
		break;
	}
}

static void everybody_at_once(const struct server *s)
{
	struct answer a = {0};

	for (int i = 0; i < CROWD; i++) {
		client_open(&crowd[i], s);
		ask_something(i);
	}
	for (int i = 0; i < CROWD; i++)
		if (i % 5 != 0 && i % 5 != 4)
			AWAIT(client_has_heard(&crowd[i]));
	for (int i = 0; i < CROWD; i++)
		client_close(&crowd[i]);
	AWAIT((get(s, "/small", &a), a.status == 200));
	answer_free(&a);
}

static void the_bound_holds(void **state)
{
	static const struct {
		const char *requests, *memory;
	} cases[] = {{"8192", "128M"}, {"100", "128M"}, {"8192", "64M"}};

	(void)state;
	needs_room();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct tree *tree = many_files();
		struct server *s = serve("--log", "off", "--max-clients", "500",
			"--max-requests", cases[i].requests, "--memory",
			cases[i].memory, tree->path);
		pid_t worker = procs_one(s->pid, "@worker");
		long used;

		everybody_at_once(s);
		everybody_at_once(s);
		AWAIT(text_has(&s->err, " MiB of memory\n"));
		used = used_at_most(worker);
		print_message("%ld of %ld KiB\n", used, bound_of(&s->err));
		assert_in_range(used, 1, bound_of(&s->err));
		assert_int_equal(procs_one(s->pid, "@worker"), worker);
		server_stop(s);
	}
}

/* ---- --lock-memory ---- */

static bool can_lock(void)
{
	enum { MUCH = 64 * 1024 * 1024 };
	char *memory = calloc(1, MUCH);
	bool can = memory && mlock(memory, MUCH) == 0;

	free(memory);
	return can;
}

/* In a sandbox there is no such privilege: then it takes a limit that can be
 * raised. */
static bool can_raise(void)
{
#ifdef RLIMIT_MEMLOCK
	struct rlimit limit = {MOST_LOCKED, MOST_LOCKED};
	struct rlimit now;

	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &now), 0);
	return now.rlim_max >= MOST_LOCKED ||
	       setrlimit(RLIMIT_MEMLOCK, &limit) == 0;
#else
	return true;
#endif
}

static void all_is_locked_with(const char *sandbox)
{
	const struct tree *tree = many_files();
	struct server *s = serve("--log", "off", "--lock-memory", "--sandbox",
		sandbox, "--max-clients", "500", tree->path);
	pid_t worker = procs_one(s->pid, "@worker");

	everybody_at_once(s);
	AWAIT(text_has(&s->err, " MiB of memory\n"));
	/* Tables are there as a whole now, not only where they are used. */
	assert_in_range(used_at_most(worker), 1, bound_of(&s->err));
	assert_true(kib(worker, "VmLck") > 1024);
	assert_int_equal(procs_one(s->pid, "@worker"), worker);
	server_stop(s);
}

static void memory_is_locked(void **state)
{
	(void)state;
	needs_room();
	if (geteuid() != 0 || !can_lock())
		e2e_skip("there is no privilege to lock memory");
	all_is_locked_with("off");
}

static void in_a_sandbox_too(void **state)
{
	(void)state;
	needs_room();
	if (!can_raise())
		e2e_skip("the limit of locked memory cannot be raised");
	all_is_locked_with("auto");
}

/* What is locked later counts against the limit, when the privilege is gone. */
static void no_privilege_is_counted_on_in_a_sandbox(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s;

	(void)state;
	if (geteuid() != 0 || !can_lock() || can_raise())
		e2e_skip("this is for root whose limit cannot be raised");
	s = contd_run("--lock-memory", "--sandbox", "auto", tree->path);
	assert_int_equal(server_exit(s), 77);
	assert_true(text_has(&s->err, "contd: cannot lock "));
}

static void who_may_not_lock_is_told(void **state)
{
	const char *prefix[] = {
		"sh", "-c", "ulimit -l 64; exec \"$@\"", "sh", NULL};
	const struct tree *tree = tree_make();
	struct server *s;

	(void)state;
	if (geteuid() == 0)
		server_run_as(NOBODY);
	s = server_spawn(
		prefix, (const char *const[]){"--lock-memory", "--listen",
				"127.0.0.1:0", tree->path, NULL});
	server_run_as(0);
	assert_int_equal(server_exit(s), 77);
	assert_true(text_has(&s->err, "contd: cannot lock "));
	assert_true(text_has(&s->err, "ulimit -l"));
}

/* ---- no more than this ---- */

/* Whoever asks is served or told to come again, and nobody is left waiting. */
static void ask_at_once(const struct server *s)
{
	enum { ASKERS = 60 };
	struct answer a = {0};

	for (int i = 0; i < ASKERS; i++) {
		client_open(&crowd[i], s);
		client_ask(&crowd[i], "GET", i % 2 ? "/large" : "/small", "");
	}
	for (int i = 0; i < ASKERS; i++) {
		client_head(&crowd[i], &a, "GET");
		if (a.status != 200 && a.status != 503)
			fail_msg("%d when memory is short", a.status);
	}
	for (int i = 0; i < ASKERS; i++)
		client_close(&crowd[i]);
	answer_free(&a);
}

/* The address space is limited to a little more, or less, than it needs. What
 * a crowd took is there again after it. */
static void with_little_it_answers_or_says_why_not(void **state)
{
	const char *prefix[] = {"sh", "-c", NULL, "sh", NULL};
	const struct tree *tree = tree_make();
	struct answer a = {0};
	char limit[64];
	int serving = 0;

	(void)state;
	needs_room();
	tree_text(tree, "small", "small");
	tree_file(tree, "large", 3000000);
	prefix[2] = limit;
	for (int mib = 3; mib <= 14; mib++) {
		struct server *s;
		/* With the least the first one may have got the last of it. */
		bool is_enough = serving > 0;

		snprintf(limit, sizeof limit, "ulimit -v %d; exec \"$@\"",
			mib * 1024);
		s = server_spawn(prefix,
			(const char *const[]){"--listen", "127.0.0.1:0",
				"--log", "off", "--read-timeout", "2s",
				"--send-timeout", "2s", tree->path, NULL});
		AWAIT(await_has_ended(s->pid) ||
			text_has(&s->err, " requests at a time, "));
		if (!text_has(&s->err, "contd: serving ")) {
			int status = server_exit(s);

			/* 126, 127: there is not even room for the program. */
			assert_in_range(status, 1, 127);
			assert_true(s->err.len > 0);
			continue;
		}
		server_ready(s);
		get(s, "/small", &a);
		assert_true(a.status == 200 || a.status == 503);
		serving += a.status == 200;
		ask_at_once(s);
		AWAIT((get(s, "/small", &a), a.status == 200 || !is_enough));
		assert_true(a.status == 200 || a.status == 503);
		server_stop(s);
	}
	assert_true(serving > 0);
	answer_free(&a);
}

/* ---- --check ---- */

static void check_says_what_would_be_served(void **state)
{
	const struct tree *tree = tree_make();
	const char *log = tree_path(tree, "log");
	char line[700];
	struct server *s = serve(tree->path);
	struct server *c;
	char listen[32];

	(void)state;
	/* Of another one that runs, too. */
	snprintf(listen, sizeof listen, "127.0.0.1:%d", s->places[0].port);
	c = contd_run("--check", "--listen", listen, "--max-clients", "100",
		"--max-clients-per-address", "7", "--workers", "2", "--daemon",
		"--log-file", log, tree->path);
	assert_int_equal(server_exit(c), 0);
	assert_int_equal(c->err.len, 0);
	snprintf(line, sizeof line, "would serve %s at http://%s/\n",
		tree->path, listen);
	assert_true(text_has(&c->out, line));
	assert_true(text_has(&c->out, "listings: on\n"));
	assert_true(text_has(&c->out,
		"workers: 2, each with at most 100 clients and 100 requests at "
		"a time, "));
	assert_true(text_has(&c->out, "clients of one address: 7\n"));
	assert_int_not_equal(access(log, F_OK), 0);
	server_stop(s);
}

static void check_ends_as_the_start_would(void **state)
{
	static const struct {
		const char *words[5];
		int status;
		const char *says;
	} cases[] = {
		{{"--check"}, 64, "which directory?"},
		{{"--check", "/no-such-directory"}, 66,
			"there is no directory"},
		{{"--check", "--listen=127.0.0.1", "/"}, 64, "127.0.0.1"},
		{{"--check", "--user=no-such-user", "/"}, 67, "no-such-user"},
		{{"--check", "--log-file=/no-such/log", "/"}, 73,
			"/no-such/log"},
		{{"--check", "--mime-types=/no-such", "/"}, 66, "/no-such"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct server *s = server_spawn(NULL, cases[i].words);
		int status = server_exit(s);

		if (status != cases[i].status ||
			!text_has(&s->err, cases[i].says))
			fail_msg("case %zu: %d, %s", i, status,
				s->err.at ? s->err.at : "");
		assert_int_equal(s->out.len, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(the_bound_holds),
		e2e_test(memory_is_locked),
		e2e_test(no_privilege_is_counted_on_in_a_sandbox),
		e2e_test(in_a_sandbox_too),
		e2e_test(who_may_not_lock_is_told),
		e2e_test(with_little_it_answers_or_says_why_not),
		e2e_test(check_says_what_would_be_served),
		e2e_test(check_ends_as_the_start_would),
	};

	return cmocka_run_group_tests_name("e2e/memory", tests, NULL, NULL);
}
