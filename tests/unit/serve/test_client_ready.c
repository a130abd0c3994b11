/* test_client_ready.c - ready answers and others, and clients that read
 * slowly. */
#include "calling.h"

#include "serve/ready.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"
#define REFUSED GET("/%00")

enum { SIZE = 200 * 1024, FEW = 4096 };

static struct caller c;

static void make_text(const char *name, char byte, size_t len)
{
	static char text[READY_MAX + 1];

	memset(text, byte, len);
	text[len] = '\0';
	ground_file(&ground, name, text);
}

/* Three files; the first two are ready then. */
static void make_ready(void)
{
	make_text("root/a", 'a', SIZE);
	make_text("root/b", 'b', 10);
	make_text("root/c", 'c', 10);
	calls(&c);
	asks(&c, GET("/a"));
	was_answered(&c, 200);
	asks(&c, GET("/b"));
	was_answered(&c, 200);
}

/* Statuses and first bytes of the bodies, in the order that they came. */
static void heard_in_order(const char *want)
{
	const char *at = c.heard;
	char order[256] = "";
	size_t len = 0;

	while (at < c.heard + c.len) {
		size_t body = 0;
		const char *field = strstr(at, "Content-Length: ");

		assert_memory_equal(at, "HTTP/1.1 ", 9);
		assert_non_null(field);
		sscanf(field, "Content-Length: %zu", &body);
		order[len++] = at[9];
		at = strstr(at, "\r\n\r\n") + 4;
		if (order[len - 1] == '2')
			order[len - 1] = at[0];
		at += body;
	}
	assert_ptr_equal(at, c.heard + c.len);
	assert_string_equal(order, want);
}

/* ---- in order ---- */

static void ready_answers_and_others_keep_their_order(void **state)
{
	(void)state;
	make_ready();
	asks(&c, GET("/b") GET("/c") GET("/b") REFUSED GET("/b") GET("/none")
			 GET("/c") GET("/b"));
	heard_in_order("bcb4b4cb");
	is_kept(&c);
	hangs_up(&c);
}

static void they_count_for_the_share_of_a_turn(void **state)
{
	enum { MANY = 2 * CLIENT_SHARE + 5 };
	static char text[MANY * sizeof GET("/b")];

	(void)state;
	make_ready();
	text[0] = '\0';
	for (int i = 0; i < MANY; i++)
		strcat(text, GET("/b"));
	take_turn();
	says(&c, text);
	for (int i = 1; i <= 3; i++) {
		take_turn();
		hears(&c);
		assert_int_equal(answers(&c), i < 3 ? i * CLIENT_SHARE : MANY);
	}
	is_kept(&c);
	hangs_up(&c);
}

static void half_a_request_behind_them_waits(void **state)
{
	(void)state;
	make_ready();
	asks(&c, GET("/b") GET("/b") "GET /b HTT");
	heard_in_order("bb");
	c.len = 0;
	take_turn_after(HEADER_TIME - 1);
	asks(&c, "P/1.1\r\nHost: h\r\n\r\n");
	heard_in_order("b");
	assert_int_equal(server->inputs.taken, 0);
	hangs_up(&c);
}

/* The deadline of a head begins anew behind a ready answer. */
static void a_head_has_its_time_behind_them_too(void **state)
{
	(void)state;
	make_ready();
	asks(&c, "GET /b HT");
	take_turn_after(HEADER_TIME / 2);
	asks(&c, "TP/1.1\r\nHost: h\r\n\r\nGET");
	heard_in_order("b");
	c.len = 0;
	take_turn_after(HEADER_TIME - 1);
	hears(&c);
	assert_int_equal(c.len, 0);
	take_turn_after(1);
	settle();
	hears(&c);
	was_answered(&c, 408);
	hangs_up(&c);
}

/* ---- slow readers ---- */

/* Asks for more than the socket takes. */
static void falls_behind(void)
{
	make_ready();
	says(&c, GET("/a") GET("/b") GET("/a") GET("/none") GET("/b"));
	take_turns(3);
	assert_int_equal(server->backlogs.taken, 1);
}

