/* test_worker.c - what the master says, and doors without room. */
#include "calling.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"
#define REFUSED GET("/%00")

static struct caller c, d, e;

static void the_master_says(uint32_t kind, size_t len)
{
	const struct control message = {.kind = kind};

	assert_int_equal(fdpass_send(master, &message, len, -1), 0);
	take_turn();
}

/* ---- the master ---- */

static void a_helper_comes_with_its_channel(void **state)
{
	(void)state;
	assert_int_equal(helpers_count(server->helpers), 2);
	the_master_says(CONTROL_HELPER, sizeof(struct control));
	assert_int_equal(helpers_count(server->helpers), 2);
	assert_false(has_stopped());
}

static void what_is_not_known_is_let_pass(void **state)
{
	(void)state;
	the_master_says(1000, sizeof(struct control));
	assert_false(has_stopped());
}

/* It is not the master that it was. */
static void half_a_message_is_the_end(void **state)
{
	(void)state;
	the_master_says(CONTROL_HELPER, 1);
	assert_true(has_stopped());
}

static void helpers_are_of_use_to_the_end(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text of a");
	for (int i = 0; i < 2; i++)
		close(helper[i]);
	take_turn();
	calls(&c);
	says(&c, GET("/a"));
	take_turns(2);
	the_master_says(CONTROL_DRAIN, sizeof(struct control));
	assert_int_equal(helpers_count(server->helpers), 0);
	send_helper(0);
	send_helper(1);
	settle();
	hears(&c);
	was_answered(&c, 200);
	hangs_up(&c);
	take_turn();
	assert_true(has_stopped());
}

static void to_say_it_twice_changes_nothing(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, "GET");
	the_master_says(CONTROL_DRAIN, sizeof(struct control));
	the_master_says(CONTROL_DRAIN, sizeof(struct control));
	assert_false(has_stopped());
	hangs_up(&c);
	take_turn();
	assert_true(has_stopped());
}

static void a_helper_is_sent_in_vain(void)
{
	take_turn();
	assert_int_equal(helpers_count(server->helpers), 1);
}

static void a_helper_without_room_for_its_channel_is_none(void **state)
{
	(void)state;
	close(helper[0]);
	take_turn();
	assert_int_equal(helpers_count(server->helpers), 1);
	send_helper(0);
	with_all_taken(a_helper_is_sent_in_vain);
	assert_true(played_is_alone(helper[0]));
	assert_false(has_stopped());
}

/* ---- the date ---- */

static void all_of_a_turn_happens_at_the_same_time(void **state)
{
	struct slice date = server_date(server);
	struct slice clf = server_clf_date(server);
	char want[DATE_LEN];

	(void)state;
	date_write(want, loop_date() / 1000000000);
	assert_true(slice_is(date, slice_of(want, sizeof want)));
	assert_int_equal(clf.len, DATE_CLF_LEN);
	server->clock.date[0] = '!';
	assert_int_equal(server_date(server).at[0], '!');
	server->clock.second--;
	assert_int_equal(server_date(server).at[0], want[0]);
}

/* ---- the door ---- */

/* The spare descriptor is there, and keeps no door open that we close. */
static void there_is_a_reserve(void)
{
	int listens = 0;
	socklen_t len = sizeof listens;

	assert_int_not_equal(server->reserve, -1);
	assert_return_code(getsockopt(server->reserve, SOL_SOCKET,
				   SO_ACCEPTCONN, &listens, &len),
		errno);
	assert_false(listens);
}

static void two_come_in(void)
{
	take_turn();
	hears(&c);
	was_answered(&c, 503);
	is_closed(&c);
	hears(&d);
	was_answered(&d, 503);
	is_closed(&d);
	there_is_a_reserve();

	/* The next has to wait, and we do not run hot meanwhile. */
	connects(&e);
	says(&e, REFUSED);
	take_turns(3);
	take_turn_after(TURNS_RETRY - 1);
	hears(&e);
	assert_int_equal(e.len, 0);
	is_kept(&e);
	take_turn_after(1);
	hears(&e);
	was_answered(&e, 503);
	is_closed(&e);
	assert_int_equal(server->clients_count, 0);
	assert_int_equal(server->reasons.ended[REASON_NO_DESCRIPTOR], 3);
}

