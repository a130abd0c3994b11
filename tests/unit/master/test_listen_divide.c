/*
 * test_listen_divide.c - several workers on one port, and nobody else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "master/listen.h"
#include "master/status.h"
#include "sys/system.h"

enum { URL = 128 };

static int try_open(struct listener *l, const char *text)
{
	char says[2048];
	struct buf error = buf_on(says, sizeof says);

	return listen_open(l, text, &error);
}

static void open_for(struct listener *l, const char *text, size_t workers)
{
	assert_int_equal(try_open(l, text), 0);
	listen_divide(l, workers);
}

/* ADDR:PORT of where it listens. */
static const char *place_of(const struct listener *l, char url[URL])
{
	struct buf b = buf_on(url, URL);

	listen_url(l, &b);
	b.len--; /* the slash */
	buf_byte(&b, '\0');
	assert_false(b.full);
	return url + strlen("http://");
}

/* Whether this build, here, can do it at all. */
static bool can_divide(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool can = sys_share_port(fd) == 0;

	if (!can)
		assert_int_equal(errno, ENOPROTOOPT);
	close(fd);
	return can;
}

static in_port_t port_of(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} at;
	socklen_t len = sizeof at;

	assert_int_equal(getsockname(fd, &at.any, &len), 0);
	return at.any.sa_family == AF_INET ? at.in.sin_port : at.in6.sin6_port;
}

/* Whether one more that asks to share the port gets it. */
static bool lets_in(const struct listener *l)
{
	struct sockaddr_in at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool is_in;

	memset(&at, 0, sizeof at);
	at.sin_family = AF_INET;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	at.sin_port = port_of(l->fd);
	(void)sys_share_port(fd);
	is_in = bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
	close(fd);
	return is_in;
}

static void one_worker_has_the_port_alone(void **state)
{
	struct listener l;

	(void)state;
	open_for(&l, "127.0.0.1:0", 1);
	assert_int_equal(l.more_count, 0);
	assert_int_equal(listen_fd(&l, 0), l.fd);
	assert_false(lets_in(&l));
	listen_close(&l);
}

static void is_a_listener_of(int fd, in_port_t port)
{
	int listens = 0;
	socklen_t len = sizeof listens;

	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_int_equal(
		getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len), 0);
	assert_true(listens);
	assert_int_equal(port_of(fd), port);
}

static void each_worker_has_a_socket_on_the_same_port(void **state)
{
	static const char *const texts[] = {"127.0.0.1:0", ":0", "[::1]:0"};
	static const size_t workers[] = {2, 3, OPTIONS_WORKERS_MAX};

	(void)state;
	for (size_t i = 0; i < 9; i++) {
		size_t count = workers[i / 3];
		struct listener l;

		/* There may be no IPv6 here. */
		if (try_open(&l, texts[i % 3]) != 0 && i % 3 == 2)
			continue;
		listen_divide(&l, count);
		assert_int_equal(l.more_count, can_divide() ? count - 1 : 0);
		for (size_t w = 0; w < count; w++) {
			is_a_listener_of(listen_fd(&l, w), port_of(l.fd));
			assert_int_equal(listen_fd(&l, w) == l.fd,
				w == 0 || !can_divide());
		}
		listen_close(&l);
	}
}

