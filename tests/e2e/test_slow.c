/*
 * test_slow.c - a disk that hangs delays only those who asked for it.
 *
 * The criterion is the order of completion: the disk hangs until all others
 * have been answered, however long that takes.
 */
#include "support/e2e.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OTHERS = 200, MOST = 24, NEVER_MS = 600000, SLOW_LEN = 100000 };

static const struct tree *make_files(void)
{
	static const char *const slow[] = {"slow/slow-open.bin",
		"slow/slow-stat.bin", "slow/slow-read.bin", "slow-open.bin"};
	const struct tree *tree = tree_make();
	char name[32];

	tree_dir(tree, "slow");
	for (size_t i = 0; i < sizeof slow / sizeof *slow; i++)
		tree_file(tree, slow[i], SLOW_LEN);
	for (int i = 0; i < OTHERS; i++) {
		snprintf(name, sizeof name, "f%d", i);
		tree_text(tree, name, name);
	}
	return tree;
}

static struct server *serve_slowly(
	const struct tree *tree, long ms, const char *option, const char *value)
{
	struct server *s;
	char number[32];

	snprintf(number, sizeof number, "%ld", ms);
	setenv("LD_PRELOAD", e2e_library("CONTD_SLOWFS"), 1);
	setenv("SLOWFS_MS", number, 1);
	setenv("SLOWFS_READ", tree_path(tree, "slow/slow-read.bin"), 1);
	s = serve("--log", "off", option, value, tree->path);
	unsetenv("LD_PRELOAD");
	return s;
}

/* Names and reads are slow until the gate is opened. */
static struct server *serve_with_gate(const struct tree *tree)
{
	struct server *s;

	tree_text(tree, "gate", "shut");
	setenv("SLOWFS_GATE", tree_path(tree, "gate"), 1);
	s = serve_slowly(
		tree, NEVER_MS, "--helper-timeout=10m", "--read-timeout=10m");
	unsetenv("SLOWFS_GATE");
	return s;
}

static void open_gate(const struct tree *tree)
{
	tree_poke(tree, "gate", 0, "open");
}

/* Gets every other file once, one after the other, none of them known to the
 * server yet. */
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

static void gets_slow_file(struct client *c)
{
	struct answer a = {0};

	client_head(c, &a, "GET");
	answer_is(&a, 200);
	client_pattern(c, &a, 0);
	client_close(c);
	answer_free(&a);
}

/* These are asked for at once, and wait at the gate while all others are
 * answered. With a library that did nothing they would not wait. */
static void nobody_waits_for_all(
	const struct tree *tree, char targets[][64], int count)
{
	struct server *s = serve_with_gate(tree);
	struct client slow[MOST];

	assert_in_range(count, 1, MOST);
	for (int i = 0; i < count; i++) {
		client_open(&slow[i], s);
		client_ask(&slow[i], "GET", targets[i], "");
	}
	get_others(s);
	for (int i = 0; i < count; i++)
		if (client_has_heard(&slow[i]))
			fail_msg("%s did not wait at the gate", targets[i]);
	open_gate(tree);
	for (int i = 0; i < count; i++)
		gets_slow_file(&slow[i]);
	server_stop(s);
}

static void nobody_waits_for(const char *target)
{
	char targets[1][64];

	snprintf(targets[0], sizeof targets[0], "%s", target);
	nobody_waits_for_all(make_files(), targets, 1);
}

static void nobody_waits_for_a_slow_open(void **state)
{
	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_SLOWFS");
	nobody_waits_for("/slow/slow-open.bin");
}

static void nobody_waits_for_a_slow_stat(void **state)
{
	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_SLOWFS");
	nobody_waits_for("/slow/slow-stat.bin");
}

static void nobody_waits_for_a_slow_read(void **state)
{
	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_SLOWFS");
	nobody_waits_for("/slow/slow-read.bin");
}

static void a_slow_name_may_be_beside_fast_ones(void **state)
{
	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_SLOWFS");
	nobody_waits_for("/slow-open.bin");
}

