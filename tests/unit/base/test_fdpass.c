/*
 * test_fdpass.c - messages and descriptors across a real channel.
 */
#include "base/fdpass.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/aborts.h"

static int ends[2];
static char room[64];

static int open_pair(void **state)
{
	(void)state;
	memset(room, 0, sizeof room);
	return fdpass_pair(ends);
}

static int close_pair(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static int lowest_free(void)
{
	int fd = dup(ends[0]);

	assert_true(fd >= 0);
	close(fd);
	return fd;
}

/* ---- messages ---- */

static void a_channel_closes_on_exec_and_blocks(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(fcntl(ends[i], F_GETFD), FD_CLOEXEC);
		assert_int_equal(fcntl(ends[i], F_GETFL) & O_NONBLOCK, 0);
	}
}

static void messages_keep_their_borders_and_their_order(void **state)
{
	int fd = 99;

	(void)state;
	assert_int_equal(fdpass_send(ends[0], "one", 3, -1), 0);
	assert_int_equal(fdpass_send(ends[0], "three", 5, -1), 0);
	assert_int_equal(fdpass_send(ends[1], "back", 4, -1), 0);
	assert_int_equal(fdpass_recv(ends[1], room, sizeof room, &fd), 3);
	assert_memory_equal(room, "one", 3);
	assert_int_equal(fd, -1);
	assert_int_equal(fdpass_recv(ends[1], room, sizeof room, &fd), 5);
	assert_memory_equal(room, "three", 5);
	assert_int_equal(fdpass_recv(ends[0], room, sizeof room, &fd), 4);
}

static void a_message_may_fill_the_room(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(fdpass_send(ends[0], room, sizeof room, -1), 0);
	assert_int_equal(
		fdpass_recv(ends[1], room, sizeof room, &fd), sizeof room);
}

static void a_message_too_long_is_an_error_and_gone(void **state)
{
	int fd = 99, free_before;

	(void)state;
	assert_int_equal(fdpass_send(ends[0], "eleven bytes", 12, ends[0]), 0);
	assert_int_equal(fdpass_send(ends[0], "next", 4, -1), 0);
	free_before = lowest_free();
	assert_int_equal(fdpass_recv(ends[1], room, 11, &fd), -1);
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(fd, -1);
	assert_int_equal(lowest_free(), free_before); /* nor did its fd stay */
	assert_int_equal(fdpass_recv(ends[1], room, 11, &fd), 4);
}

static void send_nothing(void *unused)
{
	(void)unused;
	fdpass_send(ends[0], "", 0, -1);
}

static void an_empty_message_is_not_to_be_told_from_the_end(void **state)
{
	(void)state;
	assert_aborts(send_nothing, NULL);
}

static void trying_never_waits(void **state)
{
	int fd = 99, sent = 0;

	(void)state;
	assert_int_equal(fdpass_try_recv(ends[1], room, sizeof room, &fd), -1);
	assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
	assert_int_equal(fd, -1);
	while (fdpass_try_send(ends[0], room, sizeof room, -1) == 0)
		sent++;
	assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
	assert_true(sent > 0);
	while (fdpass_try_recv(ends[1], room, sizeof room, &fd) > 0)
		sent--;
	assert_int_equal(sent, 0);
}

/* ---- the end ---- */

static void the_death_of_the_other_side_is_the_end(void **state)
{
	int fd = 99;

	(void)state;
	assert_int_equal(fdpass_send(ends[0], "last", 4, -1), 0);
	close(ends[0]);
	assert_int_equal(fdpass_recv(ends[1], room, sizeof room, &fd), 4);
	assert_int_equal(fdpass_recv(ends[1], room, sizeof room, &fd), 0);
	assert_int_equal(fd, -1);
	assert_int_equal(fdpass_recv(ends[1], room, sizeof room, &fd), 0);
}

static void dying_with_a_message_unread_is_the_end_too(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(fdpass_send(ends[1], "unread", 6, -1), 0);
	close(ends[0]);
	assert_int_equal(fdpass_recv(ends[1], room, sizeof room, &fd), 0);
}

