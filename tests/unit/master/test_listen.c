/*
 * test_listen.c - from a text to a socket that answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "master/listen.h"
#include "master/listen_unix.h"
#include "master/status.h"

static char directory[] = "/tmp/test_listen.XXXXXX";
static char unix_text[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(unix_text, sizeof unix_text, "unix:%s/s", directory);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return rmdir(directory);
}

/* ---- the text ---- */

static void addresses_are_read(void **state)
{
	static const struct {
		const char *text;
		int family;
		const char *host;
		unsigned port;
		bool every;
	} cases[] = {
		{"127.0.0.1:8080", AF_INET, "127.0.0.1", 8080, false},
		{"0.0.0.0:80", AF_INET, "0.0.0.0", 80, false},
		{"localhost:0", AF_INET, "127.0.0.1", 0, false},
		{"192.0.2.1:65535", AF_INET, "192.0.2.1", 65535, false},
		{"[::1]:8080", AF_INET6, "::1", 8080, false},
		{"[::]:80", AF_INET6, "::", 80, false},
		{"[2001:db8::1]:443", AF_INET6, "2001:db8::1", 443, false},
		{":8080", AF_INET6, "::", 8080, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct listen_address a;
		char text[256];
		struct buf error = buf_on(text, sizeof text);
		char host[INET6_ADDRSTRLEN];
		bool is_in = cases[i].family == AF_INET;

		assert_int_equal(listen_parse(cases[i].text, &a, &error), 0);
		assert_int_equal(a.at.any.sa_family, cases[i].family);
		assert_non_null(inet_ntop(cases[i].family,
			is_in ? (void *)&a.at.in.sin_addr
			      : (void *)&a.at.in6.sin6_addr,
			host, sizeof host));
		assert_string_equal(host, cases[i].host);
		assert_int_equal(
			ntohs(is_in ? a.at.in.sin_port : a.at.in6.sin6_port),
			cases[i].port);
		assert_int_equal(a.every, cases[i].every);
	}
}

static void what_is_no_address_is_refused(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} cases[] = {
		{"", "it must be ADDR:PORT"},
		{"8080", "it must be ADDR:PORT"},
		{"localhost", "it must be ADDR:PORT"},
		{":", "no port"},
		{":http", "no port"},
		{":65536", "no port"},
		{":-1", "no port"},
		{": 80", "no port"},
		{"127.0.0.1:", "no port"},
		{"127.0.0.1:99999999999999999999", "no port"},
		{"example.org:80", "names are not looked up"},
		{"LOCALHOST:80", "names are not looked up"},
		{"127.1:80", "names are not looked up"},
		{"1.2.3.256:80", "names are not looked up"},
		{"[127.0.0.1]:80", "no address"},
		{"[]:80", "no address"},
		{"[::1:80", "in brackets"},
		{"::1:80", "in brackets"},
		{"[::1]", "in brackets"},
		{"[fe80::1%lo]:80", "no address"},
		{"unix:", "the path is missing"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct listen_address a;
		char text[512];
		struct buf error = buf_on(text, sizeof text - 1);

		assert_int_equal(
			listen_parse(cases[i].text, &a, &error), STATUS_USAGE);
		text[error.len] = '\0';
		if (!strstr(text, cases[i].says))
			fail_msg("'%s': %s", cases[i].text, text);
	}
}

static void hosts_and_paths_have_a_limit(void **state)
{
	char text[512] = "unix:/";
	char host[512] = "[";
	char says[2048];
	struct buf error = buf_on(says, sizeof says);
	struct listen_address a;

	(void)state;
	memset(text + 6, 'x', LISTEN_UNIX_MAX);
	assert_int_equal(listen_parse(text, &a, &error), STATUS_USAGE);
	text[5 + LISTEN_UNIX_MAX] = '\0';
	assert_int_equal(listen_parse(text, &a, &error), 0);
	assert_string_equal(a.at.un.sun_path, text + 5);
	memset(host + 1, '1', 400);
	strcpy(host + 401, "]:80");
	assert_int_equal(listen_parse(host, &a, &error), STATUS_USAGE);
}

/* ---- the socket ---- */

static void open_one(struct listener *l, const char *text)
{
	char says[2048];
	struct buf error = buf_on(says, sizeof says);

	if (listen_open(l, text, &error) != 0)
		fail_msg("%.*s", (int)error.len, says);
	assert_int_equal(fcntl(l->fd, F_GETFD), FD_CLOEXEC);
	assert_true(fcntl(l->fd, F_GETFL) & O_NONBLOCK);
}

static void url_of(const struct listener *l, char *url, size_t len)
{
	struct buf b = buf_on(url, len);

	listen_url(l, &b);
	buf_byte(&b, '\0');
	assert_false(b.full);
}

static void port_0_is_a_real_port_in_the_url(void **state)
{
	struct listener l;
	char url[128];
	unsigned port = 0;
	char rest;

	(void)state;
	open_one(&l, "127.0.0.1:0");
	url_of(&l, url, sizeof url);
	assert_int_equal(sscanf(url, "http://127.0.0.1:%u%c", &port, &rest), 2);
	assert_int_equal(rest, '/');
	assert_in_range(port, 1, 65535);
	listen_close(&l);
	assert_int_equal(l.fd, -1);
	listen_close(&l);
}

static int connect_to(unsigned port)
{
	struct sockaddr_in to;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int done;

	memset(&to, 0, sizeof to);
	to.sin_family = AF_INET;
	to.sin_port = htons((uint16_t)port);
	assert_int_equal(inet_pton(AF_INET, "127.0.0.1", &to.sin_addr), 1);
	done = connect(fd, (struct sockaddr *)&to, sizeof to);
	close(fd);
	return done;
}

static void every_interface_has_ipv4_too(void **state)
{
	struct listener l;
	char url[128];
	char *colon;

	(void)state;
	open_one(&l, ":0");
	url_of(&l, url, sizeof url);
	colon = strrchr(url, ':');
	assert_non_null(colon);
	assert_int_equal(connect_to((unsigned)strtoul(colon + 1, NULL, 10)), 0);
	listen_close(&l);
}

static void a_port_in_use_names_its_holder(void **state)
{
	struct listener l;
	struct listener other;
	char url[128];
	char says[2048];
	struct buf error = buf_on(says, sizeof says - 1);
	char us[64];

	(void)state;
	open_one(&l, "127.0.0.1:0");
	url_of(&l, url, sizeof url);
	url[strlen(url) - 1] = '\0';
	assert_int_equal(
		listen_open(&other, url + 7, &error), STATUS_UNAVAILABLE);
	assert_int_equal(other.fd, -1);
	says[error.len] = '\0';
	snprintf(us, sizeof us, "(pid %ld)", (long)getpid());
	assert_true(strstr(says, us) || strstr(says, "another process"));
	assert_non_null(strstr(says, "--listen ADDR:PORT chooses another"));
	listen_close(&l);
}

/* ---- in the file system ---- */

static void a_socket_is_open_to_all_and_removed(void **state)
{
	const char *path = unix_text + 5;
	struct listener l;
	struct stat made;
	char url[128];

	(void)state;
	open_one(&l, unix_text);
	assert_int_equal(lstat(path, &made), 0);
	assert_true(S_ISSOCK(made.st_mode));
	assert_int_equal(made.st_mode & 0777, 0666);
	url_of(&l, url, sizeof url);
	assert_string_equal(url, unix_text);
	listen_close(&l);
	assert_int_equal(lstat(path, &made), -1);
}

static void a_live_socket_is_left_alone(void **state)
{
	struct listener l;
	struct listener other;
	char says[512];
	struct buf error = buf_on(says, sizeof says);
	struct stat before;
	struct stat after;

	(void)state;
	open_one(&l, unix_text);
	assert_int_equal(lstat(unix_text + 5, &before), 0);
	assert_int_equal(
		listen_open(&other, unix_text, &error), STATUS_UNAVAILABLE);
	assert_int_equal(other.fd, -1);
	assert_int_equal(lstat(unix_text + 5, &after), 0);
	assert_true(before.st_ino == after.st_ino);
	listen_close(&l);
}

static void a_dead_socket_is_replaced(void **state)
{
	struct listener dead;
	struct listener l;

	(void)state;
	open_one(&dead, unix_text);
	close(dead.fd);
	open_one(&l, unix_text);
	/* It is not the dead one's to remove any more. */
	listen_unix_remove(&dead);
	assert_int_equal(access(unix_text + 5, F_OK), 0);
	listen_close(&l);
	assert_int_equal(access(unix_text + 5, F_OK), -1);
}

static void what_is_no_socket_is_not_replaced(void **state)
{
	struct listener l;
	char says[512];
	struct buf error = buf_on(says, sizeof says);
	FILE *file = fopen(unix_text + 5, "w");

	(void)state;
	assert_non_null(file);
	fclose(file);
	assert_int_equal(
		listen_open(&l, unix_text, &error), STATUS_CANNOT_CREATE);
	assert_int_equal(unlink(unix_text + 5), 0);
	assert_int_equal(listen_open(&l, "unix:/nonexistent/s", &error),
		STATUS_CANNOT_CREATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(hosts_and_paths_have_a_limit),
		cmocka_unit_test(port_0_is_a_real_port_in_the_url),
		cmocka_unit_test(every_interface_has_ipv4_too),
		cmocka_unit_test(a_port_in_use_names_its_holder),
		cmocka_unit_test(a_socket_is_open_to_all_and_removed),
		cmocka_unit_test(a_live_socket_is_left_alone),
		cmocka_unit_test(a_dead_socket_is_replaced),
		cmocka_unit_test(what_is_no_socket_is_not_replaced),
	};

	return cmocka_run_group_tests_name(
		"master/listen", tests, set_up, tear_down);
}