/* So many names that hang at once, all in one directory; the others lie in
 * another. */
static void nobody_waits_for_a_hung_directory(int count)
{
	const struct tree *tree = make_files();
	char targets[MOST][64];

	for (int i = 0; i < count; i++) {
		snprintf(
			targets[i], sizeof targets[i], "/slow/slow-open-%d", i);
		tree_file(tree, targets[i] + 1, SLOW_LEN);
	}
	nobody_waits_for_all(tree, targets, count);
}

static void a_few_slow_names_leave_helpers_for_others(void **state)
{
	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_SLOWFS");
	nobody_waits_for_a_hung_directory(3);
}

/* More than there can be helpers. */
static void many_slow_names_leave_helpers_for_others(void **state)
{
	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_SLOWFS");
	nobody_waits_for_a_hung_directory(MOST);
}

static void those_who_ask_for_the_same_share_one_look(void **state)
{
	enum { SAME = 20 };
	char targets[SAME][64];

	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_SLOWFS");
	for (int i = 0; i < SAME; i++)
		snprintf(targets[i], sizeof targets[i], "%s",
			"/slow/slow-open.bin");
	nobody_waits_for_all(make_files(), targets, SAME);
}

static void a_name_that_takes_too_long_is_503(void **state)
{
	const struct tree *tree;
	struct answer a = {0};
	struct server *s;

	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_SLOWFS");
	tree = make_files();
	s = serve_slowly(tree, 60000, "--helper-timeout", "300ms");
	get(s, "/slow/slow-open.bin", &a);
	answer_is(&a, 503);
	assert_non_null(answer_field(&a, "Retry-After"));
	get_others(s);
	answer_free(&a);
	server_stop(s);
}

/* It is sent from memory, once it has been read. */
static void the_page_of_503_waits_for_nothing(void **state)
{
	const struct tree *tree;
	struct answer a = {0};
	struct server *s;

	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_SLOWFS");
	tree = make_files();
	tree_text(tree, "busy.html", "we are busy");
	s = serve_slowly(tree, 60000, "--helper-timeout=300ms",
		"--error-page=503=/busy.html");
	AWAIT((get(s, "/slow/slow-open.bin", &a), answer_is(&a, 503),
		text_has(&a.body, "we are busy")));
	answer_says(&a, "we are busy");
	answer_has(&a, "Cache-Control", "no-store");
	assert_non_null(answer_field(&a, "Retry-After"));
	answer_free(&a);
	server_stop(s);
}

static void a_read_that_takes_too_long_is_given_up(void **state)
{
	const struct tree *tree;
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_SLOWFS");
	tree = make_files();
	s = serve_slowly(tree, 60000, "--read-timeout", "300ms");
	client_open(&c, s);
	client_ask(&c, "GET", "/slow/slow-read.bin", "");
	/* An error if the head was not sent yet, else a broken connection;
	 * never a body that looks complete. */
	while (!c.ended && !text_has(&c.in, "</html>")) {
		await(c.fd, POLLIN, "an answer or its end");
		client_has_heard(&c);
		if (!text_has(&c.in, " 200 ") && c.in.len > 0)
			break;
		c.taken = c.in.len;
	}
	if (text_has(&c.in, " 200 "))
		assert_true(c.reset || c.in.len < SLOW_LEN);
	else
		assert_true(text_has(&c.in, "HTTP/1.1 50"));
	client_close(&c);
	get_others(s);
	answer_free(&a);
	server_stop(s);
}

/* ---- what is said of a turn that waits after all ---- */

static struct server *serve_with_stalls(
	const struct tree *tree, long ms, const char *limit)
{
	struct server *s;

	setenv("SLOWFS_STALL", "1", 1);
	s = serve_slowly(tree, ms, "--stall", limit);
	unsetenv("SLOWFS_STALL");
	return s;
}

static void get_slow(const struct server *s)
{
	struct client c;

	client_open(&c, s);
	client_ask(&c, "GET", "/slow/slow-read.bin", "");
	gets_slow_file(&c);
}

