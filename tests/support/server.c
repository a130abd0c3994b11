/* server.c - the server under test. */
#include "server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "procs.h"

enum { SERVERS = 16, PRINTED = 2000 };

static struct {
	struct server servers[SERVERS];
	size_t count;
	uid_t uid; /* of what is started; 0: ours */
} under_test;

void server_run_as(uid_t uid)
{
	under_test.uid = uid;
}

const char *server_binary(void)
{
	const char *path = getenv("CONTD_BINARY");

	if (path == NULL)
		fail_msg("%s", "CONTD_BINARY is not set");
	return path;
}

static struct server *new_server(pid_t pid)
{
	struct server *s = &under_test.servers[under_test.count];

	assert_true(under_test.count < SERVERS);
	under_test.count++;
	*s = (struct server){.pid = pid, .out_fd = -1, .err_fd = -1};
	return s;
}

/* In the child: only what a shell would leave behind. */
static _Noreturn void exec_it(char *const words[], int out, int err)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
	dup2(null, 0);
	dup2(out < 0 ? null : out, 1);
	dup2(err < 0 ? null : err, 2);
	if (null > 2)
		close(null);
	if (under_test.uid != 0 &&
		(setgid(under_test.uid) < 0 || setuid(under_test.uid) < 0))
		_exit(126);
	execvp(words[0], words);
	_exit(127);
}

static size_t add_words(
	const char **words, size_t count, const char *const more[])
{
	for (size_t i = 0; more != NULL && more[i] != NULL; i++) {
		assert_true(count < SERVER_ARGS - 1);
		words[count++] = more[i];
	}
	words[count] = NULL;
	return count;
}

static void make_pipe(int ends[2])
{
	assert_int_equal(pipe(ends), 0);
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
}

static pid_t run(const char *const words[], int out, int err)
{
	pid_t pid;

	await_for(-1, 0, 0); /* SIGCHLD must be caught before the first child */
	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		exec_it((char *const *)words, out, err);
	await_born(pid);
	return pid;
}

