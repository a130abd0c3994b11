/* test_leaks.c - clients that vanish at any point leave nothing behind. */
#include "support/e2e.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
	TOGETHER = 32, /* clients at a time */
	ROUNDS = 20000,
	LONG_ROUNDS = 100000, /* with CONTD_LONG */
	WARM_UP = 4000,
	RSS_MARGIN = 2048, /* KiB that memory may differ by */
	SEED = 20240607
};

/* One client: how much it says and hears before it is gone. */
struct ghost {
	struct client c; /* fd -1: none */
	size_t hear;
	bool reset;
};

static uint64_t dice = SEED;

/* xorshift64: the same every time. */
static size_t roll(size_t sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (size_t)(dice % sides);
}

static const struct tree *make_files(void)
{
	const struct tree *tree = tree_make();

	tree_dir(tree, "sub");
	tree_file(tree, "small", 300);
	tree_file(tree, "middle", 50000);
	tree_file(tree, "large", 4000000);
	tree_file(tree, "sub/index.html", 1000);
	return tree;
}

static void write_request(char *text, size_t cap)
{
	static const char *const targets[] = {"/small", "/middle", "/large",
		"/sub/", "/sub", "/none", "/../x", "/small"};
	static const char *const fields[] = {"", "Range: bytes=100-\r\n",
		"Connection: close\r\n", "If-None-Match: *\r\n",
		"Content-Length: 10\r\n", "Transfer-Encoding: chunked\r\n"};
	size_t len = 0;

	for (size_t n = 1 + roll(3); n > 0; n--)
		len += (size_t)snprintf(text + len, cap - len,
			"%s %s HTTP/1.1\r\nHost: t\r\n%s\r\n",
			roll(8) == 0 ? "HEAD" : "GET",
			targets[roll(sizeof targets / sizeof *targets)],
			roll(3) > 0
				? ""
				: fields[roll(sizeof fields / sizeof *fields)]);
}

static void vanish(struct ghost *g)
{
	if (g->reset)
		client_vanish(&g->c);
	else
		client_close(&g->c);
}

/* Says a part of a request or all of it. Whoever wants to hear something must
 * have asked for it. */
static void appear(struct ghost *g, const struct server *s)
{
	char request[1024];
	size_t len;

	write_request(request, sizeof request);
	len = strlen(request);
	g->reset = roll(4) > 0;
	g->hear = roll(3) == 0 ? 0 : 1 + roll(roll(2) == 0 ? 500 : 300000);
	if (g->hear == 0)
		len = roll(len + 1);
	client_open(&g->c, s);
	client_send(&g->c, request, len);
	if (g->hear == 0)
		vanish(g);
}

/* True when it has heard enough, or there is nothing more to hear: it may
 * have asked for less, so silence is an end as well. */
static bool has_enough(struct ghost *g)
{
	static char bytes[65536];
	size_t want = g->hear < sizeof bytes ? g->hear : sizeof bytes;
	ssize_t n = recv(g->c.fd, bytes, want, 0);

	if (n <= 0)
		return true;
	g->hear -= (size_t)n;
	return g->hear == 0 || roll(64) == 0;
}

static bool is_there(const struct ghost *g)
{
	return g->c.fd >= 0;
}

/* Waits for any of them. When none hears anything for a while they have asked
 * for less than they want to hear: all of them vanish. */
static void listen_to_all(struct ghost ghosts[TOGETHER])
{
	struct pollfd fds[TOGETHER];

	for (size_t i = 0; i < TOGETHER; i++)
		fds[i] =
			(struct pollfd){.fd = ghosts[i].c.fd, .events = POLLIN};
	if (poll(fds, TOGETHER, 20) == 0) {
		for (size_t i = 0; i < TOGETHER; i++)
			if (is_there(&ghosts[i]))
				vanish(&ghosts[i]);
		return;
	}
	for (size_t i = 0; i < TOGETHER; i++)
		if (is_there(&ghosts[i]) && fds[i].revents != 0 &&
			has_enough(&ghosts[i]))
			vanish(&ghosts[i]);
	await_for(-1, 0, 0);
}

static void haunt(const struct server *s, size_t rounds)
{
	static struct ghost ghosts[TOGETHER];
	size_t left = TOGETHER;

	for (size_t i = 0; i < TOGETHER; i++)
		ghosts[i].c.fd = -1;
	while (rounds > 0 || left > 0) {
		left = 0;
		for (size_t i = 0; i < TOGETHER; i++) {
			if (!is_there(&ghosts[i]) && rounds > 0) {
				appear(&ghosts[i], s);
				rounds--;
			}
			left += is_there(&ghosts[i]);
		}
		if (left > 0)
			listen_to_all(ghosts);
	}
}

/* Without those for helpers: who waits for one on a busy machine makes it one
 * more, and that stays for a minute. */
static size_t held(const struct server *s, pid_t worker)
{
	return procs_fds(worker) - procs_count(s->pid, "@helper");
}

static void those_who_vanish_leave_nothing(void **state)
{
	size_t rounds = getenv("CONTD_LONG") ? LONG_ROUNDS : ROUNDS;
	const struct tree *tree = make_files();
	struct answer a = {0};
	struct server *s;
	pid_t worker;
	size_t fds;
	long rss;

	(void)state;
	s = serve("--log", "off", tree->path);
	get(s, "/small", &a);
	haunt(s, WARM_UP);
	worker = procs_one(s->pid, "@worker");
	assert_int_not_equal(worker, 0);

	/* Files that are kept open are so before and after: each has been
	 * asked for. */
	get(s, "/small", &a);
	get(s, "/middle", &a);
	get(s, "/large", &a);
	get(s, "/sub/", &a);
	fds = held(s, worker);
	for (int64_t until = await_limit(), same = 0; same < 20; same++) {
		await_tick(until, "quiet after the warm-up");
		if (held(s, worker) != fds) {
			fds = held(s, worker);
			same = 0;
		}
	}
	rss = procs_rss(worker);
	haunt(s, rounds);
	get(s, "/small", &a);
	answer_is(&a, 200);
	assert_int_equal(procs_one(s->pid, "@worker"), worker);
	AWAIT(held(s, worker) <= fds);
	assert_int_equal(held(s, worker), fds);
	print_message("%zu requests: %zu descriptors, %ld KiB before and %ld "
		      "KiB after\n",
		rounds, fds, rss, procs_rss(worker));
	if (!server_is_sanitized())
		assert_true(procs_rss(worker) <= rss + RSS_MARGIN);
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(those_who_vanish_leave_nothing),
	};

	return cmocka_run_group_tests_name("e2e/leaks", tests, NULL, NULL);
}
