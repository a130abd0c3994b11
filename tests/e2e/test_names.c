/* test_names.c - no spelling of a name leaves the root, and nothing but
 * regular files is ever opened. */
#define _GNU_SOURCE /* F_SETLEASE */

#include "support/e2e.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/inotify.h>
#endif

#define SECRET "SECRET that nobody may read"

/* The root is "www"; beside it lies what must never be served. */
static const struct tree *tree_with_secrets(void)
{
	const struct tree *tree = tree_make();

	tree_dir(tree, "www");
	tree_dir(tree, "www/sub");
	tree_dir(tree, "outside");
	tree_text(tree, "secret.txt", SECRET);
	tree_text(tree, "outside/secret.txt", SECRET);
	tree_text(tree, "www/a.txt", "inside");
	tree_text(tree, "www/sub/b.txt", "inside");
	return tree;
}

static void no_spelling_leaves_the_root(void **state)
{
	static const char *const targets[] = {"/../secret.txt",
		"/../outside/secret.txt", "/sub/../../secret.txt",
		"/./../secret.txt", "/sub/./.././../secret.txt",
		"//../secret.txt", "/..//secret.txt", "/%2e%2e/secret.txt",
		"/%2E%2E/secret.txt", "/.%2e/secret.txt", "/%2e./secret.txt",
		"/..%2fsecret.txt", "/..%2Fsecret.txt", "/%2e%2e%2fsecret.txt",
		"/sub%2f..%2f..%2fsecret.txt", "/%252e%252e/secret.txt",
		"/..%5csecret.txt", "/..\\secret.txt", "/%5c../secret.txt",
		"/%c0%ae%c0%ae/secret.txt", "/%c0%ae%c0%ae%c0%afsecret.txt",
		"/%e0%80%ae./secret.txt", "/..;/secret.txt", "/.../secret.txt",
		"/..%00/secret.txt", "/a.txt%00../../secret.txt",
		"/a.txt/../../secret.txt", "/a.txt/../secret.txt",
		"http://test/../secret.txt", "http://test/%2e%2e/secret.txt",
		"/sub/../../../../../../../../etc/passwd", "/?/../secret.txt",
		"/#/../secret.txt", "../secret.txt", "secret.txt", "*",
		"/sub/%2e%2e/%2e%2e/secret.txt"};
	const struct tree *tree = tree_with_secrets();
	struct answer a = {0};
	struct server *s;

	(void)state;
	s = serve("--listing", "off", tree_path(tree, "www"));
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		get(s, targets[i], &a);
		if (a.status < 400 || a.status >= 500 ||
			text_has(&a.body, "SECRET") ||
			text_has(&a.body, "root:"))
			fail_msg("%d for %s", a.status, targets[i]);
	}
	answer_free(&a);
	server_stop(s);
}

static void dot_segments_inside_are_taken_out(void **state)
{
	static const char *const targets[] = {"/sub/../a.txt", "/./a.txt",
		"/sub/%2e%2e/a.txt", "/%61.txt", "http://test/a.txt"};
	const struct tree *tree = tree_with_secrets();
	struct answer a = {0};
	struct server *s;

	(void)state;
	s = serve(tree_path(tree, "www"));
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		get(s, targets[i], &a);
		if (a.status != 200)
			fail_msg("%d for %s", a.status, targets[i]);
		answer_says(&a, "inside");
	}
	answer_free(&a);
	server_stop(s);
}

static void links_lead_only_to_what_is_inside(void **state)
{
	static const struct {
		const char *name;
		const char *to;
		const char *target;
		int status;
	} cases[] = {
		{"www/link", "a.txt", "/link", 200},
		{"www/sub/up", "../a.txt", "/sub/up", 200},
		{"www/chain", "sub/up", "/chain", 200},
		{"www/dir", "sub", "/dir/b.txt", 200},
		{"www/out", "../secret.txt", "/out", 403},
		{"www/deep", "sub/../../secret.txt", "/deep", 403},
		{"www/outdir", "../outside", "/outdir/secret.txt", 403},
		{"www/back", "../www/a.txt", "/back", 403},
		{"www/absolute", "/etc/passwd", "/absolute", 403},
		{"www/null", "/dev/null", "/null", 403},
		{"www/nowhere", "not-there", "/nowhere", 404},
	};
	const struct tree *tree = tree_with_secrets();
	struct answer a = {0};
	struct server *s;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		tree_link(tree, cases[i].name, cases[i].to);
	tree_link(tree, "www/loop", "loop");
	s = serve(tree_path(tree, "www"));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		get(s, cases[i].target, &a);
		if (a.status != cases[i].status)
			fail_msg("%d for %s", a.status, cases[i].target);
		assert_false(text_has(&a.body, "SECRET"));
		if (a.status == 200)
			answer_says(&a, "inside");
	}
	get(s, "/loop", &a);
	assert_true(a.status == 403 || a.status == 404);
	answer_free(&a);
	server_stop(s);
}

