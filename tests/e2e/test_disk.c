/*
 * test_disk.c - a disk below the root that fails or hangs, for real.
 *
 * The disk is a file system of our own (support/fusefs.h). As everywhere, what
 * counts is the order of completion: others are served while something hangs,
 * and it hangs as long as the test says.
 */
#include "support/e2e.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OTHERS = 200, MANY = 12, HELPERS = 4 };

static const char *const ops[] = {"lookup", "open", "read"};

enum { OPS = sizeof ops / sizeof *ops };

static const struct tree *make_files(void)
{
	const struct tree *tree = tree_make();
	char name[32];

	tree_dir(tree, "disk");
	fusefs_mount(tree_path(tree, "disk"));
	for (int i = 0; i < OTHERS; i++) {
		snprintf(name, sizeof name, "f%d", i);
		tree_text(tree, name, name);
	}
	return tree;
}

#define NEEDS_DISK()                      \
	do {                              \
		const char *lacks_;       \
		lacks_ = fusefs_lacks();  \
		if (lacks_ != NULL)       \
			e2e_skip(lacks_); \
	} while (0)

static struct server *serve_disk(const char *wait)
{
	const struct tree *tree = make_files();

	return serve("--log", "off", "--helper-timeout", wait, "--read-timeout",
		wait, "--drain-timeout", "1s", tree->path);
}

/* Every other file, one after the other. */
static void get_others(const struct server *s)
{
	struct answer a = {0};
	char target[32];
	struct client c;

	client_open(&c, s);
	for (int i = 0; i < OTHERS; i++) {
		snprintf(target, sizeof target, "/f%d", i);
		client_get(&c, target, &a);
		answer_is(&a, 200);
		answer_says(&a, target + 1);
	}
	client_close(&c);
	answer_free(&a);
}

static const char *target_of(const char *deed, const char *op)
{
	static char target[64];

	snprintf(target, sizeof target, "/disk/%s-%s", deed, op);
	return target;
}

static void get_plain(const struct server *s, const char *target)
{
	struct answer a = {0};
	struct client c;

	client_open(&c, s);
	client_ask(&c, "GET", target, "");
	client_head(&c, &a, "GET");
	answer_is(&a, 200);
	assert_int_equal(a.length, FUSEFS_LEN);
	client_pattern(&c, &a, 0);
	client_close(&c);
	answer_free(&a);
}

static void what_fails_is_500(void **state)
{
	struct answer a = {0};
	struct server *s;

	(void)state;
	NEEDS_DISK();
	s = serve_disk("60s");
	get_plain(s, "/disk/plain");
	for (int i = 0; i < OPS; i++) {
		get(s, target_of("eio", ops[i]), &a);
		answer_is(&a, 500);
		get_plain(s, "/disk/plain");
	}
	get_others(s);
	/* It is asked again, not remembered. */
	fusefs_heal();
	for (int i = 0; i < OPS; i++)
		get_plain(s, target_of("eio", ops[i]));
	answer_free(&a);
	server_stop(s);
}

/* Nobody but who asked waits for it; and then it is served. */
static void nobody_waits_for_what_hangs(void **state)
{
	struct answer a = {0};
	struct client slow;
	struct server *s;

	(void)state;
	NEEDS_DISK();
	for (int i = 0; i < OPS; i++) {
		s = serve_disk("60s");
		client_open(&slow, s);
		client_ask(&slow, "GET", target_of("hang", ops[i]), "");
		AWAIT(fusefs_hanging() > 0);
		get_others(s);
		assert_false(client_has_heard(&slow));
		get_plain(s, "/disk/plain");
		fusefs_heal();
		client_head(&slow, &a, "GET");
		answer_is(&a, 200);
		client_pattern(&slow, &a, 0);
		client_close(&slow);
		server_stop(s);
		fusefs_teardown();
	}
	answer_free(&a);
}

/* The kernel would ask the disk for the metadata of an open file. */
static void what_is_open_is_served_while_the_disk_hangs(void **state)
{
	static const char *const target = "/disk/hang-stat";
	struct server *s;

	(void)state;
#ifdef CONTD_PORTABLE
	e2e_skip("POSIX cannot ask for what is known alone");
#endif
	NEEDS_DISK();
	s = serve_disk("60s");
	fusefs_heal();
	get_plain(s, target);
	fusefs_sicken();
	get_plain(s, target);
	/* A helper is, sooner or later, sent to look again. */
	AWAIT((get_plain(s, target), fusefs_hanging() > 0));
	get_plain(s, target);
	get_others(s);
	fusefs_heal();
	get_plain(s, target);
	server_stop(s);
}

