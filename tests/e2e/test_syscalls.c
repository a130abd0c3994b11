/* test_syscalls.c - what the worker asks of the kernel, seen from outside: it
 * names no file, and reads files in other threads than the loop's. */
#include "support/e2e.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 20, FILES = 10 };

/* The trace of one thread; without what the program's start needs. */
static void read_trace(const struct tree *tree, const char *tid,
	const char *from, struct text *trace)
{
	char name[64];
	char line[65536];
	FILE *file;
	bool counts = from == NULL;

	snprintf(name, sizeof name, "trace/t.%s", tid);
	file = fopen(tree_path(tree, name), "r");
	if (file == NULL)
		fail_msg("no trace of thread %s", tid);
	while (fgets(line, sizeof line, file) != NULL) {
		counts = counts || strncmp(line, from, strlen(from)) == 0;
		if (counts)
			text_add(trace, line, strlen(line));
	}
	fclose(file);
}

/* How many lines are calls of this function. */
static size_t count_calls(const struct text *trace, const char *name)
{
	char words[64];

	snprintf(words, sizeof words, "\n%s(", name);
	return text_count(trace, words);
}

/* The loop's thread and those of its AIO, while they live. */
static void read_traces(const struct tree *tree, pid_t worker,
	struct text *loop, struct text *others)
{
	char path[64];
	struct dirent *entry;
	DIR *tasks;

	snprintf(path, sizeof path, "/proc/%ld/task", (long)worker);
	tasks = opendir(path);
	assert_non_null(tasks);
	text_add(loop, "\n", 1);
	text_add(others, "\n", 1);
	while ((entry = readdir(tasks)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (atol(entry->d_name) == worker)
			read_trace(tree, entry->d_name, "accept", loop);
		else
			read_trace(tree, entry->d_name, NULL, others);
	}
	closedir(tasks);
}

static void make_files(const struct tree *tree)
{
	char name[32];

	tree_dir(tree, "www");
	tree_dir(tree, "www/sub");
	tree_dir(tree, "trace");
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof name, "www/f%d", i);
		tree_file(tree, name, 1000);
	}
	tree_file(tree, "www/large", 3000000);
	tree_link(tree, "www/link", "f1");
}

static void ask_for_all_kinds(const struct server *s)
{
	static const char *const targets[] = {"/f0", "/f1", "/f2", "/f3", "/f4",
		"/f5", "/f6", "/f7", "/f8", "/f9", "/large", "/none", "/sub",
		"/sub/", "/%2e%2e/x", "/link"};
	struct answer a = {0};
	struct client c;

	for (int i = 0; i < ROUNDS; i++) {
		client_open(&c, s);
		for (size_t k = 0; k < sizeof targets / sizeof *targets; k++)
			client_get(&c, targets[k], &a);
		client_close(&c);
	}
	answer_free(&a);
}

static void the_worker_names_no_file(void **state)
{
	static const char *const probe[] = {
		"strace", "-f", "-o", "/dev/null", "true", NULL};
	static const char *const forbidden[] = {"open", "openat", "openat2",
		"creat", "stat", "lstat", "statx", "access", "faccessat",
		"faccessat2", "getdents", "getdents64", "readlink",
		"readlinkat", "execve", "fork", "vfork", "connect", "nanosleep",
		"clock_nanosleep", "fsync"};
	const char *prefix[] = {
		"strace", "-ff", "-qq", "-s", "16", "-o", NULL, NULL};
	const struct tree *tree = tree_make();
	struct text loop = {0};
	struct text others = {0};
	struct server *s;
	pid_t master;
	pid_t worker;

	(void)state;
	if (!server_can_run(probe))
		e2e_skip("no strace, or it may not trace");
	if (server_is_sanitized())
		e2e_skip("a sanitizer makes calls of its own");
	make_files(tree);
	prefix[6] = tree_path(tree, "trace/t");
	s = server_serve(prefix, (const char *const[]){"--read-timeout", "60s",
					 "--helper-timeout", "60s",
					 tree_path(tree, "www"), NULL});
	master = procs_one(s->pid, NULL);
	assert_int_not_equal(master, 0);
	ask_for_all_kinds(s);
	worker = procs_one(master, "@worker");
	assert_int_not_equal(worker, 0);
	read_traces(tree, worker, &loop, &others);
	for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
		if (count_calls(&loop, forbidden[i]) > 0)
			fail_msg("the loop called %s()", forbidden[i]);
	for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
		if (count_calls(&others, forbidden[i]) > 0)
			fail_msg("a thread called %s()", forbidden[i]);
	/* A number is stat'ed, a name never. */
	assert_int_equal(count_calls(&loop, "newfstatat"),
		text_count(&loop, ", \"\", {st_mode"));
	/* Files are read, but not by the loop. */
	assert_int_equal(count_calls(&loop, "pread64"), 0);
	assert_true(
		count_calls(&loop, "accept4") + count_calls(&loop, "accept") >
		0);
	assert_true(count_calls(&others, "pread64") > 0);
	text_free(&loop);
	text_free(&others);
	assert_int_equal(kill(master, SIGTERM), 0);
	assert_int_equal(server_exit(s), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(the_worker_names_no_file),
	};

	return cmocka_run_group_tests_name("e2e/syscalls", tests, NULL, NULL);
}
