/* test_daemon.c - into the background: pid file, log file, another user. */
#include "support/e2e.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534 };

/* A tree with "www" to serve, and room for what a daemon makes. */
struct den {
	const struct tree *tree;
	char root[TREE_PATH];
	char socket[TREE_PATH];
	char address[TREE_PATH + 8];
	char pid_file[TREE_PATH];
	char log_file[TREE_PATH];
};

static void den_make(struct den *den)
{
	den->tree = tree_make();
	tree_dir(den->tree, "www");
	tree_text(den->tree, "www/a.txt", "a");
	strcpy(den->root, tree_path(den->tree, "www"));
	strcpy(den->socket, tree_path(den->tree, "sock"));
	strcpy(den->pid_file, tree_path(den->tree, "pid"));
	strcpy(den->log_file, tree_path(den->tree, "log"));
	snprintf(den->address, sizeof den->address, "unix:%s", den->socket);
}

static pid_t read_pid(const struct den *den)
{
	FILE *file = fopen(den->pid_file, "r");
	long pid = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%ld\n", &pid), 1);
	fclose(file);
	return (pid_t)pid;
}

/* Starts a daemon; when its parent has ended it must serve. */
static struct server *den_start(const struct den *den)
{
	struct server *parent =
		contd_run("--daemon", "--listen", den->address, "--pid-file",
			den->pid_file, "--log-file", den->log_file, den->root);
	struct answer a = {0};
	struct server *s;
	int status;

	/* The daemon also lets go of our pipes. */
	status = server_exit(parent);
	if (status != 0)
		fail_msg("--daemon ended with %d: %s", status,
			parent->err.at == NULL ? "" : parent->err.at);
	s = server_adopt(read_pid(den), den->socket);
	get(s, "/a.txt", &a);
	answer_is(&a, 200);
	answer_free(&a);
	return s;
}

static bool file_has(const char *path, const char *words)
{
	struct text bytes = {0};
	char block[4096];
	FILE *file = fopen(path, "r");
	size_t n;
	bool has;

	if (file == NULL)
		return false;
	while ((n = fread(block, 1, sizeof block, file)) > 0)
		text_add(&bytes, block, n);
	fclose(file);
	has = text_has(&bytes, words);
	text_free(&bytes);
	return has;
}

static void it_returns_when_it_serves(void **state)
{
	struct den den;
	struct server *s;
	struct stat st;

	(void)state;
	den_make(&den);
	s = den_start(&den);
	AWAIT(file_has(den.log_file, "\"GET /a.txt HTTP/1.1\" 200 1 "));
	server_stop(s);
	/* It cleans up behind itself. */
	assert_int_equal(lstat(den.pid_file, &st), -1);
	assert_int_equal(lstat(den.socket, &st), -1);
}

static void it_says_why_it_cannot(void **state)
{
	struct server *s;
	struct den den;
	int status;

	(void)state;
	den_make(&den);
	s = contd_run("--daemon", "--listen", den.address, "--pid-file",
		den.pid_file, tree_path(den.tree, "missing"));
	assert_int_equal(server_exit(s), 66);
	assert_true(text_has(&s->err, "missing"));
	s = contd_run("--daemon", "--listen", "192.0.2.1:9", den.root);
	status = server_exit(s);
	assert_int_equal(status, 69);
	assert_true(text_has(&s->err, "contd: cannot listen on "
				      "'192.0.2.1:9'"));
	s = contd_run("--daemon", "--listen", den.address, "--pid-file",
		tree_path(den.tree, "missing/pid"), den.root);
	assert_int_equal(server_exit(s), 73);
	assert_true(text_has(&s->err, "missing/pid"));
}

static void it_is_alone_with_its_pid_file(void **state)
{
	struct den den;
	struct server *second;
	struct server *s;
	char words[64];

	(void)state;
	den_make(&den);
	s = den_start(&den);
	snprintf(words, sizeof words, "already running as %ld", (long)s->pid);
	second = contd_run("--daemon", "--listen", "127.0.0.1:0", "--pid-file",
		den.pid_file, den.root);
	assert_int_equal(server_exit(second), 69);
	assert_true(text_has(&second->err, words));
	second = contd_run("--listen", "127.0.0.1:0", "--pid-file",
		den.pid_file, den.root);
	assert_int_equal(server_exit(second), 69);
	assert_true(text_has(&second->err, words));
	assert_int_equal(read_pid(&den), s->pid);
	server_stop(s);
}

static void a_pid_file_left_by_a_crash_is_no_obstacle(void **state)
{
	struct den den;
	struct server *s;

	(void)state;
	den_make(&den);
	s = den_start(&den);
	assert_int_equal(kill(s->pid, SIGKILL), 0);
	assert_int_equal(server_exit(s), 128 + SIGKILL);
	assert_true(file_has(den.pid_file, "\n"));
	s = den_start(&den);
	server_stop(s);
}