static void a_link_may_be_the_root(void **state)
{
	const struct tree *tree = tree_with_secrets();
	struct answer a = {0};
	struct server *s;

	(void)state;
	tree_link(tree, "current", "www");
	s = serve(tree_path(tree, "current"));
	assert_string_equal(s->root, tree_path(tree, "current"));
	get(s, "/a.txt", &a);
	answer_is(&a, 200);
	get(s, "/../secret.txt", &a);
	assert_in_range(a.status, 400, 499);
	answer_free(&a);
	server_stop(s);
}

static void names_with_a_dot_are_not_there(void **state)
{
	static const char *const hidden[] = {"/.hidden", "/.git/config",
		"/sub/.htaccess", "/%2ehidden", "/.hidden/", "/.git", "/.git/",
		"/sub/.well-known/x"};
	const struct tree *tree = tree_with_secrets();
	struct answer a = {0};
	struct server *s;

	(void)state;
	tree_dir(tree, "www/.git");
	tree_dir(tree, "www/.well-known");
	tree_dir(tree, "www/sub/.well-known");
	tree_text(tree, "www/.hidden", SECRET);
	tree_text(tree, "www/.git/config", SECRET);
	tree_text(tree, "www/sub/.htaccess", SECRET);
	tree_text(tree, "www/sub/.well-known/x", SECRET);
	tree_text(tree, "www/.well-known/security.txt", "public");
	s = serve(tree_path(tree, "www"));
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
		get(s, hidden[i], &a);
		if (a.status != 404)
			fail_msg("%d for %s", a.status, hidden[i]);
	}
	get(s, "/.well-known/security.txt", &a);
	answer_is(&a, 200);
	answer_says(&a, "public");
	answer_free(&a);
	server_stop(s);
}

static void what_is_no_file_is_refused(void **state)
{
	const struct tree *tree = tree_with_secrets();
	const char *path = tree_path(tree, "www/socket");
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	struct answer a = {0};
	struct server *s;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	assert_int_equal(mkfifo(tree_path(tree, "www/fifo"), 0644), 0);
	assert_true(strlen(path) < sizeof to.sun_path);
	memcpy(to.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&to, sizeof to), 0);
	s = serve(tree_path(tree, "www"));
	get(s, "/fifo", &a);
	answer_is(&a, 403);
	get(s, "/socket", &a);
	answer_is(&a, 403);
	close(fd);
	answer_free(&a);
	server_stop(s);
}

#ifdef __linux__
/* Whether the file was opened since the watch was set. */
static bool was_opened(int watch)
{
	char events[4096];

	return read(watch, events, sizeof events) > 0;
}

/* Opening one would wait for its other end, and opening a device may do
 * worse. The kernel itself tells us of every open. */
static void a_fifo_is_never_opened(void **state)
{
	const struct tree *tree = tree_with_secrets();
	struct answer a = {0};
	struct server *s;
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	(void)state;
	assert_true(watch >= 0);
	assert_int_equal(mkfifo(tree_path(tree, "www/fifo"), 0644), 0);
	tree_text(tree, "www/file", "inside");
	tree_text(tree, "www/other", "inside");
	s = serve(tree_path(tree, "www"));
	inotify_add_watch(watch, tree_path(tree, "www/fifo"), IN_OPEN);
	get(s, "/fifo", &a);
	answer_is(&a, 403);
	get(s, "/fifo/", &a);
	assert_in_range(a.status, 400, 499);
	assert_false(was_opened(watch));
	/* And a watch does notice. */
	inotify_add_watch(watch, tree_path(tree, "www/file"), IN_OPEN);
	get(s, "/file", &a);
	answer_is(&a, 200);
	assert_true(was_opened(watch));
	close(watch);
	answer_free(&a);
	server_stop(s);
}
#endif

