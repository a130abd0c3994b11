/* test_sendfile.c - files that leave past the loop, with --files auto. */
#include "support/e2e.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LARGE = 50 * 1000 * 1000, PART = 1000 * 1000 };

static bool has_sendfile(void)
{
	return server_can_run((const char *const[]){
		server_binary(), "--files", "auto", "--version", NULL});
}

#define NEEDS_SENDFILE()                                        \
	do {                                                    \
		if (!has_sendfile())                            \
			e2e_skip("no sendfile on this system"); \
	} while (0)

/* All of the file, or a part, byte for byte. */
static void get_part(
	struct client *c, const char *fields, int status, uint64_t from)
{
	struct answer a = {0};

	client_ask(c, "GET", "/large.bin", fields);
	client_head(c, &a, "GET");
	answer_is(&a, status);
	client_pattern(c, &a, from);
	answer_free(&a);
}

static void what_is_warm_is_what_it_was(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct client c;
	struct server *s;

	(void)state;
	NEEDS_SENDFILE();
	tree_file(tree, "large.bin", LARGE);
	s = serve("--files", "auto", tree->path);
	client_open(&c, s);
	for (int i = 0; i < 3; i++) {
		get_part(&c, "", 200, 0);
		get_part(&c, "Range: bytes=0-0\r\n", 206, 0);
		get_part(&c, "Range: bytes=300000-900000\r\n", 206, 300000);
		get_part(&c, "Range: bytes=-999999\r\n", 206, LARGE - 999999);
		client_ask(&c, "HEAD", "/large.bin", "");
		client_head(&c, &a, "HEAD");
		answer_is(&a, 200);
		answer_has(&a, "Content-Length", "50000000");
		client_ask(&c, "GET", "/large.bin",
			"Range: bytes=5-300000,400000-400009\r\n");
		client_answer(&c, &a);
		answer_is(&a, 206);
		assert_true(a.body.len > 300006);
	}
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

/* A client in the middle of a warm file, that does not read on. */
static struct download {
	const struct tree *tree;
	struct server *s;
	struct client c;
	struct answer a;
} half;

static void get_half_way(void)
{
	half.tree = tree_make();
	tree_file(half.tree, "large.bin", LARGE);
	half.s = serve("--files", "auto", half.tree->path);
	client_open(&half.c, half.s);
	get_part(&half.c, "", 200, 0);
	client_ask(&half.c, "GET", "/large.bin", "");
	client_head(&half.c, &half.a, "GET");
	answer_is(&half.a, 200);
	assert_int_equal(half.a.length, LARGE);
}

static void end_it(void)
{
	client_close(&half.c);
	answer_free(&half.a);
	server_stop(half.s);
}

static void is_broken_off(struct client *c)
{
	while (!c->ended) {
		await(c->fd, POLLIN, "the end of a broken answer");
		c->taken = c->in.len;
		client_has_heard(c);
	}
	assert_true(c->reset);
}

static void a_file_cut_short_is_never_padded(void **state)
{
	(void)state;
	NEEDS_SENDFILE();
	get_half_way();
	assert_int_equal(
		truncate(tree_path(half.tree, "large.bin"), LARGE / 2), 0);
	is_broken_off(&half.c);
	client_close(&half.c);
	client_open(&half.c, half.s);
	client_ask(&half.c, "GET", "/large.bin", "");
	client_head(&half.c, &half.a, "GET");
	assert_int_equal(half.a.length, LARGE / 2);
	client_pattern(&half.c, &half.a, 0);
	end_it();
}

/* A reset, so that the client knows at least. */
static void a_file_written_to_does_not_end_well(void **state)
{
	(void)state;
	NEEDS_SENDFILE();
	get_half_way();
	tree_poke(half.tree, "large.bin", 100, "another version");
	is_broken_off(&half.c);
	end_it();
}

static void a_file_replaced_is_finished_as_it_was(void **state)
{
	(void)state;
	NEEDS_SENDFILE();
	get_half_way();
	tree_text(half.tree, "new.bin", "new");
	assert_int_equal(rename(tree_path(half.tree, "new.bin"),
				 tree_path(half.tree, "large.bin")),
		0);
	client_pattern(&half.c, &half.a, 0);
	client_get(&half.c, "/large.bin", &half.a);
	answer_says(&half.a, "new");
	end_it();
}

/* ---- what the kernel is asked ---- */

/* How often the worker has called sendfile(). */
static size_t count_sendfile(const struct tree *tree, pid_t worker)
{
	char name[64];
	char line[65536];
	size_t count = 0;
	FILE *file;

	snprintf(name, sizeof name, "trace/t.%ld", (long)worker);
	file = fopen(tree_path(tree, name), "r");
	assert_non_null(file);
	/* The first call is for --files itself, without any file. */
	while (fgets(line, sizeof line, file) != NULL)
		count += strncmp(line, "sendfile", 8) == 0 &&
			 strncmp(line, "sendfile(-1", 11) != 0;
	fclose(file);
	return count;
}

static void what_is_cold_is_read(void **state)
{
	static const char *const probe[] = {
		"strace", "-f", "-o", "/dev/null", "true", NULL};
	const char *prefix[] = {
		"strace", "-ff", "-qq", "-s", "16", "-o", NULL, NULL};
	const struct tree *tree = tree_make();
	struct server *s;
	struct client c;
	pid_t worker;
	pid_t master;

	(void)state;
	NEEDS_SENDFILE();
	if (!server_can_run(probe))
		e2e_skip("no strace, or it may not trace");
	if (server_is_sanitized())
		e2e_skip("a sanitizer cannot be traced");
	tree_dir(tree, "www");
	tree_dir(tree, "trace");
	tree_file(tree, "www/large.bin", 5 * PART);
	prefix[6] = tree_path(tree, "trace/t");
	s = server_serve(
		prefix, (const char *const[]){"--files", "auto",
				"--read-timeout", "60s", "--helper-timeout",
				"60s", tree_path(tree, "www"), NULL});
	master = procs_one(s->pid, NULL);
	worker = procs_one(master, "@worker");
	client_open(&c, s);
	/* What is left of a block that was read may leave so at once. */
	get_part(&c, "Range: bytes=1000-1009\r\n", 206, 1000);
	assert_int_equal(count_sendfile(tree, worker), 0);
	get_part(&c, "", 200, 0);
	get_part(&c, "", 200, 0);
	assert_true(count_sendfile(tree, worker) > 0);
	client_close(&c);
	assert_int_equal(kill(master, SIGTERM), 0);
	assert_int_equal(server_exit(s), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(what_is_warm_is_what_it_was),
		e2e_test(a_file_cut_short_is_never_padded),
		e2e_test(a_file_written_to_does_not_end_well),
		e2e_test(a_file_replaced_is_finished_as_it_was),
		e2e_test(what_is_cold_is_read),
	};

	return cmocka_run_group_tests_name("e2e/sendfile", tests, NULL, NULL);
}
