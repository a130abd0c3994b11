/* test_listener.c - what comes of an accept that fails. With descriptors that
 * are really at their end: test_worker.c. */
#include "calling.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

enum { ENDLESS = 10000 };

int __real_sys_accept(int listener, struct sys_peer *peer);
int __wrap_sys_accept(int listener, struct sys_peer *peer);

/* So many fail, and how; those after them have numbers from `from` on. */
static struct {
	int times, fails, error, from;
	bool is_endless;
	bool had_reserve; /* when it was tried last */
} accepts;

int __wrap_sys_accept(int listener_fd, struct sys_peer *peer)
{
	int fd, high;

	accepts.times++;
	accepts.had_reserve = fcntl(server->reserve, F_GETFD) >= 0;
	if (accepts.fails > 0) {
		accepts.fails--;
		errno = accepts.error;
		return -1;
	}
	if (accepts.is_endless) {
		assert_true(accepts.times < ENDLESS);
		*peer = (struct sys_peer){.family = AF_INET};
		return fcntl(root, F_DUPFD_CLOEXEC, accepts.from);
	}
	fd = __real_sys_accept(listener_fd, peer);
	if (fd < 0 || accepts.from == 0)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, accepts.from);
	close(fd);
	return high;
}

static struct caller c, d;

static int begin(void **state)
{
	memset(&accepts, 0, sizeof accepts);
	return open_server(state);
}

static void fails(int error, int times)
{
	accepts.times = 0;
	accepts.fails = times;
	accepts.error = error;
}

/* ---- shortages ---- */

/* The one that comes in by the reserve is refused, and the next waits. */
static void each_shortage_takes_the_reserve(void **state)
{
	static const int errors[] = {EMFILE, ENFILE, ENOBUFS, ENOMEM};

	(void)state;
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
		calls(&c);
		fails(errors[i], 1);
		take_turn();
		/* The queue is empty after that one. */
		assert_int_equal(accepts.times, 3);
		assert_false(accepts.had_reserve);
		assert_true(fcntl(server->reserve, F_GETFD) >= 0);
		hears(&c);
		was_answered(&c, 503);
		is_closed(&c);
		hangs_up(&c);
		take_turn_after(TURNS_RETRY);
	}
}

static void one_that_lasts_is_tried_twice_and_then_again(void **state)
{
	(void)state;
	calls(&c);
	fails(EMFILE, ENDLESS);
	take_turn();
	assert_int_equal(accepts.times, 2);
	take_turns(3);
	take_turn_after(TURNS_RETRY - 1);
	assert_int_equal(accepts.times, 2);
	take_turn_after(1);
	assert_int_equal(accepts.times, 4);
	fails(0, 0);
	take_turn_after(TURNS_RETRY);
	asks(&c, GET("/%00"));
	was_answered(&c, 400);
	hangs_up(&c);
}

static void what_names_keep_is_given_up(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text of a");
	calls(&c);
	asks(&c, GET("/a"));
	was_answered(&c, 200);
	hangs_up(&c);
	settle();
	assert_int_equal(store_count(server->store), 1);
	calls(&c);
	fails(ENFILE, 1);
	take_turn();
	assert_int_equal(store_count(server->store), 0);
	hangs_up(&c);
}

/* A client that went before it was accepted says nothing about the others. */
static void no_other_error_is_one(void **state)
{
	(void)state;
	calls(&c);
	fails(ECONNABORTED, 1);
	take_turn();
	assert_int_equal(accepts.times, 1);
	take_turn();
	assert_int_equal(server->clients_count, 1);
	assert_int_equal(server->reasons.ended[REASON_NO_DESCRIPTOR], 0);
	hangs_up(&c);
}

/* ---- room ---- */

static void clients_alone_leave_no_name(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text of a");
	server->setup.limits.shared = 1;
	calls(&c);
	calls(&d);
	asks(&d, GET("/a"));
	was_answered(&d, 200);
	assert_int_equal(server->clients_count, 2);
	assert_int_equal(store_count(server->store), 0);
	hangs_up(&c);
	hangs_up(&d);
}

/* Its number has no row in the table. */
static void who_does_not_fit_is_closed(void **state)
{
	(void)state;
	calls(&c);
	accepts.from = TURNS_ROWS;
	take_turn();
	assert_int_equal(server->clients_count, 0);
	hears(&c);
	is_closed(&c);
	assert_int_equal(c.len, 0);
	hangs_up(&c);
	accepts.from = 0;
	calls(&c);
	asks(&c, GET("/%00"));
	was_answered(&c, 400);
	hangs_up(&c);
}

/* ---- the end ---- */

static void drain(void)
{
	const struct control message = {.kind = CONTROL_DRAIN};

	assert_int_equal(fdpass_send(master, &message, sizeof message, -1), 0);
}

/* More than a turn accepts. */
static void all_who_are_in_the_queue_come_in(void **state)
{
	enum { MANY = LISTENER_SHARE + 5 };
	int fds[MANY];
	char bytes[16];

	(void)state;
	assert_return_code(listen(listener, MANY), errno);
	for (int i = 0; i < MANY; i++) {
		fds[i] = socket(AF_UNIX, SOCK_STREAM, 0);
		assert_return_code(connect(fds[i], (struct sockaddr *)&place,
					   sizeof place),
			errno);
		assert_int_equal(send(fds[i], GET("/%00"), strlen(GET("/%00")),
					 MSG_NOSIGNAL),
			strlen(GET("/%00")));
	}
	drain();
	settle();
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(
			recv(fds[i], bytes, sizeof bytes, MSG_DONTWAIT),
			sizeof bytes);
		assert_memory_equal(bytes, "HTTP/1.1 400 Bad", sizeof bytes);
		close(fds[i]);
	}
}

/* Whoever comes faster than we accept does not keep us here. */
static void a_queue_without_end_ends_nevertheless(void **state)
{
	(void)state;
	accepts.is_endless = true;
	accepts.from = TURNS_ROWS;
	drain();
	take_turn();
	assert_true(has_stopped());
	assert_true(accepts.times > LISTENER_SHARE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, shut_server)
	const struct CMUnitTest tests[] = {
		TEST(each_shortage_takes_the_reserve),
		TEST(one_that_lasts_is_tried_twice_and_then_again),
		TEST(what_names_keep_is_given_up),
		TEST(no_other_error_is_one),
		TEST(clients_alone_leave_no_name),
		TEST(who_does_not_fit_is_closed),
		TEST(all_who_are_in_the_queue_come_in),
		TEST(a_queue_without_end_ends_nevertheless),
	};

	return cmocka_run_group_tests_name("serve/listener", tests, NULL, NULL);
}
