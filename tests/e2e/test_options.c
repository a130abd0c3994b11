/* test_options.c - options that are more than a word: rules, and a file. */
#include "support/e2e.h"

#include <signal.h>
#include <string.h>

static void type_is(
	const struct server *s, const char *target, const char *type)
{
	struct answer a = {0};

	get(s, target, &a);
	answer_is(&a, 200);
	answer_has(&a, "Content-Type", type);
	answer_free(&a);
}

static void every_worker_reads_them_from_the_start(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s;

	(void)state;
	tree_dir(tree, "site");
	tree_text(tree, "site/a.foo", "foo");
	tree_text(tree, "site/a.txt", "text");
	tree_text(tree, "types", "application/x-foo foo\n");
	s = serve("--mime-types", tree_path(tree, "types"),
		tree_path(tree, "site"));
	s->hurt = true;
	type_is(s, "/a.foo", "application/x-foo");
	type_is(s, "/a.txt", "text/plain; charset=utf-8");
	/* The offset of the file is at its end, and everybody's. A mistake that
	 * came in meanwhile is passed over. */
	for (int i = 0; i < 2; i++) {
		pid_t worker;

		AWAIT((worker = procs_one(s->pid, "@worker")) != 0);
		assert_int_equal(kill(worker, SIGKILL), 0);
		AWAIT(procs_one(s->pid, "@worker") != 0 &&
			procs_one(s->pid, "@worker") != worker);
		type_is(s, "/a.foo", "application/x-foo");
		tree_text(tree, "types", "bad\napplication/x-foo foo\n");
	}
	AWAIT(text_has(&s->err, "--mime-types, line 1: 'bad' is no media"));
	server_stop(s);
}

static void a_mistake_ends_the_start_with_its_line(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s;

	(void)state;
	tree_text(tree, "types", "x/y y\n# fine\nx/z .z\n");
	s = contd_run("--listen", "127.0.0.1:0", "--mime-types",
		tree_path(tree, "types"), tree->path);
	assert_int_equal(server_exit(s), 65);
	assert_true(text_has(&s->err, "types:3: '.z' is no suffix"));
	assert_false(text_has(&s->err, "serving"));
}

static void a_file_that_is_not_there_is_named(void **state)
{
	const struct tree *tree = tree_make();
	struct server *s = contd_run("--listen", "127.0.0.1:0", "--mime-types",
		tree_path(tree, "missing"), tree->path);

	(void)state;
	assert_int_equal(server_exit(s), 66);
	assert_true(text_has(&s->err, tree_path(tree, "missing")));
}

static void a_wrong_rule_ends_the_start_before_anything_runs(void **state)
{
	static char long_page[9000] = "404=/";
	static const struct {
		const char *option;
		const char *value;
		const char *says;
	} cases[] = {
		{"--cache", "*.css 10", "'--cache' is '*.css 10'; '10' is no"},
		{"--header", "Vary: *", "'Vary' cannot be set"},
		{"--redirect", "/a //b", "'//b' leads nowhere"},
		{"--error-page", "404", "it must be STATUS=/PATH"},
		{"--error-page", "400=/a",
			"it must be 403, 404, 405, 406, 412, 416, 500 or 503"},
		{"--error-page", long_page, "it must be 8192 bytes at most"},
		{"--listing", "maybe", "it must be auto, on or off"},
	};
	const struct tree *tree = tree_make();

	(void)state;
	memset(long_page + 5, 'a', sizeof long_page - 6);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct server *s = contd_run("--listen", "127.0.0.1:0",
			cases[i].option, cases[i].value, tree->path);

		assert_int_equal(server_exit(s), 64);
		assert_true(text_has(&s->err, cases[i].says));
		assert_true(text_has(&s->err, "contd: argument 3: "));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(every_worker_reads_them_from_the_start),
		e2e_test(a_mistake_ends_the_start_with_its_line),
		e2e_test(a_file_that_is_not_there_is_named),
		e2e_test(a_wrong_rule_ends_the_start_before_anything_runs),
	};

	return cmocka_run_group_tests_name("e2e/options", tests, NULL, NULL);
}
