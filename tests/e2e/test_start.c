/* test_start.c - what contd says when it starts, or why it does not. */
#include "support/e2e.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534 };

/* Waits for its end, and for what it says on standard error. */
static void ends_with(struct server *s, int status, const char *words)
{
	int is = server_exit(s);

	if (is != status || (words != NULL && !text_has(&s->err, words)))
		fail_msg("ended with %d and not %d, or said not '%s':\n%s", is,
			status, words == NULL ? "" : words,
			s->err.at == NULL ? "" : s->err.at);
}

/* A listening socket on 127.0.0.1; its port. */
static int take_a_port(int *port)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	*port = ntohs(at.sin_port);
	return fd;
}

static void help_goes_to_standard_output(void **state)
{
	static const char *const words[] = {"Usage: contd", "--listen", "--log",
		"--log-file", "--daemon", "--pid-file", "--user", "--group",
		"--wait", "--header-timeout", "--drain-timeout"};
	struct server *s = contd_run("--help");

	(void)state;
	ends_with(s, 0, NULL);
	assert_int_equal(s->err.len, 0);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_true(text_has(&s->out, words[i]));
}

static void the_version_comes_first(void **state)
{
	struct server *s = contd_run("--version");

	(void)state;
	ends_with(s, 0, NULL);
	assert_int_equal(s->err.len, 0);
	assert_memory_equal(s->out.at, "contd ", 6);
	assert_int_equal(text_has(&s->out, "waits with: poll, select, epoll"),
		server_waits_with("epoll"));
}

static void a_wrong_word_is_named_with_the_right_one(void **state)
{
	(void)state;
	ends_with(contd_run("--lisen", "127.0.0.1:0", "."), 64,
		"contd: argument 1: unknown option '--lisen' "
		"(did you mean '--listen'?)");
	ends_with(
		contd_run("--wait", "epol", "."), 64, "poll, select or epoll");
	ends_with(contd_run("--idle-timeout", "soon", "."), 64, "500ms");
	ends_with(contd_run("--listen"), 64, "needs a value");
}

static void a_directory_must_be_named(void **state)
{
	struct server *s = contd_run("--log", "off");

	(void)state;
	ends_with(s, 64, "contd: ");
	assert_true(text_has(&s->err, "directory"));
}

static void what_is_not_there_is_named(void **state)
{
	const struct tree *tree = tree_make();

	(void)state;
	tree_text(tree, "file", "x");
	ends_with(contd_run("--listen", "127.0.0.1:0",
			  tree_path(tree, "missing")),
		66, tree_path(tree, "missing"));
	ends_with(contd_run("--listen", "127.0.0.1:0", tree_path(tree, "file")),
		66, tree_path(tree, "file"));
	ends_with(contd_run("--listen", "127.0.0.1:0", "--user",
			  "no-such-user-here", tree->path),
		67, "no-such-user-here");
	ends_with(contd_run("--listen", "127.0.0.1:0", "--log-file",
			  tree_path(tree, "missing/log"), tree->path),
		73, "missing/log");
	ends_with(contd_run("--listen", "localhost.:x", tree->path), 64,
		"localhost.:x");
}

static void a_port_in_use_names_its_holder(void **state)
{
	const struct tree *tree = tree_make();
	char address[64];
	char holder[64];
	int port;
	int fd = take_a_port(&port);

	(void)state;
	snprintf(address, sizeof address, "127.0.0.1:%d", port);
	snprintf(holder, sizeof holder, "(pid %ld)", (long)getpid());
	ends_with(contd_run("--listen", address, tree->path), 69, address);
	ends_with(contd_run("--listen", address, tree->path), 69, holder);
	snprintf(address, sizeof address, "0.0.0.0:%d", port);
	ends_with(contd_run("--listen", address, tree->path), 69, holder);
	close(fd);
}

/* Whether ports below 1024 are for root here: containers may have it
 * otherwise. */
static bool low_ports_are_reserved(void)
{
	static const char path[] =
		"/proc/sys/net/ipv4/ip_unprivileged_port_start";
	FILE *file = fopen(path, "r");
	int first = 0;

	if (file != NULL) {
		if (fscanf(file, "%d", &first) != 1)
			first = 0;
		fclose(file);
	}
	return first == 1024;
}

static void without_permission_it_says_so(void **state)
{
	const char *const version[] = {server_binary(), "--version", NULL};
	const struct tree *tree = tree_make();

	(void)state;
	tree_dir(tree, "closed");
	assert_int_equal(chmod(tree_path(tree, "closed"), 0), 0);
	if (geteuid() == 0)
		server_run_as(NOBODY);
	if (!server_can_run(version))
		e2e_skip("nobody but root can run the binary where it is");
	ends_with(
		contd_run("--listen", "127.0.0.1:0", tree_path(tree, "closed")),
		77, "closed");
	ends_with(
		contd_run("--listen", "127.0.0.1:0", "--user", "0", tree->path),
		77, "only root");
	if (low_ports_are_reserved())
		ends_with(contd_run("--listen", "127.0.0.1:1", tree->path), 77,
			"setcap");
}