static void the_log_file_is_opened_anew(void **state)
{
	char old[TREE_PATH + 8];
	struct answer a = {0};
	struct den den;
	struct server *s;

	(void)state;
	den_make(&den);
	s = den_start(&den);
	AWAIT(file_has(den.log_file, "/a.txt"));
	snprintf(old, sizeof old, "%s.1", den.log_file);
	assert_int_equal(rename(den.log_file, old), 0);
	/* Until it is told, it goes on in the old one. */
	get(s, "/before", &a);
	AWAIT(file_has(old, "/before"));
	assert_int_equal(kill(s->pid, SIGUSR1), 0);
	AWAIT(access(den.log_file, F_OK) == 0);
	get(s, "/after", &a);
	AWAIT(file_has(den.log_file, "/after"));
	assert_false(file_has(old, "/after"));
	answer_free(&a);
	server_stop(s);
}

static void it_stands_where_a_daemon_should(void **state)
{
	char path[64];
	char cwd[256];
	struct den den;
	struct server *s;
	ssize_t len;

	(void)state;
	den_make(&den);
	s = den_start(&den);
	snprintf(path, sizeof path, "/proc/%ld/cwd", (long)s->pid);
	len = readlink(path, cwd, sizeof cwd - 1);
	assert_true(len > 0);
	cwd[len] = '\0';
	assert_string_equal(cwd, "/");
	/* Nobody but the owner may write what it creates. */
	assert_int_equal(
		strtol(procs_status(s->pid, "Umask"), NULL, 8) & 022, 022);
	assert_int_not_equal(getsid(s->pid), getsid(0));
	assert_int_not_equal(getsid(s->pid), s->pid);
	for (int fd = 0; fd <= 2; fd++) {
		snprintf(
			path, sizeof path, "/proc/%ld/fd/%d", (long)s->pid, fd);
		len = readlink(path, cwd, sizeof cwd - 1);
		assert_true(len > 0);
		cwd[len] = '\0';
		assert_string_equal(cwd, "/dev/null");
	}
	server_stop(s);
}

/* Real, effective, saved and file system id: all of them are this one. */
static void are_all(pid_t pid, const char *field, long id)
{
	const char *text = procs_status(pid, field);
	long ids[4];

	if (sscanf(text, "%ld %ld %ld %ld", &ids[0], &ids[1], &ids[2],
		    &ids[3]) != 4)
		fail_msg("no %s of process %ld", field, (long)pid);
	for (int i = 0; i < 4; i++)
		if (ids[i] != id)
			fail_msg("%s of process %ld is %s", field, (long)pid,
				text);
}

static void is_nobody(pid_t pid)
{
	const char *groups;

	are_all(pid, "Uid", NOBODY);
	are_all(pid, "Gid", NOBODY);
	groups = procs_status(pid, "Groups");
	if (strtol(groups, NULL, 10) != NOBODY && groups[0] != '\0')
		fail_msg("groups of process %ld are %s", (long)pid, groups);
	assert_int_equal(strtoull(procs_status(pid, "CapEff"), NULL, 16), 0);
	assert_int_equal(strtoull(procs_status(pid, "CapPrm"), NULL, 16), 0);
}

static void privileges_are_dropped_by_every_process(void **state)
{
	const struct tree *tree = tree_make();
	pid_t pids[PROCS_MAX];
	struct answer a = {0};
	struct server *s;
	size_t count;

	(void)state;
	if (geteuid() != 0)
		e2e_skip("only root has privileges to drop");
	tree_text(tree, "a.txt", "a");
	tree_text(tree, "private.txt", "root's");
	assert_int_equal(chmod(tree_path(tree, "private.txt"), 0600), 0);
	s = serve("--user", "65534", "--group", "65534", tree->path);
	AWAIT(procs_count(s->pid, NULL) >= 6);
	is_nobody(s->pid);
	count = procs_children(s->pid, NULL, pids);
	for (size_t i = 0; i < count; i++)
		is_nobody(pids[i]);
	get(s, "/a.txt", &a);
	answer_is(&a, 200);
	get(s, "/private.txt", &a);
	answer_is(&a, 403);

	/* Also those that are started later. */
	s->hurt = true;
	assert_int_equal(kill(procs_one(s->pid, "@worker"), SIGKILL), 0);
	get(s, "/a.txt", &a);
	answer_is(&a, 200);
	is_nobody(procs_one(s->pid, "@worker"));
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(it_returns_when_it_serves),
		e2e_test(it_says_why_it_cannot),
		e2e_test(it_is_alone_with_its_pid_file),
		e2e_test(a_pid_file_left_by_a_crash_is_no_obstacle),
		e2e_test(the_log_file_is_opened_anew),
		e2e_test(it_stands_where_a_daemon_should),
		e2e_test(privileges_are_dropped_by_every_process),
	};

	return cmocka_run_group_tests_name("e2e/daemon", tests, NULL, NULL);
}
