/*
 * calling.h - a whole worker, and those who call it.
 *
 * The test is its master, its helpers, its disk (fake_aio.h), its clock
 * (turns.h) and its clients: programs that include it are linked with --wrap
 * (test_*.link). It serves ground's root on a local socket.
 */
#ifndef CONTD_TESTS_UNIT_SERVE_CALLING_H
#define CONTD_TESTS_UNIT_SERVE_CALLING_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fdpass.h"
#include "loop/loop.h"
#include "serve/client.h"
#include "serve/exchange.h"
#include "serve/listener.h"
#include "serve/server.h"
#include "support/fake_aio.h"
#include "support/ground.h"
#include "support/played.h"
#include "support/turns.h"

enum { /* milliseconds */
	HEADER_TIME = 10000,
	IDLE_TIME = 15000,
	CONTENT_TIME = 10000,
	LINGER_TIME = 2000,
	SEND_TIME = 30000,
	READ_TIME = 5000,
	DRAIN_TIME = 20000,
	FRESH_TIME = 1000
};

static struct ground ground;
static struct site site;
static struct server *server;
static int root;
static int master;    /* our end; -1: dead */
static int helper[2]; /* their ends */
static int listener;
static int log_end;   /* the logger's end of the journal */
static int timed = 1; /* 0: there are no deadlines */
static struct sockaddr_un place;

/* Who calls, and what was said to him. */
struct caller {
	int fd;
	char heard[2 * 1024 * 1024];
	size_t len;
	bool ended, reset;
};

/* ---- the worker ---- */

static inline void listen_there(void)
{
	place.sun_family = AF_UNIX;
	snprintf(place.sun_path, sizeof place.sun_path, "%s/s", ground.path);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_return_code(listener, errno);
	assert_int_equal(fcntl(listener, F_SETFL, O_NONBLOCK), 0);
	assert_return_code(
		bind(listener, (struct sockaddr *)&place, sizeof place), errno);
	assert_return_code(listen(listener, 64), errno);
}

static inline void send_helper(int number)
{
	struct control message = {
		.kind = CONTROL_HELPER, .number = (uint32_t)number};
	int ends[2];

	assert_int_equal(fdpass_pair(ends), 0);
	assert_int_equal(
		fdpass_send(master, &message, sizeof message, ends[0]), 0);
	close(ends[0]);
	helper[number] = ends[1];
}

static inline void open_worker(int control, int journal)
{
	const struct worker_setup setup = {.site = &site,
		.access_log = true,
		.header_timeout = timed * HEADER_TIME,
		.idle_timeout = timed * IDLE_TIME,
		.send_timeout = timed * SEND_TIME,
		.helper_timeout = timed * TURNS_HELPER,
		.read_timeout = timed * READ_TIME,
		.linger_timeout = timed * LINGER_TIME,
		.drain_timeout = timed * DRAIN_TIME,
		.fresh = FRESH_TIME,
		.content_timeout = timed * CONTENT_TIME,
		.send_rate = STRETCH_RATE,
		.limits = limits_of(TURNS_ROWS, 0, 0, 64 << 20),
		.master = control,
		.journal = journal,
		.listeners = &listener,
		.listeners_count = 1};

	server = worker_open(&setup);
	assert_non_null(server);
}

static inline int open_server(void **state)
{
	int ends[2], pipe_ends[2];
	uint32_t number;

	(void)state;
	turns_begin();
	fake_reset();
	ground_make(&ground);
	root = ground_open(&ground, "root");
	site_init(&site, "/");
	assert_int_equal(fdpass_pair(ends), 0);
	assert_int_equal(sys_pipe(pipe_ends), 0);
	master = ends[0];
	log_end = pipe_ends[0];
	listen_there();
	open_worker(ends[1], pipe_ends[1]);
	turns_wake();
	assert_int_equal(played_control(master, &number), CONTROL_SERVING);
	send_helper(0);
	send_helper(1);
	take_turn();
	return 0;
}

static inline void land_all(void)
{
	while (fake_flying() > 0)
		fake_land(0, 0);
}

static inline int shut_server(void **state)
{
	(void)state;
	clients_shut(server);
	land_all();
	take_turns(2);
	worker_shut(server);
	for (int i = 0; i < 2; i++)
		close(helper[i]);
	if (master >= 0)
		close(master);
	close(log_end);
	close(root);
	ground_remove(&ground);
	turns_end();
	return 0;
}