static void reads_some(size_t most)
{
	while (most > 0) {
		ssize_t n = recv(c.fd, c.heard + c.len, most, MSG_DONTWAIT);

		if (n <= 0)
			return;
		c.len += (size_t)n;
		most -= (size_t)n;
	}
}

static void what_has_no_room_leaves_later(void **state)
{
	(void)state;
	falls_behind();
	for (int i = 0; i < 200; i++) {
		reads_some(FEW);
		settle();
	}
	hears(&c);
	heard_in_order("aba4b");
	assert_int_equal(server->backlogs.taken, 0);
	assert_int_equal(server->inputs.taken, 0);
	is_kept(&c);
	hangs_up(&c);
}

/* What is being sent stays what it was. */
static void a_change_does_not_reach_what_has_begun(void **state)
{
	(void)state;
	falls_behind();
	make_text("root/a", 'x', 5);
	store_shrink(server->store);
	for (int i = 0; i < 200; i++) {
		reads_some(FEW);
		settle();
	}
	hears(&c);
	heard_in_order("aba4b");
	hangs_up(&c);
}

static void who_takes_nothing_is_cut_off(void **state)
{
	(void)state;
	falls_behind();
	take_turn_after(SEND_TIME - 1);
	assert_int_equal(server->clients_count, 1);
	take_turn_after(1);
	take_turn();
	assert_int_equal(server->clients_count, 0);
	assert_int_equal(server->backlogs.taken, 0);
	assert_int_equal(server->reasons.ended[REASON_SLOW], 1);
	hangs_up(&c);
}

/* A sip now and then is not the least that one must take. */
static void nor_does_dripping_help(void **state)
{
	(void)state;
	falls_behind();
	for (int i = 0; i < 6 && server->clients_count > 0; i++) {
		take_turn_after(SEND_TIME / 3);
		reads_some(STRETCH_RATE);
	}
	assert_int_equal(server->clients_count, 0);
	hangs_up(&c);
}

/* A local socket has room again when most of what it held is taken. */
static void who_takes_enough_is_served(void **state)
{
	(void)state;
	falls_behind();
	for (int i = 0; i < 4; i++) {
		reads_some(SIZE);
		settle();
		take_turn_after(SEND_TIME - 1);
	}
	hears(&c);
	heard_in_order("aba4b");
	hangs_up(&c);
}

static void who_leaves_is_let_go(void **state)
{
	(void)state;
	falls_behind();
	hangs_up(&c);
	take_turns(2);
	assert_int_equal(server->clients_count, 0);
	assert_int_equal(server->backlogs.taken, 0);
}

static void without_memory_to_wait_it_is_cut_off(void **state)
{
	(void)state;
	make_ready();
	server->backlogs.limit = 0;
	says(&c, GET("/a") GET("/a") GET("/a"));
	take_turns(2);
	assert_int_equal(server->clients_count, 0);
	hears(&c);
	assert_true(c.ended);
	assert_true(c.len < 3 * SIZE);
	hangs_up(&c);
}

static void a_client_may_be_gone_before_them(void **state)
{
	(void)state;
	make_ready();
	says(&c, GET("/b") GET("/b"));
	hangs_up(&c);
	take_turns(2);
	assert_int_equal(server->clients_count, 0);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_server, shut_server)
	const struct CMUnitTest tests[] = {
		TEST(ready_answers_and_others_keep_their_order),
		TEST(they_count_for_the_share_of_a_turn),
		TEST(half_a_request_behind_them_waits),
		TEST(a_head_has_its_time_behind_them_too),
		TEST(what_has_no_room_leaves_later),
		TEST(a_change_does_not_reach_what_has_begun),
		TEST(who_takes_nothing_is_cut_off),
		TEST(nor_does_dripping_help),
		TEST(who_takes_enough_is_served),
		TEST(who_leaves_is_let_go),
		TEST(without_memory_to_wait_it_is_cut_off),
		TEST(a_client_may_be_gone_before_them),
	};

	return cmocka_run_group_tests_name(
		"serve/client_ready", tests, NULL, NULL);
}
