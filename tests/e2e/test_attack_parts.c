/* test_attack_parts.c - an answer in several parts is one version too, and
 * nobody's slowness costs more memory than there is. */
#include "support/e2e.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGE = 60 * 1000 * 1000 };

/* A client that has the head of an answer and does not read on. */
static void begin(struct client *c, const struct server *s, const char *fields,
	struct answer *a)
{
	client_open(c, s);
	client_ask(c, "GET", "/large", fields);
	client_head(c, a, "GET");
}

/* Reads to its end; whether all of it came. */
static bool is_whole(struct client *c, const struct answer *a)
{
	int64_t got = (int64_t)(c->in.len - c->taken);

	while (!c->ended && got < a->length) {
		await(c->fd, POLLIN, "the rest");
		c->taken = c->in.len;
		client_has_heard(c);
		got += (int64_t)(c->in.len - c->taken);
	}
	return got >= a->length;
}

static void parts_of_a_changed_file_are_cut_off(void **state)
{
	static const char fields[] =
		"Range: bytes=0-9, 1000-29000000, 30000000-59999990\r\n";
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_file(tree, "large", LARGE);
	s = serve("--log", "off", tree->path);
	begin(&c, s, fields, &a);
	answer_is(&a, 206);
	tree_poke(tree, "large", LARGE - 100, "another version");
	assert_false(is_whole(&c, &a));
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void parts_of_a_file_cut_short_are_cut_off(void **state)
{
	static const char fields[] =
		"Range: bytes=0-9, 1000-29000000, 59999980-59999990\r\n";
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_file(tree, "large", LARGE);
	s = serve("--log", "off", tree->path);
	begin(&c, s, fields, &a);
	answer_is(&a, 206);
	assert_int_equal(truncate(tree_path(tree, "large"), LARGE - 1), 0);
	assert_false(is_whole(&c, &a));
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

/* What tools do that give every file of a build the same date. */
static void a_file_rewritten_under_its_old_date_is_cut_off(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct timespec times[2];
	struct server *s;
	struct client c;
	struct stat st;

	(void)state;
	tree_file(tree, "large", LARGE);
	assert_int_equal(stat(tree_path(tree, "large"), &st), 0);
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	s = serve("--log", "off", tree->path);
	begin(&c, s, "", &a);
	answer_is(&a, 200);
	tree_poke(tree, "large", LARGE - 100, "another version");
	assert_int_equal(
		utimensat(AT_FDCWD, tree_path(tree, "large"), times, 0), 0);
	assert_false(is_whole(&c, &a));
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static bool reads_nearly_all(struct client *c, int64_t len)
{
	int64_t got = 0;

	while (!c->ended && got < len) {
		await(c->fd, POLLIN, "the first bytes");
		client_has_heard(c);
		got += (int64_t)(c->in.len - c->taken);
		c->taken = c->in.len;
	}
	return got >= len;
}

/* Copies are for 64 MiB of files; who reads slowly must not make it more. */
static void slow_readers_do_not_fill_the_memory(void **state)
{
	enum { FILES = 120, SIZE = 4 * 1024 * 1024, LIMIT = 160 * 1024 };
	const struct tree *tree = tree_make();
	static struct client slow[FILES];
	struct server *s;
	char name[32];
	pid_t worker;

	(void)state;
	s = serve("--log", "off", tree->path);
	worker = procs_one(s->pid, "@worker");
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof name, "/f%d", i);
		tree_sparse(tree, name, SIZE);
		client_open(&slow[i], s);
		/* More than the sockets hold. */
		for (int k = 0; k < 6; k++)
			client_ask(&slow[i], "GET", name, "");
		assert_true(reads_nearly_all(&slow[i], SIZE - 100000));
	}
	if (!server_is_sanitized() && procs_rss(worker) > LIMIT)
		fail_msg("%ld KiB", procs_rss(worker));
	for (int i = 0; i < FILES; i++)
		client_close(&slow[i]);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(parts_of_a_changed_file_are_cut_off),
		e2e_test(parts_of_a_file_cut_short_are_cut_off),
		e2e_test(a_file_rewritten_under_its_old_date_is_cut_off),
		e2e_test(slow_readers_do_not_fill_the_memory),
	};

	return cmocka_run_group_tests_name(
		"e2e/attack-parts", tests, NULL, NULL);
}