static void every_byte_may_be_in_a_name(void **state)
{
	static const struct {
		const char *name;
		const char *target;
	} cases[] = {
		{"a b", "/a%20b"},
		{"a+b", "/a+b"},
		{"100%", "/100%25"},
		{"q?x", "/q%3fx"},
		{"h#x", "/h%23x"},
		{"\xc3\xa9t\xc3\xa9", "/%C3%A9t%c3%a9"},
		{"\xff\xfe", "/%ff%fe"},
		{"new\nline", "/new%0aline"},
		{"back\\slash", "/back%5cslash"},
		{"quote\"<&>", "/quote%22%3c&%3E"},
		{NULL, NULL},
	};
	const struct tree *tree = tree_make();
	char target[600] = "/";
	struct answer a = {0};
	struct server *s;

	(void)state;
	for (size_t i = 0; cases[i].target != NULL; i++)
		tree_text(tree, cases[i].name, cases[i].name);
	memset(target + 1, 'n', 255);
	tree_text(tree, target + 1, "long");
	s = serve(tree->path);
	for (size_t i = 0; cases[i].target != NULL; i++) {
		get(s, cases[i].target, &a);
		if (a.status != 200)
			fail_msg("%d for %s", a.status, cases[i].target);
		answer_says(&a, cases[i].name);
	}
	get(s, target, &a);
	answer_is(&a, 200);
	answer_says(&a, "long");
	strcat(target, "n");
	get(s, target, &a);
	answer_is(&a, 404);
	answer_free(&a);
	server_stop(s);
}

#ifdef F_SETLEASE
static int leased;

/* The kernel wants the lease back. */
static void on_lease_wanted(int signo)
{
	(void)signo;
	(void)fcntl(leased, F_SETLEASE, F_UNLCK);
}

/* Makes a.txt, and takes a lease of it; wanted: what is done when the system
 * wants it back. */
static void lease_file(const struct tree *tree, void (*wanted)(int))
{
	struct sigaction action = {.sa_handler = wanted};

	tree_text(tree, "a.txt", "a");
	leased = open(tree_path(tree, "a.txt"), O_RDWR | O_CLOEXEC);
	assert_true(leased >= 0);
	assert_int_equal(sigaction(SIGIO, &action, NULL), 0);
	if (fcntl(leased, F_SETLEASE, F_WRLCK) != 0)
		e2e_skip("no leases here");
}

/* As a file server does whose client has the file. */
static void a_lease_is_asked_for_and_waited_for(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;

	(void)state;
	lease_file(tree, on_lease_wanted);
	s = serve(tree->path);
	get(s, "/a.txt", &a);
	answer_is(&a, 200);
	answer_says(&a, "a");
	close(leased);
	answer_free(&a);
	server_stop(s);
}

/* Who does not give it back has us say so, and when to come again. */
static void a_lease_that_is_kept_is_a_503(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;

	(void)state;
	lease_file(tree, SIG_IGN);
	s = serve(tree->path);
	get(s, "/a.txt", &a);
	answer_is(&a, 503);
	answer_has(&a, "Retry-After", "1");
	close(leased);
	get(s, "/a.txt", &a);
	answer_is(&a, 200);
	answer_free(&a);
	server_stop(s);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(no_spelling_leaves_the_root),
		e2e_test(dot_segments_inside_are_taken_out),
		e2e_test(links_lead_only_to_what_is_inside),
		e2e_test(a_link_may_be_the_root),
		e2e_test(names_with_a_dot_are_not_there),
		e2e_test(what_is_no_file_is_refused),
#ifdef __linux__
		e2e_test(a_fifo_is_never_opened),
#endif
		e2e_test(every_byte_may_be_in_a_name),
#ifdef F_SETLEASE
		e2e_test(a_lease_is_asked_for_and_waited_for),
		e2e_test(a_lease_that_is_kept_is_a_503),
#endif
	};

	return cmocka_run_group_tests_name("e2e/names", tests, NULL, NULL);
}