static void it_says_where_it_serves(void **state)
{
	static const char second[] = ")\ncontd: at most ";
	const struct tree *tree = tree_make();
	struct server *s = serve("--stall", "0", tree->path);
	const char *rest;
	char line[700];
	size_t len;

	(void)state;
	snprintf(line, sizeof line,
		"contd: serving %s at http://127.0.0.1:%d/ (sandbox: ",
		tree->path, s->places[0].port);
	len = strlen(line);
	assert_int_equal(strncmp(s->err.at, line, len), 0);
	server_stop(s);
	/* And in a second line, how much it may take; nothing else. */
	rest = strchr(s->err.at + len, ')');
	assert_non_null(rest);
	assert_int_equal(strncmp(rest, second, sizeof second - 1), 0);
	assert_true(text_has(&s->err, " MiB of memory\n"));
	assert_int_equal(text_count(&s->err, "\n"), 2);
	assert_int_equal(s->out.len, 0);
}

static void a_relative_directory_is_said_absolutely(void **state)
{
	const struct tree *tree = tree_make();
	char before[TREE_PATH];
	struct server *s;

	(void)state;
	tree_dir(tree, "site");
	tree_text(tree, "site/a.txt", "a");
	assert_non_null(getcwd(before, sizeof before));
	assert_int_equal(chdir(tree->path), 0);
	s = server_spawn(NULL, (const char *const[]){"--listen", "127.0.0.1:0",
				       "./site/", NULL});
	assert_int_equal(chdir(before), 0);
	server_ready(s);
	assert_string_equal(s->root, tree_path(tree, "site"));
	get_says(s, "/a.txt", "a");
	server_stop(s);
}

static void every_address_is_listened_on(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	char address[TREE_PATH];
	struct server *s;
	struct stat st;

	(void)state;
	tree_dir(tree, "www");
	tree_text(tree, "www/a.txt", "a");
	snprintf(address, sizeof address, "unix:%s", tree_path(tree, "sock"));
	s = serve("--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0",
		"--listen", address, tree_path(tree, "www"));
	assert_int_equal(s->place_count, 3);
	assert_int_not_equal(s->places[0].port, s->places[1].port);
	assert_true(s->places[2].local);
	assert_string_equal(s->places[2].text, tree_path(tree, "sock"));
	for (size_t i = 0; i < s->place_count; i++) {
		struct client c;

		client_open_at(&c, s, i);
		client_get(&c, "/a.txt", &a);
		answer_is(&a, 200);
		answer_says(&a, "a");
		client_close(&c);
	}
	answer_free(&a);
	server_stop(s);
	/* Nothing is left behind. */
	assert_int_equal(lstat(tree_path(tree, "sock"), &st), -1);
}

static void a_dead_socket_is_replaced_and_a_live_one_is_not(void **state)
{
	const struct tree *tree = tree_make();
	char address[TREE_PATH];
	struct answer a = {0};
	struct server *first;
	struct server *s;

	(void)state;
	tree_dir(tree, "www");
	tree_text(tree, "www/a.txt", "a");
	snprintf(address, sizeof address, "unix:%s", tree_path(tree, "sock"));
	first = serve("--listen", address, tree_path(tree, "www"));
	s = contd_run("--listen", address, tree_path(tree, "www"));
	assert_int_not_equal(server_exit(s), 0);
	assert_true(text_has(&s->err, tree_path(tree, "sock")));
	get(first, "/a.txt", &a);
	answer_is(&a, 200);

	assert_int_equal(kill(first->pid, SIGKILL), 0);
	assert_int_equal(server_exit(first), 128 + SIGKILL);
	s = serve("--listen", address, tree_path(tree, "www"));
	get(s, "/a.txt", &a);
	answer_is(&a, 200);
	answer_free(&a);
	server_stop(s);
}

static void ipv6_is_spoken(void **state)
{
	const struct tree *tree = tree_make();
	struct sockaddr_in6 at = {.sin6_family = AF_INET6};
	struct answer a = {0};
	struct server *s;
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	(void)state;
	at.sin6_addr = in6addr_loopback;
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0) {
		close(fd);
		e2e_skip("no IPv6 here");
	}
	close(fd);
	tree_text(tree, "a.txt", "a");
	s = serve("--listen", "[::1]:0", tree->path);
	assert_true(text_has(&s->err, "at http://[::1]:"));
	get(s, "/a.txt", &a);
	answer_is(&a, 200);
	answer_free(&a);
	AWAIT(text_has(&s->out, "::1 - - ["));
	server_stop(s);
}

static void standard_descriptors_may_be_missing(void **state)
{
	static const char *const shell[] = {
		"sh", "-c", "exec \"$@\" <&- >&-", "sh", NULL};
	const struct tree *tree = tree_make();
	struct server *s;

	(void)state;
	tree_text(tree, "a.txt", "a");
	s = server_serve(shell, (const char *const[]){tree->path, NULL});
	get_says(s, "/a.txt", "a");
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(help_goes_to_standard_output),
		e2e_test(the_version_comes_first),
		e2e_test(a_wrong_word_is_named_with_the_right_one),
		e2e_test(a_directory_must_be_named),
		e2e_test(what_is_not_there_is_named),
		e2e_test(a_port_in_use_names_its_holder),
		e2e_test(without_permission_it_says_so),
		e2e_test(it_says_where_it_serves),
		e2e_test(a_relative_directory_is_said_absolutely),
		e2e_test(every_address_is_listened_on),
		e2e_test(a_dead_socket_is_replaced_and_a_live_one_is_not),
		e2e_test(ipv6_is_spoken),
		e2e_test(standard_descriptors_may_be_missing),
	};

	return cmocka_run_group_tests_name("e2e/start", tests, NULL, NULL);
}