static int connect_to(in_port_t port)
{
	struct sockaddr_in to;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(&to, 0, sizeof to);
	to.sin_family = AF_INET;
	to.sin_port = port;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

/* Takes the client out of the queue that it came into: whose that is. */
static size_t accept_one(const struct listener *l, size_t workers)
{
	struct pollfd queue[OPTIONS_WORKERS_MAX];
	int fd;

	for (size_t w = 0; w < workers; w++)
		queue[w] = (struct pollfd){
			.fd = listen_fd(l, w), .events = POLLIN};
	assert_true(poll(queue, (nfds_t)workers, -1) > 0);
	for (size_t w = 0; w < workers; w++) {
		if (queue[w].revents == 0)
			continue;
		fd = accept(queue[w].fd, NULL, NULL);
		assert_true(fd >= 0);
		close(fd);
		return w;
	}
	return workers;
}

static void clients_come_into_every_queue(void **state)
{
	enum { WORKERS = 3, ENOUGH = 1000 };
	bool met[WORKERS] = {false};
	struct listener l;
	int tries = 0;

	(void)state;
	if (!can_divide())
		skip();
	open_for(&l, "127.0.0.1:0", WORKERS);
	assert_true(lets_in(&l));
	while (!met[0] || !met[1] || !met[2]) {
		int client = connect_to(port_of(l.fd));

		met[accept_one(&l, WORKERS)] = true;
		close(client);
		assert_true(++tries < ENOUGH);
	}
	listen_close(&l);
}

/* Workers of the one who is there, workers of the one who comes. */
static void nobody_joins_a_port_that_is_taken(void **state)
{
	static const size_t cases[][2] = {{1, 2}, {2, 1}, {2, 2}, {1, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct listener first;
		struct listener second;
		char url[URL];

		open_for(&first, "127.0.0.1:0", cases[i][0]);
		assert_int_equal(try_open(&second, place_of(&first, url)),
			STATUS_UNAVAILABLE);
		assert_int_equal(second.fd, -1);
		listen_close(&first);
		open_for(&second, url + strlen("http://"), cases[i][1]);
		listen_close(&second);
	}
}

/* Two that start at the same time are both bound before either listens; only
 * one of them gets as far as to share its port. */
static void who_was_bound_meanwhile_cannot_listen(void **state)
{
	struct sockaddr_in at;
	struct listener l;
	char url[URL];
	int on = 1;
	int other = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof at;

	(void)state;
	memset(&at, 0, sizeof at);
	at.sin_family = AF_INET;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(
		setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
	assert_int_equal(bind(other, (struct sockaddr *)&at, len), 0);
	snprintf(url, sizeof url, "127.0.0.1:%u",
		(unsigned)ntohs(port_of(other)));
	open_for(&l, url, 2);
	assert_int_equal(l.more_count, can_divide() ? 1 : 0);
	assert_int_equal(listen(other, 1), -1);
	assert_int_equal(errno, EADDRINUSE);
	close(other);
	listen_close(&l);
}

static void closing_closes_all(void **state)
{
	struct listener l;
	struct listener again;
	char url[URL];
	int fds[3];

	(void)state;
	open_for(&l, "127.0.0.1:0", 3);
	for (size_t w = 0; w < 3; w++)
		fds[w] = listen_fd(&l, w);
	place_of(&l, url);
	listen_close(&l);
	assert_int_equal(l.fd, -1);
	for (size_t w = 0; w < 3; w++)
		assert_int_equal(fcntl(fds[w], F_GETFD), -1);
	open_for(&again, url + strlen("http://"), 1);
	listen_close(&again);
	listen_close(&l);
}

/* Out of descriptors half-way. */
static void what_cannot_be_divided_is_shared(void **state)
{
	struct rlimit before;
	struct rlimit few;
	struct listener l;
	int client;

	(void)state;
	assert_int_equal(try_open(&l, "127.0.0.1:0"), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = (rlim_t)l.fd + 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	listen_divide(&l, 8);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(l.more_count, 0);
	for (size_t w = 0; w < 8; w++)
		assert_int_equal(listen_fd(&l, w), l.fd);
	client = connect_to(port_of(l.fd));
	assert_int_equal(accept_one(&l, 1), 0);
	close(client);
	listen_close(&l);
}

static void a_socket_in_the_file_system_is_shared(void **state)
{
	char directory[] = "/tmp/test_listen_divide.XXXXXX";
	char text[64];
	struct listener l;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(text, sizeof text, "unix:%s/s", directory);
	open_for(&l, text, 4);
	assert_int_equal(l.more_count, 0);
	assert_int_equal(listen_fd(&l, 3), l.fd);
	listen_close(&l);
	assert_int_equal(rmdir(directory), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_worker_has_the_port_alone),
		cmocka_unit_test(each_worker_has_a_socket_on_the_same_port),
		cmocka_unit_test(clients_come_into_every_queue),
		cmocka_unit_test(nobody_joins_a_port_that_is_taken),
		cmocka_unit_test(who_was_bound_meanwhile_cannot_listen),
		cmocka_unit_test(closing_closes_all),
		cmocka_unit_test(what_cannot_be_divided_is_shared),
		cmocka_unit_test(a_socket_in_the_file_system_is_shared),
	};

	return cmocka_run_group_tests_name(
		"master/listen_divide", tests, NULL, NULL);
}
