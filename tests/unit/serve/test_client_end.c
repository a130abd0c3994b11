/* test_client_end.c - clients that there is no room for, and the end of all. */
#include "calling.h"

#include "serve/closing.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"
#define REFUSED GET("/%00")

static struct caller c, d;

/* ---- no room ---- */

/* The refusal arrives, though its request was never read. */
static void is_turned_away(struct caller *caller)
{
	settle();
	hears(caller);
	assert_int_equal(count_in(caller, "Connection: close\r\n"), 1);
	assert_int_equal(count_in(caller, "Retry-After: 1\r\n"), 1);
	was_answered(caller, 503);
	is_closed(caller);
	assert_int_equal(server->clients_count, 1);
	hangs_up(caller);
	take_turn();
	assert_int_equal(server->clients_count, 0);
}

static void without_memory_for_an_exchange_it_is_503(void **state)
{
	(void)state;
	server->exchanges.limit = 0;
	calls(&c);
	says(&c, REFUSED);
	is_turned_away(&c);
	assert_int_equal(server->inputs.taken, 0);
}

static void without_memory_for_its_bytes_too(void **state)
{
	(void)state;
	server->inputs.limit = 0;
	calls(&c);
	says(&c, REFUSED);
	is_turned_away(&c);
}

/* It is no client, and the refusal is all that it hears: nobody reads what it
 * sends after that. */
static void is_refused_at_once(void)
{
	calls(&c);
	says(&c, REFUSED);
	take_turn();
	assert_int_equal(server->clients_count, 0);
	assert_int_equal(send(c.fd, "x", 1, MSG_NOSIGNAL), -1);
	hears(&c);
	assert_int_equal(count_in(&c, "Connection: close\r\n"), 1);
	was_answered(&c, 503);
	is_closed(&c);
	hangs_up(&c);
}

static void without_memory_for_the_client_it_is_503(void **state)
{
	(void)state;
	server->clients_pool.limit = 0;
	is_refused_at_once();
}

static void beyond_the_limit_it_is_503(void **state)
{
	(void)state;
	server->clients_max = 0;
	is_refused_at_once();
}

static void a_late_head_without_memory_is_503_too(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, "GET /");
	server->exchanges.limit = 0;
	take_turn_after(HEADER_TIME);
	is_turned_away(&c);
}

static void those_who_are_here_are_served_on(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, "GET /%00");
	server->clients_max = 1;
	calls(&d);
	asks(&d, REFUSED);
	was_answered(&d, 503);
	asks(&c, " HTTP/1.1\r\nHost: h\r\n\r\n");
	was_answered(&c, 400);
	is_kept(&c);
	hangs_up(&c);
	hangs_up(&d);
}

static void but_one_who_idles_makes_room(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, REFUSED);
	was_answered(&c, 400);
	server->clients_max = 1;
	calls(&d);
	asks(&d, REFUSED);
	was_answered(&d, 400);
	is_kept(&d);
	hears(&c);
	is_closed(&c);
	assert_int_equal(server->clients_count, 1);
	hangs_up(&c);
	hangs_up(&d);
}

/* It may be on its way still: a byte of the client's must not reset it. */
static void a_long_last_answer_is_followed_to_its_end(void **state)
{
	static char text[CLOSING_SMALL + 1];
	static const char *const asked[] = {"GET /long HTTP/1.0\r\n\r\n",
		"GET /long HTTP/1.1\r\nHost: h\r\n"
		"Connection: close\r\n\r\n"};

	(void)state;
	memset(text, 'x', sizeof text - 1);
	ground_file(&ground, "root/long", text);
	/* Read, then from memory. */
	for (int i = 0; i < 4; i++) {
		calls(&c);
		asks(&c, asked[i % 2]);
		was_answered(&c, 200);
		is_closed(&c);
		assert_int_equal(server->clients_count, 1);
		says(&c, "!");
		take_turn();
		assert_int_equal(server->clients_count, 1);
		hangs_up(&c);
		take_turn();
		assert_int_equal(server->clients_count, 0);
	}
}

/* ---- the end ---- */

static void the_master_says_drain(void)
{
	const struct control message = {.kind = CONTROL_DRAIN};

	assert_int_equal(fdpass_send(master, &message, sizeof message, -1), 0);
	take_turn();
}

static void the_master_dies(void)
{
	close(master);
	master = -1;
	take_turn();
}

static void without_clients_it_ends_at_once(void **state)
{
	(void)state;
	assert_false(has_stopped());
	the_master_says_drain();
	assert_true(has_stopped());
	assert_int_equal(
		connect(helper[0], (struct sockaddr *)&place, sizeof place),
		-1);
}

static void idle_clients_go(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, REFUSED);
	was_answered(&c, 400);
	calls(&d);
	take_turn();
	the_master_says_drain();
	hears(&c);
	is_closed(&c);
	hears(&d);
	is_closed(&d);
	assert_true(has_stopped());
	hangs_up(&c);
	hangs_up(&d);
}

/* What they asked for is here already. */
static void a_request_that_has_come_is_answered(void **state)
{
	(void)state;
	calls(&c);
	take_turn();
	says(&c, REFUSED);
	the_master_says_drain();
	settle();
	hears(&c);
	was_answered(&c, 400);
	is_closed(&c);
	assert_true(has_stopped());
	hangs_up(&c);
}

