/*
 * test_sys.c - the calls, on a real kernel.
 */
#include "sys/sys.h"
#include "sys/system.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fdpass.h"
#include "support/await.h"

static void assert_ours(int fd)
{
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
}

/* ---- time ---- */

static void the_clocks_go(void **state)
{
	int64_t date = sys_date(), now = sys_now();

	(void)state;
	assert_true(date / 1000000000 - (int64_t)time(NULL) < 60);
	assert_true((int64_t)time(NULL) - date / 1000000000 < 60);
	AWAIT(sys_now() > now);
	assert_true(sys_date() != date);
}

static void a_tick_is_no_later_than_the_clock(void **state)
{
	int64_t before = sys_tick();
	int64_t now = sys_now();

	(void)state;
	assert_true(before <= now);
	AWAIT(sys_tick() >= now);
}

static void work(void)
{
	for (volatile int i = 0; i < 1000000; i++)
		;
}

static void work_is_counted(void **state)
{
	struct sys_usage before, after;

	(void)state;
	sys_usage(&before);
	assert_true(before.cpu > 0);
	AWAIT((work(), sys_usage(&after), after.cpu > before.cpu));
	assert_true(after.minor_faults >= before.minor_faults);
	assert_true(after.major_faults >= before.major_faults);
	assert_true(after.preemptions >= before.preemptions);
	assert_true(after.waits >= before.waits);
}

/* Linux alone tells. */
static void waits_are_counted(void **state)
{
	struct sys_usage before, after;

	(void)state;
	sys_usage(&before);
	(void)sys_poll(NULL, 0, 5);
	sys_usage(&after);
#if defined(__linux__) && !defined(CONTD_PORTABLE)
	assert_true(after.waits > before.waits);
#else
	assert_int_equal(after.waits, 0);
#endif
}

/* ---- sockets ---- */

struct any_address {
	union {
		struct sockaddr any;
		struct sockaddr_in inet;
		struct sockaddr_in6 inet6;
	} at;
	socklen_t len;
};

static struct any_address loopback(int family)
{
	struct any_address a;

