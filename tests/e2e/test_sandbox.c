/* test_sandbox.c - the processes are confined, it is said, and all that contd
 * does is done so. */
#include "support/e2e.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool has_sandbox(const struct server *s)
{
	return text_has(&s->err, "(sandbox: seccomp, landlock");
}

static struct server *serve_sandboxed(const char *path)
{
	struct server *s;

	if (server_is_sanitized())
		e2e_skip("a sanitizer makes calls of its own");
	s = server_serve(
		NULL, (const char *const[]){"--sandbox", "auto", path, NULL});
	if (!has_sandbox(s)) {
		server_stop(s);
		e2e_skip("this build, or this system, has no sandbox");
	}
	return s;
}

static void expect_status(pid_t pid, const char *field, const char *value)
{
	if (strcmp(procs_status(pid, field), value) != 0)
		fail_msg("%s of process %ld is '%s', not '%s'", field,
			(long)pid, procs_status(pid, field), value);
}

static void every_process_is_confined(void **state)
{
	const struct tree *tree = tree_make();
	pid_t pids[PROCS_MAX];
	struct server *s;
	size_t count;

	(void)state;
	s = serve_sandboxed(tree->path);
	expect_status(s->pid, "NoNewPrivs", "1");
	expect_status(procs_one(s->pid, "@logger"), "NoNewPrivs", "1");
	count = procs_children(s->pid, "@worker", pids);
	assert_int_equal(count, 1);
	expect_status(pids[0], "Seccomp", "2");
	expect_status(pids[0], "CapEff", "0000000000000000");
	expect_status(pids[0], "CapPrm", "0000000000000000");
	/* It is so before it looks at its first job. */
	AWAIT((count = procs_children(s->pid, "@helper", pids)) == 4);
	for (size_t i = 0; i < count; i++)
		AWAIT(strcmp(procs_status(pids[i], "Seccomp"), "2") == 0);
	server_stop(s);
}

static void it_may_be_switched_off(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s = server_serve(NULL,
		(const char *const[]){"--sandbox", "off", tree->path, NULL});

	(void)state;
	assert_true(text_has(&s->err, "/ (sandbox: off)\n"));
	expect_status(procs_one(s->pid, "@worker"), "Seccomp", "0");
	expect_status(procs_one(s->pid, "@worker"), "NoNewPrivs", "0");
	server_stop(s);
}

/* Or it does not serve. */
static void it_may_be_required(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s;

	(void)state;
	server_stop(serve_sandboxed(tree->path));
	s = server_serve(NULL, (const char *const[]){"--sandbox", "require",
				       tree->path, NULL});
	assert_true(has_sandbox(s));
	server_stop(s);
}

static void without_one_what_requires_it_ends(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s;
	bool has;

	(void)state;
	if (server_is_sanitized())
		e2e_skip("a sanitizer makes calls of its own");
	s = server_serve(NULL,
		(const char *const[]){"--sandbox", "auto", tree->path, NULL});
	has = has_sandbox(s);
	server_stop(s);
	if (has)
		e2e_skip("this system has a sandbox");
	s = server_spawn(
		NULL, (const char *const[]){"--listen", "127.0.0.1:0",
			      "--sandbox", "require", tree->path, NULL});
	assert_int_equal(server_exit(s), 71);
	assert_string_equal(s->err.at,
		"contd: a sandbox is required; this system provides: "
		"none\n");
}

/* ---- what contd does, it does in the sandbox ---- */

static void make_site(const struct tree *tree)
{
	char name[64];

	tree_dir(tree, "www");
	tree_dir(tree, "www/d");
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "www/d/%d.txt", i);
		tree_text(tree, name, "text");
	}
	tree_file(tree, "www/large", 9000000);
	tree_link(tree, "www/link", "d/1.txt");
	tree_text(tree, "www/a.css", "a {}");
	tree_text(tree, "www/a.css.gz", "not really");
	tree_text(tree, "secret", "a secret");
	tree_link(tree, "www/out", "../secret");
}

static void expect_answer(
	const struct server *s, const char *target, int status)
{
	struct answer a = {0};

	get(s, target, &a);
	if (a.status != status)
		fail_msg("%s is answered with %d", target, a.status);
	answer_free(&a);
}

