/*
 * test_hordes.c - thousands who come to do nothing useful, and one who wants a
 * file.
 *
 * All that are slow end by their own deadline, with its name in the log; and
 * when they are gone the descriptors and the memory are back.
 */
#include "support/e2e.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum {
	HORDE = 2000,
	LONG_HORDE = 9000, /* with CONTD_LONG */
	SPARE = 200,       /* descriptors of the test for all else */
	ASKED = 100,       /* requests of the one, while they are there */
	RSS_MARGIN = 8192  /* KiB that memory may differ by */
};

static struct client horde[LONG_HORDE];
static size_t horde_size;

/* As many as descriptors allow. */
static void gather_horde(void)
{
	struct rlimit limit;
	rlim_t most = getenv("CONTD_LONG") ? LONG_HORDE : HORDE;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < 10 * SPARE)
		e2e_skip("too few descriptors for the test itself");
	if (most > limit.rlim_cur / 2 - SPARE)
		most = limit.rlim_cur / 2 - SPARE;
	horde_size = (size_t)most;
}

#define HOST " HTTP/1.1\r\nHost: h\r\n"

static const struct {
	const char *says;  /* at first */
	const char *drips; /* then, now and then; NULL: nothing */
	const char *reason;
} kinds[] = {
	{"GET /small HTTP/1.1\r\nHost: h\r\nX: ", "x", "header-timeout"},
	{"G", "G", "header-timeout"},
	{"POST /small" HOST "Content-Length: 60000\r\n\r\n", "x",
		"content-timeout"},
	{"POST /small" HOST "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n",
		"content-timeout"},
	{"GET /large" HOST "\r\n", NULL, "send-timeout"},
	{"GET /large" HOST "Range: bytes=0-,1-,2-,3-,4-,5-,6-,7-,8-,9-\r\n\r\n"
	 "GET /large" HOST "Range: bytes=0-999999,2000000-3000000\r\n\r\n",
		NULL, "send-timeout"},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* On a busy machine some of those who take nothing do not get a place to read
 * the disk from in their time: they are told 503, and are idle then. */
static struct server *serve_all(void)
{
	const struct tree *tree = tree_make();

	tree_text(tree, "small", "small");
	tree_file(tree, "large", 20000000);
	return serve("--log", "off", "--header-timeout", "3s",
		"--content-timeout", "3s", "--send-timeout", "3s",
		"--idle-timeout", "3s", tree->path);
}

/* Who reads nothing has little room: what thousands could leave in the kernel
 * would be its trouble, and what it takes then would count as read. */
static void they_come(const struct server *s, bool drip)
{
	int room = 4096;

	for (size_t i = 0; i < horde_size; i++) {
		client_open(&horde[i], s);
		setsockopt(
			horde[i].fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
		if (drip)
			client_say(&horde[i], kinds[i % KINDS].says);
	}
}

/* One byte more from those who drip, and a file for the one. */
static void drip(const struct server *s, size_t turn)
{
	for (size_t i = turn % 20; i < horde_size; i += 20)
		if (kinds[i % KINDS].drips != NULL)
			(void)!send(horde[i].fd, kinds[i % KINDS].drips,
				strlen(kinds[i % KINDS].drips), MSG_NOSIGNAL);
	get_says(s, "/small", "small");
}

static void those_who_are_slow_end_by_their_deadline(void **state)
{
	struct server *s;
	char words[64];
	pid_t worker;
	size_t fds, turn = 0;

	(void)state;
	gather_horde();
	s = serve_all();
	get_says(s, "/small", "small");
	worker = procs_one(s->pid, "@worker");
	fds = procs_fds(worker);
	they_come(s, true);
	/* On a busy machine some wait in vain for their part of a file: they are
	 * told so, and have the time of those who idle. */
	AWAIT((drip(s, turn++), procs_fds(worker) <= fds + 2));
	assert_true(turn > 1);
	for (size_t i = 0; i < KINDS; i++) {
		snprintf(words, sizeof words, "%s: closed 127.0.0.1",
			kinds[i].reason);
		AWAIT(text_has(&s->err, words));
	}
	for (size_t i = 0; i < horde_size; i++)
		client_close(&horde[i]);
	get_says(s, "/small", "small");
	assert_int_equal(procs_one(s->pid, "@worker"), worker);
	print_message(
		"%zu slow ones, %zu answers beside them\n", horde_size, turn);
	server_stop(s);
}

/* What they do before they go: nothing; half a request; a whole one. */
static void they_come_and_go(const struct server *s, size_t count)
{
	static const char *const words[] = {
		"", "GET /large HT", "GET /large" HOST "\r\n"};
	struct client c;

	for (size_t i = 0; i < count; i++) {
		client_open(&c, s);
		client_say(&c, words[i / 3 % 3]);
		if (i % 3 == 0)
			client_finish(&c);
		if (i % 3 == 1)
			client_close(&c);
		else
			client_vanish(&c);
		if (i % 100 == 0)
			get_says(s, "/small", "small");
	}
}

static void those_who_come_and_go_leave_nothing(void **state)
{
	struct server *s;
	pid_t worker;
	size_t fds;
	long rss;

	(void)state;
	gather_horde();
	s = serve_all();
	worker = procs_one(s->pid, "@worker");
	they_come(s, false);
	get_says(s, "/small", "small");
	for (size_t i = 0; i < horde_size; i++)
		client_vanish(&horde[i]);
	they_come_and_go(s, horde_size);
	AWAIT(procs_fds(worker) <= 64);
	get_says(s, "/small", "small");
	fds = procs_fds(worker);
	rss = procs_rss(worker);
	for (int i = 0; i < 3; i++) {
		they_come(s, false);
		get_says(s, "/small", "small");
		for (size_t k = 0; k < horde_size; k++)
			client_vanish(&horde[k]);
		they_come_and_go(s, horde_size);
	}
	AWAIT(procs_fds(worker) <= fds + 2);
	get_says(s, "/small", "small");
	print_message(
		"%ld KiB before, %ld KiB after\n", rss, procs_rss(worker));
	if (!server_is_sanitized())
		assert_true(procs_rss(worker) <= rss + RSS_MARGIN);
	assert_int_equal(procs_one(s->pid, "@worker"), worker);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(those_who_are_slow_end_by_their_deadline),
		e2e_test(those_who_come_and_go_leave_nothing),
	};

	return cmocka_run_group_tests_name("e2e/hordes", tests, NULL, NULL);
}