	memset(&a, 0, sizeof a);
	a.at.any.sa_family = (sa_family_t)family;
	a.len = family == AF_INET ? sizeof a.at.inet : sizeof a.at.inet6;
	if (family == AF_INET)
		a.at.inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

/* A listener at any port, its address in *a; -1 without this family. An IPv6
 * one takes IPv4 too. */
static int listen_at(struct any_address *a)
{
	int off = 0, fd = socket(a->at.any.sa_family, SOCK_STREAM, 0);

	if (fd < 0)
		return -1;
	if (a->at.any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	if (bind(fd, &a->at.any, a->len) < 0 || listen(fd, 8) < 0 ||
		getsockname(fd, &a->at.any, &a->len) < 0) {
		close(fd);
		return -1;
	}
	assert_return_code(fcntl(fd, F_SETFL, O_NONBLOCK), errno);
	return fd;
}

static int connect_to(const struct any_address *a)
{
	int fd = socket(a->at.any.sa_family, SOCK_STREAM, 0);

	assert_return_code(fd, errno);
	assert_return_code(connect(fd, &a->at.any, a->len), errno);
	return fd;
}

static uint16_t port_of(int fd)
{
	struct any_address a = {.len = sizeof a.at};

	assert_return_code(getsockname(fd, &a.at.any, &a.len), errno);
	return ntohs(a.at.any.sa_family == AF_INET ? a.at.inet.sin_port
						   : a.at.inet6.sin6_port);
}

/* A client of 127.0.0.1 and what we accepted for it. */
static void make_client(int *client, int *accepted)
{
	struct any_address a = loopback(AF_INET);
	struct sys_peer peer;
	int listener = listen_at(&a);

	assert_return_code(listener, errno);
	sys_set_up_sending(listener);
	*client = connect_to(&a);
	*accepted = sys_accept(listener, &peer);
	assert_return_code(*accepted, errno);
	close(listener);
}

static void a_client_is_accepted_with_its_address(void **state)
{
	struct any_address a = loopback(AF_INET);
	struct sys_peer peer;
	int on = 0, listener = listen_at(&a), client, fd;
	socklen_t len = sizeof on;

	(void)state;
	assert_return_code(listener, errno);
	assert_int_equal(sys_accept(listener, &peer), -1);
	assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
	sys_set_up_sending(listener);
	client = connect_to(&a);
	fd = sys_accept(listener, &peer);
	assert_return_code(fd, errno);
	assert_ours(fd);
	assert_return_code(
		getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &len), errno);
	assert_true(on);
	assert_int_equal(peer.family, AF_INET);
	assert_memory_equal(
		peer.addr, "\177\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(peer.port, port_of(client));
	close(fd);
	close(client);
	close(listener);
}

static void a_client_of_ipv6_has_a_long_address(void **state)
{
	struct any_address a = loopback(AF_INET6);
	struct sys_peer peer;
	int listener, client, fd;

	(void)state;
	a.at.inet6.sin6_addr = in6addr_loopback;
	listener = listen_at(&a);
	if (listener < 0) {
		print_message("there is no IPv6 here\n");
		skip();
	}
	client = connect_to(&a);
	fd = sys_accept(listener, &peer);
	assert_return_code(fd, errno);
	assert_int_equal(peer.family, AF_INET6);
	assert_memory_equal(peer.addr, in6addr_loopback.s6_addr, 16);
	assert_int_equal(peer.port, port_of(client));
	close(fd);
	close(client);
	close(listener);
}

static void a_mapped_address_is_one_of_ipv4(void **state)
{
	struct any_address both = loopback(AF_INET6), a = loopback(AF_INET);
	struct sys_peer peer;
	int listener, client, fd;

	(void)state;
	listener = listen_at(&both);
	if (listener < 0) {
		print_message("there is no IPv6 here\n");
		skip();
	}
	a.at.inet.sin_port = both.at.inet6.sin6_port;
	client = connect_to(&a);
	fd = sys_accept(listener, &peer);
	assert_return_code(fd, errno);
	assert_int_equal(peer.family, AF_INET);
	assert_memory_equal(
		peer.addr, "\177\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(peer.port, port_of(client));
	close(fd);
	close(client);
	close(listener);
}

static void a_client_of_a_unix_socket_has_no_address(void **state)
{
	char directory[] = "/tmp/contd-sys-XXXXXX";
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct sys_peer peer;
	int listener, client, fd;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(a.sun_path, sizeof a.sun_path, "%s/socket", directory);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	client = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_return_code(
		bind(listener, (struct sockaddr *)&a, sizeof a), errno);
	assert_return_code(listen(listener, 1), errno);
	assert_return_code(
		connect(client, (struct sockaddr *)&a, sizeof a), errno);
	memset(&peer, 0xff, sizeof peer);
	fd = sys_accept(listener, &peer);
	assert_return_code(fd, errno);
	assert_ours(fd);
	assert_int_equal(peer.family, AF_UNIX);
	assert_int_equal(peer.port, 0);
	close(fd);
	close(client);
	close(listener);
	unlink(a.sun_path);
	rmdir(directory);
}

static void pieces_are_sent_in_order(void **state)
{
	char one[] = "one ", two[] = "two ", room[16];
	struct iovec pieces[] = {{one, 4}, {NULL, 0}, {two, 4}};
	int client, fd;

	(void)state;
	make_client(&client, &fd);
	assert_int_equal(sys_recv(fd, room, sizeof room), -1);
	assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
	assert_int_equal(sys_send(fd, pieces, 3), 8);
	assert_int_equal(recv(client, room, 8, MSG_WAITALL), 8);
	assert_memory_equal(room, "one two ", 8);
	assert_int_equal(send(client, "back", 4, 0), 4);
	while (sys_recv(fd, room, sizeof room) < 0)
		assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
	assert_memory_equal(room, "back", 4);
	close(client);
	close(fd);
}

static void sending_never_waits_and_raises_no_signal(void **state)
{
	static char block[65536];
	struct iovec piece = {block, sizeof block};
	int ends[2];

	(void)state;
	/* Blocking ends: what is not ours is not waited for either. */
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), errno);
	while (sys_send(ends[0], &piece, 1) >= 0)
		;
	assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
	assert_int_equal(sys_recv(ends[0], block, 1), -1);
	assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
	close(ends[1]);
	assert_int_equal(sys_send(ends[0], &piece, 1), -1);
	assert_int_equal(errno, EPIPE);
	close(ends[0]);
}

static void last_words_arrive_with_the_end(void **state)
{
	char room[16];
	struct iovec piece = {(char[]){"good bye"}, 8};
	int client, fd;

	(void)state;
	make_client(&client, &fd);
	assert_int_equal(sys_send_last(fd, &piece, 1), 8);
	sys_close(fd);
	assert_int_equal(recv(client, room, sizeof room, MSG_WAITALL), 8);
	close(client);
}

#if defined(__linux__) && !defined(CONTD_PORTABLE)
/* Without it: 2.5 MiB and more, where nobody has set anything. */
static void who_does_not_read_costs_the_kernel_little(void **state)
{
	static char block[SYS_UNSENT];
	struct iovec piece = {block, sizeof block};
	int client, fd;
	size_t taken = 0;

	(void)state;
	make_client(&client, &fd);
	for (ssize_t len; (len = sys_send(fd, &piece, 1)) > 0;)
		taken += (size_t)len;
	assert_in_range(taken, SYS_UNSENT, 8 * SYS_UNSENT);
	close(fd);
	close(client);
}
#endif

static void after_a_half_close_the_peer_can_still_talk(void **state)
{
	char byte;
	int client, fd;

	(void)state;
	make_client(&client, &fd);
	assert_int_equal(sys_shutdown(fd), 0);
	assert_int_equal(recv(client, &byte, 1, 0), 0);
	assert_int_equal(send(client, "x", 1, 0), 1);
	await(fd, POLLIN, "a byte of the peer");
	assert_int_equal(sys_recv(fd, &byte, 1), 1);
	close(client);
	close(fd);
}

static void a_reset_is_no_orderly_end(void **state)
{
	char byte;
	int client, fd;

	(void)state;
	make_client(&client, &fd);
	assert_int_equal(sys_reset_on_close(fd), 0);
	sys_close(fd);
	assert_int_equal(recv(client, &byte, 1, 0), -1);
	assert_int_equal(errno, ECONNRESET);
	close(client);
}

/* ---- channels, pipes, files ---- */

static void channels_tell_and_hear_without_waiting(void **state)
{
	char room[8];
	int ends[2], fd = 99, pipe_ends[2];

	(void)state;
	assert_return_code(fdpass_pair(ends), errno);
	assert_return_code(sys_pipe(pipe_ends), errno);
	assert_int_equal(sys_hear(ends[0], room, sizeof room, &fd), -1);
	assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
	assert_int_equal(sys_tell(ends[1], "hello", 5), 0);
	assert_int_equal(sys_hear(ends[0], room, sizeof room, &fd), 5);
	assert_int_equal(fd, -1);
	assert_int_equal(fdpass_send(ends[1], "fd", 2, pipe_ends[0]), 0);
	assert_int_equal(sys_hear(ends[0], room, sizeof room, &fd), 2);
	assert_true(fd >= 0);
	sys_close(fd);
	sys_close(pipe_ends[0]);
	sys_close(pipe_ends[1]);
	sys_close(ends[1]);
	assert_int_equal(sys_hear(ends[0], room, sizeof room, &fd), 0);
	sys_close(ends[0]);
}

static void a_pipe_is_ours_from_the_beginning(void **state)
{
	char room[8];
	int ends[2];

	(void)state;
	assert_return_code(sys_pipe(ends), errno);
	assert_ours(ends[0]);
	assert_ours(ends[1]);
	assert_int_equal(sys_read(ends[0], room, sizeof room), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(sys_write(ends[1], "pipe", 4), 4);
	assert_int_equal(sys_read(ends[0], room, sizeof room), 4);
	sys_close(ends[1]);
	assert_int_equal(sys_read(ends[0], room, sizeof room), 0);
	sys_close(ends[0]);
}

static void a_file_is_read_asynchronously(void **state)
{
	char path[] = "/tmp/contd-sys-XXXXXX", room[8] = "";
	struct stat st;
	struct aiocb cb;
	int file = mkstemp(path), fd;

	(void)state;
	assert_return_code(file, errno);
	assert_int_equal(write(file, "continue", 8), 8);
	fd = sys_dup(file);
	assert_return_code(fd, errno);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(sys_stat(fd, &st), 0);
	assert_int_equal(st.st_size, 8);

	sys_aio_open(2);
	memset(&cb, 0, sizeof cb);
	cb.aio_fildes = fd;
	cb.aio_buf = room;
	cb.aio_nbytes = sizeof room;
	cb.aio_offset = 3;
	cb.aio_sigevent.sigev_notify = SIGEV_NONE;
	assert_int_equal(sys_aio_read(&cb), 0);
	AWAIT(sys_aio_error(&cb) != EINPROGRESS);
	assert_int_equal(sys_aio_error(&cb), 0);
	assert_int_equal(sys_aio_return(&cb), 5);
	assert_memory_equal(room, "tinue", 5);
	sys_close(fd);
	close(file);
	unlink(path);
}

static void a_directory_can_be_walked_through(void **state)
{
	int tmp = open("/tmp", sys_walk_flags()), root;

	(void)state;
	assert_return_code(tmp, errno);
	assert_int_equal(fcntl(tmp, F_GETFD), FD_CLOEXEC);
	root = openat(tmp, "..", sys_walk_flags());
	assert_return_code(root, errno);
	assert_int_equal(open("/dev/null", sys_walk_flags()), -1);
	assert_int_equal(errno, ENOTDIR);
	close(root);
	close(tmp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_clocks_go),
		cmocka_unit_test(a_tick_is_no_later_than_the_clock),
		cmocka_unit_test(work_is_counted),
		cmocka_unit_test(waits_are_counted),
		cmocka_unit_test(a_client_is_accepted_with_its_address),
		cmocka_unit_test(a_client_of_ipv6_has_a_long_address),
		cmocka_unit_test(a_mapped_address_is_one_of_ipv4),
		cmocka_unit_test(a_client_of_a_unix_socket_has_no_address),
		cmocka_unit_test(pieces_are_sent_in_order),
		cmocka_unit_test(last_words_arrive_with_the_end),
#if defined(__linux__) && !defined(CONTD_PORTABLE)
		cmocka_unit_test(who_does_not_read_costs_the_kernel_little),
#endif
		cmocka_unit_test(sending_never_waits_and_raises_no_signal),
		cmocka_unit_test(after_a_half_close_the_peer_can_still_talk),
		cmocka_unit_test(a_reset_is_no_orderly_end),
		cmocka_unit_test(channels_tell_and_hear_without_waiting),
		cmocka_unit_test(a_pipe_is_ours_from_the_beginning),
		cmocka_unit_test(a_file_is_read_asynchronously),
		cmocka_unit_test(a_directory_can_be_walked_through),
	};

	return cmocka_run_group_tests_name("sys/sys", tests, NULL, NULL);
}