static long number_behind(const struct server *s, const char *words)
{
	const char *at = strstr(s->err.at, words);

	if (at == NULL)
		fail_msg("no '%s' in '%s'", words, s->err.at);
	return strtol(at + strlen(words), NULL, 10);
}

/* The machine may stall too, in another handler: only who stalls so long is
 * known. */
static void a_turn_that_waits_is_said(void **state)
{
	enum { STALL_MS = 2000 };
	const struct tree *tree;
	struct server *s;

	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_SLOWFS");
	tree = make_files();
	s = serve_with_stalls(tree, STALL_MS, "1900ms");
	get_slow(s);
	AWAIT(text_has(&s->err, "contd: a turn took "));
	AWAIT(text_has(&s->err, "preemptions "));
	assert_in_range(
		number_behind(s, "a turn took "), STALL_MS, AWAIT_LIMIT);
	/* It slept, and did not work. */
	assert_in_range(
		number_behind(s, "of CPU time at most "), 0, STALL_MS / 2);
	assert_true(number_behind(s, "handlers run ") >= 1);
	assert_true(text_has(&s->err, ", the longest on_"));
	assert_true(number_behind(s, ", descriptor ") > 2);
	server_stop(s);
}

static void nothing_is_said_of_turns_if_so_asked(void **state)
{
	const struct tree *tree;
	struct server *s;

	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_SLOWFS");
	tree = make_files();
	s = serve_with_stalls(tree, 300, "0");
	get_slow(s);
	server_stop(s);
	assert_false(text_has(&s->err, "a turn took"));
}

/* It is sent past the loop, and the first call waits for the disk: only that
 * one does. Each of twenty blocks would be a stall otherwise. */
static void a_disk_makes_sendfile_wait_once(void **state)
{
	enum { STALL_MS = 1100, LEN = 20 * 256 * 1024 };
	const struct tree *tree;
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	E2E_NEEDS_LIBRARY("CONTD_SLOWFS");
	if (!server_can_run((const char *const[]){
		    server_binary(), "--files", "auto", "--version", NULL}))
		e2e_skip("no sendfile on this system");
	tree = make_files();
	tree_file(tree, "slow/slow-read.bin", LEN);
	setenv("SLOWFS_SEND", "1", 1);
	s = serve_slowly(tree, STALL_MS, "--files=auto", "--stall=1s");
	unsetenv("SLOWFS_SEND");
	client_open(&c, s);
	/* Read; sent past us until that waits, then read; read. */
	for (int i = 0; i < 3; i++) {
		client_ask(&c, "GET", "/slow/slow-read.bin", "");
		client_head(&c, &a, "GET");
		answer_is(&a, 200);
		client_pattern(&c, &a, 0);
	}
	AWAIT(text_has(&s->err, "contd: a turn took "));
	client_close(&c);
	answer_free(&a);
	server_stop(s);
	assert_int_equal(text_count(&s->err, "a turn took "), 1);
	assert_false(text_has(&s->err, "more such turns"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(nobody_waits_for_a_slow_open),
		e2e_test(nobody_waits_for_a_slow_stat),
		e2e_test(nobody_waits_for_a_slow_read),
		e2e_test(a_slow_name_may_be_beside_fast_ones),
		e2e_test(a_few_slow_names_leave_helpers_for_others),
		e2e_test(many_slow_names_leave_helpers_for_others),
		e2e_test(those_who_ask_for_the_same_share_one_look),
		e2e_test(a_name_that_takes_too_long_is_503),
		e2e_test(the_page_of_503_waits_for_nothing),
		e2e_test(a_read_that_takes_too_long_is_given_up),
		e2e_test(a_turn_that_waits_is_said),
		e2e_test(nothing_is_said_of_turns_if_so_asked),
		e2e_test(a_disk_makes_sendfile_wait_once),
	};

	return cmocka_run_group_tests_name("e2e/slow", tests, NULL, NULL);
}