static void what_hangs_too_long_is_503(void **state)
{
	struct answer a = {0};
	struct server *s;

	(void)state;
	NEEDS_DISK();
	for (int i = 0; i < OPS; i++) {
		s = serve_disk("300ms");
		get(s, target_of("hang", ops[i]), &a);
		answer_is(&a, 503);
		assert_non_null(answer_field(&a, "Retry-After"));
		get_others(s);
		fusefs_heal();
		AWAIT((get(s, target_of("hang", ops[i]), &a), a.status == 200));
		server_stop(s);
		fusefs_teardown();
	}
	answer_free(&a);
}

/* More of them than there are helpers, or threads for a device. */
static void many_that_hang_leave_room_for_others(void **state)
{
	struct client slow[MANY];
	struct answer a = {0};
	struct server *s;
	char target[64];

	(void)state;
	NEEDS_DISK();
	for (int i = 0; i < OPS; i++) {
		s = serve_disk("60s");
		for (int k = 0; k < MANY; k++) {
			snprintf(target, sizeof target, "/disk/hang-%s-%d",
				ops[i], k);
			client_open(&slow[k], s);
			client_ask(&slow[k], "GET", target, "");
		}
		AWAIT(fusefs_hanging() > 0);
		get_others(s);
		for (int k = 0; k < MANY; k++)
			assert_false(client_has_heard(&slow[k]));
		fusefs_heal();
		for (int k = 0; k < MANY; k++) {
			client_head(&slow[k], &a, "GET");
			answer_is(&a, 200);
			client_pattern(&slow[k], &a, 0);
			client_close(&slow[k]);
		}
		server_stop(s);
		fusefs_teardown();
	}
	answer_free(&a);
}

/* Who waits is let go in time; and so is the operator, who ends it. */
static void it_ends_while_something_hangs(void **state)
{
	static const char *const hangs[] = {"hang", "stuck"};
	struct answer a = {0};
	struct client slow;
	struct server *s;

	(void)state;
	NEEDS_DISK();
	for (int i = 0; i < 2 * OPS; i++) {
		s = serve_disk("300ms");
		client_open(&slow, s);
		client_ask(&slow, "GET",
			target_of(hangs[i / OPS], ops[i % OPS]), "");
		AWAIT(fusefs_hanging() > 0);
		client_answer(&slow, &a);
		answer_is(&a, 503);
		client_close(&slow);
		assert_int_equal(kill(s->pid, SIGTERM), 0);
		AWAIT(await_has_ended(s->pid));
		/* A process that the kernel holds can only go now. */
		fusefs_heal();
		assert_int_equal(server_exit(s), 0);
		fusefs_teardown();
	}
	answer_free(&a);
}

/* A helper that cannot even be killed is replaced. */
static void who_cannot_be_killed_is_replaced(void **state)
{
	struct answer a = {0};
	struct server *s;
	char target[64];

	(void)state;
	NEEDS_DISK();
	s = serve_disk("300ms");
	for (int i = 0; i < 2 * HELPERS; i++) {
		snprintf(target, sizeof target, "/disk/stuck-open-%d", i);
		get(s, target, &a);
		answer_is(&a, 503);
	}
	get_others(s);
	fusefs_heal();
	AWAIT((get(s, target, &a), a.status == 200));
	AWAIT(procs_count(s->pid, "@helper") == HELPERS);
	AWAIT(procs_zombies(s->pid) == 0);
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(what_fails_is_500),
		e2e_test(nobody_waits_for_what_hangs),
		e2e_test(what_is_open_is_served_while_the_disk_hangs),
		e2e_test(what_hangs_too_long_is_503),
		e2e_test(many_that_hang_leave_room_for_others),
		e2e_test(it_ends_while_something_hangs),
		e2e_test(who_cannot_be_killed_is_replaced),
	};

	return cmocka_run_group_tests_name("e2e/disk", tests, NULL, NULL);
}