static void without_descriptors_they_hear_503(void **state)
{
	(void)state;
	calls(&c);
	calls(&d);
	has_socket(&e);
	says(&c, REFUSED);
	says(&d, REFUSED);
	with_all_taken(two_come_in);
	hangs_up(&c);
	hangs_up(&d);
	hangs_up(&e);

	/* And then it is as before. */
	take_turn_after(TURNS_RETRY);
	calls(&c);
	asks(&c, REFUSED);
	was_answered(&c, 400);
	there_is_a_reserve();
	hangs_up(&c);
}

/* A second descriptor of the listener would go on listening. */
static void after_that_the_door_can_still_be_closed(void **state)
{
	const struct control drain = {.kind = CONTROL_DRAIN};

	(void)state;
	calls(&c);
	calls(&d);
	has_socket(&e);
	says(&c, REFUSED);
	says(&d, REFUSED);
	with_all_taken(two_come_in);
	hangs_up(&c);
	hangs_up(&d);
	hangs_up(&e);
	take_turn_after(TURNS_RETRY);
	assert_int_not_equal(server->reserve, -1);
	assert_int_equal(fdpass_send(master, &drain, sizeof drain, -1), 0);
	take_turn();
	c.fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(
		connect(c.fd, (struct sockaddr *)&place, sizeof place), -1);
	assert_int_equal(errno, ECONNREFUSED);
	hangs_up(&c);
}

static void without_a_reserve_they_wait(void)
{
	take_turn();
	assert_int_equal(server->clients_count, 0);
	hears(&c);
	assert_int_equal(c.len, 0);
	is_kept(&c);
}

static void without_even_that_they_wait(void **state)
{
	int taken;

	(void)state;
	calls(&c);
	says(&c, REFUSED);
	sys_close(server->reserve);
	taken = server->reserve;
	server->reserve = -1;
	assert_int_equal(dup2(root, taken), taken);
	with_all_taken(without_a_reserve_they_wait);
	close(taken);
	take_turn_after(TURNS_RETRY);
	settle();
	hears(&c);
	was_answered(&c, 400);
	there_is_a_reserve();
	hangs_up(&c);
}

/* Clients and names have so many descriptors between them. */
static void names_give_way_to_clients(void **state)
{
	enum { NAMES = 8, SHARED = 6 };

	(void)state;
	calls(&c);
	for (int i = 0; i < NAMES; i++) {
		char name[16], ask[64];

		snprintf(name, sizeof name, "root/%d", i);
		ground_file(&ground, name, "text");
		snprintf(ask, sizeof ask, "GET /%d HTTP/1.1\r\nHost: h\r\n\r\n",
			i);
		asks(&c, ask);
	}
	assert_int_equal(answers(&c), NAMES);
	assert_int_equal(store_count(server->store), NAMES);
	server->setup.limits.shared = SHARED;
	calls(&d);
	settle();
	assert_int_equal(server->clients_count, 2);
	assert_int_equal(store_count(server->store), SHARED - 2);
	hangs_up(&c);
	hangs_up(&d);
}

static void a_turn_lets_so_many_in(void **state)
{
	enum { MANY = LISTENER_SHARE + 1 };
	int fds[MANY];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		fds[i] = socket(AF_UNIX, SOCK_STREAM, 0);
		assert_return_code(connect(fds[i], (struct sockaddr *)&place,
					   sizeof place),
			errno);
	}
	take_turn();
	assert_int_equal(server->clients_count, LISTENER_SHARE);
	take_turn();
	assert_int_equal(server->clients_count, MANY);
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_server, shut_server)
	const struct CMUnitTest tests[] = {
		TEST(a_helper_comes_with_its_channel),
		TEST(what_is_not_known_is_let_pass),
		TEST(half_a_message_is_the_end),
		TEST(helpers_are_of_use_to_the_end),
		TEST(to_say_it_twice_changes_nothing),
		TEST(a_helper_without_room_for_its_channel_is_none),
		TEST(all_of_a_turn_happens_at_the_same_time),
		TEST(without_descriptors_they_hear_503),
		TEST(after_that_the_door_can_still_be_closed),
		TEST(without_even_that_they_wait),
		TEST(names_give_way_to_clients),
		TEST(a_turn_lets_so_many_in),
	};

	return cmocka_run_group_tests_name("serve/worker", tests, NULL, NULL);
}