/* Helpers and disk do what they are asked for until nobody asks any more. */
static inline void settle(void)
{
	for (int quiet = 0; quiet < 4; quiet++) {
		for (int i = 0; i < 2; i++)
			if (played_looks(helper[i], root))
				quiet = -1;
		if (fake_flying() > 0)
			quiet = -1;
		land_all();
		take_turn();
	}
}

/* Whether the loop was told to stop. */
static inline void on_still_running(int fd, short revents, void *state)
{
	(void)revents;
	*(bool *)state = true;
	loop_stop();
	cont_close(fd);
}

static inline bool has_stopped(void)
{
	bool is_running = false;
	int fd = dup(root);

	cont_save(fd, PARKED, WITHIN_NOW, then(on_still_running, &is_running));
	loop_run();
	if (!is_running)
		cont_close(fd);
	take_turn();
	return !is_running;
}

/* The limit is set where the numbers in use end, and what is free below it is
 * taken: none is left, but for those that act() gives up. */
static inline void with_all_taken(void (*act)(void))
{
	struct rlimit before, none;
	int taken[TURNS_ROWS];
	int end = TURNS_ROWS;
	int count = 0;

	while (fcntl(end - 1, F_GETFD) < 0)
		end--;
	while ((taken[count] = dup(root)) < end)
		count++;
	close(taken[count]);
	assert_return_code(getrlimit(RLIMIT_NOFILE, &before), errno);
	none = (struct rlimit){(rlim_t)end, before.rlim_max};
	assert_return_code(setrlimit(RLIMIT_NOFILE, &none), errno);
	act();
	assert_return_code(setrlimit(RLIMIT_NOFILE, &before), errno);
	while (count > 0)
		close(taken[--count]);
}

/* ---- those who call ---- */

static inline void has_socket(struct caller *c)
{
	c->len = 0;
	c->ended = c->reset = false;
	c->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_return_code(c->fd, errno);
}

static inline void connects(struct caller *c)
{
	assert_return_code(
		connect(c->fd, (struct sockaddr *)&place, sizeof place), errno);
}

static inline void calls(struct caller *c)
{
	has_socket(c);
	connects(c);
}

static inline void says(const struct caller *c, const char *text)
{
	size_t len = strlen(text);

	assert_int_equal(send(c->fd, text, len, MSG_NOSIGNAL), len);
}

/* Reads what has come, and how that ended. */
static inline void hears(struct caller *c)
{
	ssize_t n;

	while (!c->ended) {
		assert_true(c->len < sizeof c->heard - 1);
		n = recv(c->fd, c->heard + c->len, sizeof c->heard - 1 - c->len,
			MSG_DONTWAIT);
		if (n > 0)
			c->len += (size_t)n;
		else if (n < 0 && errno == EAGAIN)
			break;
		else
			c->ended = true;
		c->reset = n < 0 && errno == ECONNRESET;
	}
	c->heard[c->len] = '\0';
}

static inline void hangs_up(struct caller *c)
{
	close(c->fd);
	c->fd = -1;
}

/* Says it, waits until all is quiet and listens. */
static inline void asks(struct caller *c, const char *text)
{
	says(c, text);
	settle();
	hears(c);
}

static inline int count_in(const struct caller *c, const char *words)
{
	int count = 0;

	for (const char *at = c->heard; (at = strstr(at, words)); at++)
		count++;
	return count;
}

static inline int answers(const struct caller *c)
{
	return count_in(c, "HTTP/1.1 ");
}

/* The one answer has this status; and what was heard is forgotten. */
static inline void was_answered(struct caller *c, int status)
{
	char line[32];

	snprintf(line, sizeof line, "HTTP/1.1 %d ", status);
	if (answers(c) != 1 || strncmp(c->heard, line, strlen(line)) != 0)
		fail_msg("no %d, but: %s", status, c->heard);
	c->len = 0;
	c->heard[0] = '\0';
}

static inline void is_kept(const struct caller *c)
{
	assert_false(c->ended);
}

/* The server said good-bye, and not by a reset. */
static inline void is_closed(const struct caller *c)
{
	assert_true(c->ended);
	assert_false(c->reset);
}

/* The next line of the access log begins and ends like this. */
static inline void is_logged(const char *begins, const char *ends)
{
	static char line[4096];
	size_t len = 0;

	while (len < sizeof line - 1 && read(log_end, line + len, 1) == 1 &&
		line[len] != '\n')
		len++;
	line[len] = '\0';
	/* Behind the byte that says what it is. */
	if (len == 0 || !strstr(line + 1, begins) || !strstr(line + 1, ends))
		fail_msg("no %s%s, but: %s", begins, ends, line);
}

#endif