static void serve_everything(const struct tree *tree, const char *const args[])
{
	struct server *s = server_serve(NULL, args);

	for (int i = 0; i < 3; i++) {
		expect_answer(s, "/d/", 200);
		expect_answer(s, "/d/?format=json&sort=time", 200);
		expect_answer(s, "/d", 301);
		expect_answer(s, "/large", 200);
		expect_answer(s, "/a.css", 200);
		expect_answer(s, "/none", 404);
		expect_answer(s, "/%2e%2e/secret", 400);
	}
	/* The log is opened anew, and gets what comes then. */
	assert_int_equal(
		rename(tree_path(tree, "log"), tree_path(tree, "log.1")), 0);
	assert_int_equal(kill(s->pid, SIGUSR1), 0);
	AWAIT(access(tree_path(tree, "log"), F_OK) == 0);
	expect_answer(s, "/d/1.txt", 200);
	server_stop(s);
	assert_false(text_has(&s->err, "sandbox ends"));
}

static void everything_works_in_it(void **state)
{
	static const char *const waits[] = {"poll", "select"};
	static const char *const links[] = {"within-root", "none", "all"};
	const struct tree *tree = tree_make();
	char www[TREE_PATH];
	char log[TREE_PATH];

	(void)state;
	make_site(tree);
	snprintf(www, sizeof www, "%s", tree_path(tree, "www"));
	snprintf(log, sizeof log, "%s", tree_path(tree, "log"));
	server_stop(serve_sandboxed(www));
	for (size_t i = 0; i < 6; i++)
		serve_everything(
			tree, (const char *const[]){"--sandbox", "require",
				      "--wait", waits[i % 2], "--symlinks",
				      links[i % 3], "--listing", "on",
				      "--workers", i % 2 ? "2" : "1",
				      "--log-file", log, www, NULL});
}

/* Links to wherever are what the operator has asked for; and nothing but the
 * sandbox says what a helper may read. */
static void links_lead_where_they_may(void **state)
{
	const struct tree *tree = tree_make();
	char www[TREE_PATH];
	struct server *s;

	(void)state;
	make_site(tree);
	snprintf(www, sizeof www, "%s", tree_path(tree, "www"));
	s = serve_sandboxed(www);
	expect_answer(s, "/out", 403);
	server_stop(s);
	s = server_serve(NULL, (const char *const[]){"--sandbox", "require",
				       "--symlinks", "all", www, NULL});
	expect_answer(s, "/out", 200);
	server_stop(s);
}

/* Every helper is bound to the old directory, and every one is replaced. */
static void a_deploy_is_seen_by_every_helper(void **state)
{
	const struct tree *tree = tree_make();
	char current[TREE_PATH];
	struct answer a = {0};
	struct server *s;

	(void)state;
	tree_dir(tree, "one");
	tree_dir(tree, "two");
	tree_text(tree, "one/a.txt", "one");
	tree_text(tree, "two/a.txt", "two");
	tree_link(tree, "current", "one");
	snprintf(current, sizeof current, "%s", tree_path(tree, "current"));
	s = serve_sandboxed(current);
	get(s, "/a.txt", &a);
	answer_says(&a, "one");
	tree_link(tree, "next", "two");
	assert_int_equal(rename(tree_path(tree, "next"), current), 0);
	AWAIT((get(s, "/a.txt", &a), strcmp(a.body.at, "two") == 0));
	/* Nobody died of it, and names that were never asked for are found. */
	tree_text(tree, "two/b.txt", "b");
	for (int i = 0; i < 20; i++) {
		char target[32];

		snprintf(target, sizeof target, "/none-%d", i);
		expect_answer(s, target, 404);
	}
	answer_free(&a);
	get_says(s, "/b.txt", "b");
	server_stop(s);
	assert_false(text_has(&s->err, "a new one is starting"));
}

/* ---- who is killed by it ---- */

/* SIGSYS as the filter sends it; the next worker serves. */
static void a_killed_worker_is_replaced_and_it_is_said(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s;
	pid_t worker;

	(void)state;
	tree_text(tree, "a.txt", "text");
	s = serve_sandboxed(tree->path);
	s->hurt = true;
	worker = procs_one(s->pid, "@worker");
	assert_int_equal(kill(worker, SIGSYS), 0);
	AWAIT(procs_one(s->pid, "@worker") != 0 &&
		procs_one(s->pid, "@worker") != worker);
	expect_answer(s, "/a.txt", 200);
	server_stop(s);
	assert_true(text_has(&s->err, "was killed by its sandbox"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(every_process_is_confined),
		e2e_test(it_may_be_switched_off),
		e2e_test(it_may_be_required),
		e2e_test(without_one_what_requires_it_ends),
		e2e_test(everything_works_in_it),
		e2e_test(links_lead_where_they_may),
		e2e_test(a_deploy_is_seen_by_every_helper),
		e2e_test(a_killed_worker_is_replaced_and_it_is_said),
	};

	return cmocka_run_group_tests_name("e2e/sandbox", tests, NULL, NULL);
}