struct server *server_spawn(
	const char *const prefix[], const char *const args[])
{
	const char *binary[] = {server_binary(), NULL};
	const char *words[SERVER_ARGS];
	struct server *s = new_server(0);
	int out[2];
	int err[2];
	size_t count = 0;

#ifdef __linux__
	/* Orphans of a killed server and daemons come to us and not to init,
	 * so that we learn how they end. */
	prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
#endif
	count = add_words(words, count, prefix);
	count = add_words(words, count, binary);
	add_words(words, count, args);
	make_pipe(out);
	make_pipe(err);
	s->pid = run(words, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	s->out_fd = out[0];
	s->err_fd = err[0];
	await_drain(out[0], &s->out);
	await_drain(err[0], &s->err);
	return s;
}

/* "http://127.0.0.1:80/", "http://[::1]:80/" or "unix:/path". */
static void read_place(struct place *place, const char *text, size_t len)
{
	const char *colon;
	size_t host;

	*place = (struct place){0};
	if (len > 5 && strncmp(text, "unix:", 5) == 0) {
		place->local = true;
		snprintf(place->text, sizeof place->text, "%.*s", (int)len - 5,
			text + 5);
		return;
	}
	if (len < 10 || strncmp(text, "http://", 7) != 0 ||
		text[len - 1] != '/')
		fail_msg("not an address: '%.*s'", (int)len, text);
	colon = text + len - 1;
	while (colon > text && *colon != ':')
		colon--;
	host = (size_t)(colon - text) - 7;
	if (text[7] == '[')
		snprintf(place->text, sizeof place->text, "%.*s", (int)host - 2,
			text + 8);
	else
		snprintf(place->text, sizeof place->text, "%.*s", (int)host,
			text + 7);
	place->port = atoi(colon + 1);
	assert_in_range(place->port, 1, 65535);
}

/* The line, once it is whole. Its URLs have no blanks, so the last " at "
 * ends the directory. */
static bool read_ready(struct server *s)
{
	static const char start[] = "contd: serving ";
	const char *line = s->err.at == NULL ? NULL : strstr(s->err.at, start);
	const char *end = line == NULL ? NULL : strchr(line, '\n');
	const char *at = NULL;

	if (end == NULL)
		return false;
	line += sizeof start - 1;
	for (const char *p = line; p + 4 <= end; p++)
		if (strncmp(p, " at ", 4) == 0)
			at = p;
	if (at == NULL)
		fail_msg("not said where: '%.*s'", (int)(end - line), line);
	snprintf(s->root, sizeof s->root, "%.*s", (int)(at - line), line);
	s->place_count = 0;
	for (at += 4; at < end && s->place_count < SERVER_PLACES;) {
		size_t len = strcspn(at, " \n");

		read_place(&s->places[s->place_count++], at, len);
		at += len;
		if (strncmp(at, " and ", 5) != 0)
			break;
		at += 5;
	}
	return true;
}

void server_ready(struct server *s)
{
	int64_t until = await_limit();

	while (!read_ready(s)) {
		if (!await_is_drained(s->err_fd))
			fail_msg("%s", "the server ended before it served");
		await_for(s->err_fd, 0, 5);
		if (await_now() > until)
			fail_msg("%s", "hung: the server does not serve");
	}
}

struct server *server_serve(
	const char *const prefix[], const char *const args[])
{
	const char *listening[] = {"--listen", "127.0.0.1:0", NULL};
	const char *words[SERVER_ARGS];
	size_t count = 0;
	bool placed = false;
	struct server *s;

	for (size_t i = 0; args[i] != NULL; i++)
		placed = placed || strcmp(args[i], "--listen") == 0;
	if (!placed)
		count = add_words(words, count, listening);
	add_words(words, count, args);
	s = server_spawn(prefix, words);
	server_ready(s);
	return s;
}

struct server *server_adopt(pid_t pid, const char *socket_path)
{
	struct server *s = new_server(pid);

	s->place_count = 1;
	s->places[0].local = true;
	snprintf(
		s->places[0].text, sizeof s->places[0].text, "%s", socket_path);
	return s;
}

static void no_process_died(const struct server *s)
{
	static const char *const marks[] = {"BUG: ", "Sanitizer",
		"runtime error: ", "a new one is starting"};
	size_t count = sizeof marks / sizeof *marks;

	/* The last one is of deaths, whatever their reason. */
	for (size_t i = 0; i < count - (s->hurt ? 1 : 0); i++)
		if (text_has(&s->err, marks[i]))
			fail_msg("a process died; it says '%s'", marks[i]);
}

int server_exit(struct server *s)
{
	int status = await_exit(s->pid);

	AWAIT(!await_is_drained(s->out_fd) && !await_is_drained(s->err_fd));
	no_process_died(s);
	s->pid = 0;
	return status;
}

void server_stop(struct server *s)
{
	int status;

	assert_int_equal(kill(s->pid, SIGTERM), 0);
	status = server_exit(s);
	if (status != 0)
		fail_msg("SIGTERM ended the server with %d and not 0:\n%s",
			status, s->err.at == NULL ? "" : s->err.at);
}

static bool binary_has(const char *mark)
{
	FILE *file = fopen(server_binary(), "rb");
	struct text bytes = {0};
	char block[65536];
	size_t n;
	bool has;

	assert_non_null(file);
	while ((n = fread(block, 1, sizeof block, file)) > 0)
		text_add(&bytes, block, n);
	fclose(file);
	has = text_has(&bytes, mark);
	text_free(&bytes);
	return has;
}

bool server_is_sanitized(void)
{
	return binary_has("__asan_init") || binary_has("__tsan_init") ||
	       binary_has("__msan_init");
}

/* The name of the loader is in every program that needs it. */
bool server_is_dynamic(void)
{
	return binary_has("/ld-linux") || binary_has("/ld-musl");
}

bool server_can_run(const char *const command[])
{
	return await_exit(run(command, -1, -1)) == 0;
}

bool server_waits_with(const char *call)
{
	return server_can_run((const char *const[]){
		server_binary(), "--wait", call, "--version", NULL});
}

static void kill_with_children(pid_t pid)
{
	pid_t pids[PROCS_MAX];
	size_t count = procs_children(pid, NULL, pids);

	/* Stopped first: it must not start others meanwhile. */
	kill(pid, SIGSTOP);
	for (size_t i = 0; i < count; i++)
		kill_with_children(pids[i]);
	kill(pid, SIGKILL);
}

static void print_tail(const char *name, const struct text *text)
{
	size_t from = text->len > PRINTED ? text->len - PRINTED : 0;

	if (text->len > 0)
		fprintf(stderr, "---- the server's %s:\n%s\n", name,
			text->at + from);
}

/* Orphans have become our children: nobody is left behind. */
static void kill_children(void)
{
	pid_t pids[PROCS_MAX];
	size_t count = procs_children(getpid(), NULL, pids);

	for (size_t i = 0; i < count; i++)
		kill_with_children(pids[i]);
	for (size_t i = 0; i < count; i++)
		await_exit(pids[i]);
}

void server_teardown(void)
{
	under_test.uid = 0;
	while (procs_count(getpid(), NULL) > 0)
		kill_children();
	while (under_test.count > 0) {
		struct server *s = &under_test.servers[--under_test.count];

		await_for(-1, 0, 0);
		if (s->pid != 0) {
			print_tail("standard output", &s->out);
			print_tail("standard error", &s->err);
		}
		await_forget(s->out_fd);
		await_forget(s->err_fd);
		text_free(&s->out);
		text_free(&s->err);
	}
}