/* All was said to it, and what it owes nobody reads. */
static void who_owes_content_only_is_not_waited_for(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, "GET /%00 HTTP/1.1\r\nHost: h\r\n"
		 "Content-Length: 9\r\n\r\n1");
	was_answered(&c, 400);
	calls(&d);
	asks(&d, REFUSED "\r");
	was_answered(&d, 400);
	the_master_says_drain();
	hears(&c);
	is_closed(&c);
	hears(&d);
	is_closed(&d);
	hangs_up(&c);
	hangs_up(&d);
	take_turns(2);
	assert_true(has_stopped());
}

/* Ends the worker in one of two ways, while c waits for a file. */
static void finishes_what_it_began(void (*end)(void))
{
	ground_file(&ground, "root/a", "text of a");
	calls(&c);
	says(&c, GET("/a"));
	take_turns(2);
	end();
	take_turns(3);
	assert_false(has_stopped());
	settle();
	hears(&c);
	assert_int_equal(count_in(&c, "text of a"), 1);
	assert_int_equal(count_in(&c, "Connection: close\r\n"), 1);
	was_answered(&c, 200);
	is_closed(&c);
	/* More may be on its way, and must not reset what was said. */
	assert_false(has_stopped());
	hangs_up(&c);
	take_turn();
	assert_true(has_stopped());
}

static void what_is_under_way_is_finished(void **state)
{
	(void)state;
	finishes_what_it_began(the_master_says_drain);
}

static void also_when_the_master_dies(void **state)
{
	(void)state;
	finishes_what_it_began(the_master_dies);
}

static void a_head_that_has_begun_may_come_to_its_end(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, "GET /%00 HTTP/1.1\r\n");
	the_master_says_drain();
	take_turns(3);
	assert_false(has_stopped());
	asks(&c, "Host: h\r\n\r\n" REFUSED);
	assert_int_equal(count_in(&c, "Connection: close\r\n"), 1);
	was_answered(&c, 400);
	is_closed(&c);
	assert_false(has_stopped());
	hangs_up(&c);
	take_turn();
	assert_true(has_stopped());
}

static void who_takes_leave_already_may_finish_it(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, "nonsense\r\n\r\n");
	was_answered(&c, 400);
	the_master_says_drain();
	take_turns(3);
	assert_int_equal(server->clients_count, 1);
	take_turn_after(LINGER_TIME);
	assert_true(has_stopped());
	hangs_up(&c);
}

/* A client that takes nothing of what it asked for. */
static void the_end_has_its_time(void **state)
{
	static char text[1024 * 1024];

	(void)state;
	memset(text, 'x', sizeof text - 1);
	ground_file(&ground, "root/large", text);
	calls(&c);
	says(&c, GET("/large"));
	settle();
	the_master_says_drain();
	take_turn_after(DRAIN_TIME - 1);
	assert_false(has_stopped());
	take_turn_after(1);
	assert_true(has_stopped());
	hangs_up(&c);
}

/* One of those in the queue has nothing to say, and is the only client then;
 * but behind it there is another. */
static void those_in_the_queue_are_let_in(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text of a");
	take_turn();
	calls(&c);
	calls(&d);
	says(&d, GET("/a"));
	the_master_says_drain();
	assert_false(has_stopped());
	settle();
	hears(&c);
	is_closed(&c);
	hears(&d);
	assert_int_equal(count_in(&d, "text of a"), 1);
	was_answered(&d, 200);
	is_closed(&d);
	/* More may be on its way, and must not reset what was said. */
	assert_false(has_stopped());
	hangs_up(&d);
	take_turn();
	assert_true(has_stopped());
	hangs_up(&c);
}

static void a_master_without_patience_ends_it(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, "GET /");
	the_master_says_drain();
	take_turns(3);
	assert_false(has_stopped());
	the_master_dies();
	assert_true(has_stopped());
	hangs_up(&c);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_server, shut_server)
	const struct CMUnitTest tests[] = {
		TEST(without_memory_for_an_exchange_it_is_503),
		TEST(without_memory_for_its_bytes_too),
		TEST(without_memory_for_the_client_it_is_503),
		TEST(beyond_the_limit_it_is_503),
		TEST(a_late_head_without_memory_is_503_too),
		TEST(those_who_are_here_are_served_on),
		TEST(but_one_who_idles_makes_room),
		TEST(without_clients_it_ends_at_once),
		TEST(idle_clients_go),
		TEST(a_request_that_has_come_is_answered),
		TEST(who_owes_content_only_is_not_waited_for),
		TEST(a_long_last_answer_is_followed_to_its_end),
		TEST(what_is_under_way_is_finished),
		TEST(also_when_the_master_dies),
		TEST(a_head_that_has_begun_may_come_to_its_end),
		TEST(who_takes_leave_already_may_finish_it),
		TEST(the_end_has_its_time),
		TEST(those_in_the_queue_are_let_in),
		TEST(a_master_without_patience_ends_it),
	};

	return cmocka_run_group_tests_name(
		"serve/client_end", tests, NULL, NULL);
}