static void telling_the_dead_is_an_error_and_no_signal(void **state)
{
	(void)state;
	close(ends[0]);
	assert_int_equal(fdpass_send(ends[1], "hello", 5, -1), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(fdpass_try_send(ends[1], "hello", 5, ends[1]), -1);
	assert_int_equal(errno, EPIPE);
}

/* ---- descriptors ---- */

static void a_descriptor_comes_as_a_copy_of_ours(void **state)
{
	int pipe_ends[2], fd = -1;

	(void)state;
	assert_return_code(pipe(pipe_ends), errno);
	assert_int_equal(fdpass_send(ends[0], "w", 1, pipe_ends[1]), 0);
	assert_int_equal(fdpass_recv(ends[1], room, sizeof room, &fd), 1);
	assert_true(fd >= 0);
	assert_int_not_equal(fd, pipe_ends[1]);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(write(fd, "x", 1), 1);
	assert_int_equal(read(pipe_ends[0], room, 1), 1);
	close(fd);
	close(pipe_ends[0]);
	close(pipe_ends[1]); /* ours is ours still */
}

static void a_descriptor_belongs_to_its_message(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(fdpass_send(ends[0], "without", 7, -1), 0);
	assert_int_equal(fdpass_send(ends[0], "with", 4, ends[0]), 0);
	assert_int_equal(fdpass_send(ends[0], "without", 7, -1), 0);
	assert_int_equal(fdpass_recv(ends[1], room, sizeof room, &fd), 7);
	assert_int_equal(fd, -1);
	assert_int_equal(fdpass_recv(ends[1], room, sizeof room, &fd), 4);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(fdpass_recv(ends[1], room, sizeof room, &fd), 7);
	assert_int_equal(fd, -1);
}

static void what_is_not_open_cannot_be_sent(void **state)
{
	int closed = lowest_free();

	(void)state;
	assert_int_equal(fdpass_send(ends[0], "x", 1, closed), -1);
	assert_int_equal(errno, EBADF);
}

/* In a child: with no number free, is a descriptor lost an error? */
static void receive_at_the_limit(void)
{
	struct rlimit limit;
	int fd = 99;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = (rlim_t)lowest_free();
	setrlimit(RLIMIT_NOFILE, &limit);
	if (fdpass_recv(ends[1], room, sizeof room, &fd) != -1)
		_exit(1);
	if (errno != EMFILE || fd != -1)
		_exit(2);
	/* The channel goes on. */
	_exit(fdpass_recv(ends[1], room, sizeof room, &fd) == 4 ? 0 : 3);
}

static void a_descriptor_lost_at_our_limit_is_emfile(void **state)
{
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(fdpass_send(ends[0], "found", 5, ends[0]), 0);
	assert_int_equal(fdpass_send(ends[0], "next", 4, -1), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		receive_at_the_limit();
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Nobody of ours does that. */
static void send_two(void)
{
	int fds[2] = {ends[0], ends[1]};
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof fds)];
	} control;
	struct iovec piece = {room, 1};
	struct msghdr header = {.msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof control.bytes};
	struct cmsghdr *rights;

	memset(&control, 0, sizeof control);
	rights = CMSG_FIRSTHDR(&header);
	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof fds);
	memcpy(CMSG_DATA(rights), fds, sizeof fds);
	assert_int_equal(sendmsg(ends[0], &header, 0), 1);
}

static void two_descriptors_are_refused_and_do_not_stay(void **state)
{
	int fd = 99, free_before = lowest_free();

	(void)state;
	send_two();
	assert_int_equal(fdpass_recv(ends[1], room, sizeof room, &fd), -1);
	assert_int_equal(fd, -1);
	assert_int_equal(lowest_free(), free_before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pair, close_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_channel_closes_on_exec_and_blocks),
		TEST(messages_keep_their_borders_and_their_order),
		TEST(a_message_may_fill_the_room),
		TEST(a_message_too_long_is_an_error_and_gone),
		TEST(an_empty_message_is_not_to_be_told_from_the_end),
		TEST(trying_never_waits),
		TEST(the_death_of_the_other_side_is_the_end),
		TEST(dying_with_a_message_unread_is_the_end_too),
		TEST(telling_the_dead_is_an_error_and_no_signal),
		TEST(a_descriptor_comes_as_a_copy_of_ours),
		TEST(a_descriptor_belongs_to_its_message),
		TEST(what_is_not_open_cannot_be_sent),
		TEST(a_descriptor_lost_at_our_limit_is_emfile),
		TEST(two_descriptors_are_refused_and_do_not_stay),
	};

	return cmocka_run_group_tests_name("base/fdpass", tests, NULL, NULL);
}
