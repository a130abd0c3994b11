/* test_client.c - requests one after the other, and the time they have. */
#include "calling.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

/* Answered without a look at any file. */
#define REFUSED GET("/%00")

static struct caller c;

/* ---- one after the other ---- */

static void a_request_is_answered_and_its_client_kept(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text of a");
	calls(&c);
	for (int i = 0; i < 3; i++) {
		asks(&c, GET("/a"));
		assert_int_equal(count_in(&c, "text of a"), 1);
		was_answered(&c, 200);
		is_kept(&c);
	}
	hangs_up(&c);
}

static void a_client_may_ask_before_it_is_accepted(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, REFUSED);
	was_answered(&c, 400);
	hangs_up(&c);
}

static void a_head_may_come_byte_by_byte(void **state)
{
	static const char text[] = REFUSED;

	(void)state;
	calls(&c);
	for (size_t i = 0; i + 1 < sizeof text; i++) {
		char byte[2] = {text[i], '\0'};

		hears(&c);
		assert_int_equal(c.len, 0);
		says(&c, byte);
		take_turn();
	}
	hears(&c);
	was_answered(&c, 400);
	is_kept(&c);
	hangs_up(&c);
}

struct keeping {
	const char *request;
	bool is_kept;
};

#define HTTP_1_0 "GET /%00 HTTP/1.0\r\n"
#define HTTP_1_1 "GET /%00 HTTP/1.1\r\nHost: h\r\n"

static const struct keeping keepings[] = {
	{HTTP_1_1 "\r\n", true},
	{HTTP_1_1 "Connection: keep-alive\r\n\r\n", true},
	{HTTP_1_1 "Connection: close\r\n\r\n", false},
	{HTTP_1_0 "\r\n", false},
	{HTTP_1_0 "Connection: keep-alive\r\n\r\n", true},
	{HTTP_1_0 "Connection: close\r\n\r\n", false},
	{"DELETE /a HTTP/1.1\r\nHost: h\r\n\r\n", true},
	{"STRANGE /a HTTP/1.1\r\nHost: h\r\n\r\n", true},
	{"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", true},
	/* what is refused is the last */
	{"GET /%00 HTTP/1.1\r\n\r\n", false},
	{"GET /%00 HTTP/2.0\r\nHost: h\r\n\r\n", false},
	{"nonsense\r\n\r\n", false},
};

static void a_client_is_kept_as_it_wishes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(keepings); i++) {
		calls(&c);
		asks(&c, keepings[i].request);
		assert_int_equal(answers(&c), 1);
		if (c.ended == keepings[i].is_kept || c.reset)
			fail_msg("after %s", keepings[i].request);
		assert_int_equal(count_in(&c, "Connection: close\r\n"),
			!keepings[i].is_kept);
		hangs_up(&c);
		take_turn();
		assert_int_equal(server->clients_count, 0);
	}
}

static void empty_lines_before_a_request_are_passed_over(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, REFUSED "\r\n\r\n" REFUSED);
	assert_int_equal(answers(&c), 2);
	is_kept(&c);
	hangs_up(&c);
}

/* ---- many at once ---- */

static void requests_that_came_together_are_answered_in_order(void **state)
{
	static const char *const statuses[] = {"200", "404", "200", "405"};
	const char *at = c.heard;

	(void)state;
	ground_file(&ground, "root/a", "text of a");
	ground_file(&ground, "root/b", "text of b");
	calls(&c);
	asks(&c, GET("/a") GET("/none")
			 GET("/b") "POST /a HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_int_equal(answers(&c), COUNT(statuses));
	for (size_t i = 0; i < COUNT(statuses); i++) {
		at = strstr(at, "HTTP/1.1 ") + strlen("HTTP/1.1 ");
		assert_memory_equal(at, statuses[i], 3);
	}
	assert_true(
		strstr(c.heard, "text of a") < strstr(c.heard, "text of b"));
	is_kept(&c);
	hangs_up(&c);
}

static void a_turn_answers_a_share_of_them(void **state)
{
	enum { MANY = 2 * CLIENT_SHARE + 5 };
	static char text[MANY * sizeof REFUSED];

	(void)state;
	for (int i = 0; i < MANY; i++)
		strcat(text, REFUSED);
	calls(&c);
	take_turn();
	says(&c, text);
	take_turn();
	hears(&c);
	assert_int_equal(answers(&c), CLIENT_SHARE);
	take_turn();
	hears(&c);
	assert_int_equal(answers(&c), 2 * CLIENT_SHARE);
	take_turn();
	hears(&c);
	assert_int_equal(answers(&c), MANY);
	is_kept(&c);
	hangs_up(&c);
}

static void a_share_may_be_all(void **state)
{
	static char text[CLIENT_SHARE * sizeof REFUSED];

	(void)state;
	for (int i = 0; i < CLIENT_SHARE; i++)
		strcat(text, REFUSED);
	calls(&c);
	asks(&c, text);
	assert_int_equal(answers(&c), CLIENT_SHARE);
	is_kept(&c);
	take_turn_after(IDLE_TIME - 1);
	asks(&c, REFUSED);
	assert_int_equal(answers(&c), CLIENT_SHARE + 1);
	hangs_up(&c);
}

static void what_stands_behind_the_last_request_is_not_answered(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, HTTP_1_1 "Connection: close\r\n\r\n" REFUSED);
	was_answered(&c, 400);
	is_closed(&c);
	hangs_up(&c);
}

static void an_idle_client_holds_no_memory(void **state)
{
	(void)state;
	calls(&c);
	take_turn();
	assert_int_equal(server->inputs.taken, 0);
	says(&c, "GET");
	take_turn();
	assert_int_equal(server->inputs.taken, 1);
	assert_int_equal(server->exchanges.taken, 0);
	asks(&c, " /%00 HTTP/1.1\r\nHost: h\r\n\r\n");
	was_answered(&c, 400);
	assert_int_equal(server->inputs.taken, 0);
	assert_int_equal(server->exchanges.taken, 0);
	hangs_up(&c);
}

/* ---- time ---- */

static void who_never_says_a_word_is_left_in_silence(void **state)
{
	(void)state;
	calls(&c);
	take_turn();
	take_turn_after(HEADER_TIME - 1);
	hears(&c);
	is_kept(&c);
	take_turn_after(1);
	hears(&c);
	is_closed(&c);
	assert_int_equal(c.len, 0);
	hangs_up(&c);
}

/* They are there after the wait has looked, and before its time is over. */
static void bytes_of_the_last_moment_are_read(void **state)
{
	int fd;

	(void)state;
	calls(&c);
	settle();
	take_turn_after(HEADER_TIME - 1);
	says(&c, "GET /%00 HTTP/1.1\r\n");
	fd = cont_oldest(WITHIN_HEADER);
	assert_true(fd >= 0);
	cont_resume(fd, 0);
	take_turn_after(HEADER_TIME - 1);
	hears(&c);
	is_kept(&c);
	asks(&c, "Host: h\r\n\r\n");
	was_answered(&c, 400);
	hangs_up(&c);
}

static void a_head_has_its_time_from_its_first_byte(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, REFUSED);
	was_answered(&c, 400);
	take_turn_after(IDLE_TIME - 1);
	asks(&c, "G");
	take_turn_after(HEADER_TIME - 1);
	hears(&c);
	is_kept(&c);
	take_turn_after(1);
	settle();
	hears(&c);
	assert_int_equal(count_in(&c, "Connection: close\r\n"), 1);
	was_answered(&c, 408);
	is_closed(&c);
	hangs_up(&c);
}

static void dripping_does_not_make_it_longer(void **state)
{
	(void)state;
	calls(&c);
	take_turn();
	says(&c, "GET /");
	for (int i = 1; i < 10; i++) {
		take_turn_after(HEADER_TIME / 10);
		says(&c, "x");
		hears(&c);
		is_kept(&c);
	}
	take_turn_after(HEADER_TIME / 10 - 1);
	hears(&c);
	assert_int_equal(c.len, 0);
	take_turn_after(1);
	hears(&c);
	was_answered(&c, 408);
	hangs_up(&c);
}

static void the_next_head_has_a_time_of_its_own(void **state)
{
	(void)state;
	calls(&c);
	take_turn();
	for (int i = 0; i < 3; i++) {
		asks(&c, "GET /%00 HTTP/1.1\r\n");
		take_turn_after(HEADER_TIME - 1);
		asks(&c, "Host: h\r\n\r\n");
		was_answered(&c, 400);
	}
	is_kept(&c);
	hangs_up(&c);
}

/* The head behind a request that is being answered waits for nothing of its
 * client's: its time begins when it is looked at. */
static void a_head_behind_another_has_a_time_too(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, REFUSED "GET /%00");
	was_answered(&c, 400);
	take_turn_after(HEADER_TIME - 1);
	hears(&c);
	is_kept(&c);
	take_turn_after(1);
	hears(&c);
	was_answered(&c, 408);
	hangs_up(&c);
}

static void an_idle_client_goes_in_silence(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, REFUSED);
	was_answered(&c, 400);
	take_turn_after(IDLE_TIME - 1);
	hears(&c);
	is_kept(&c);
	take_turn_after(1);
	hears(&c);
	is_closed(&c);
	assert_int_equal(c.len, 0);
	hangs_up(&c);
}

/* ---- the client goes ---- */

static void a_client_may_go_at_any_time(void **state)
{
	static const char *const last_words[] = {"", "G", REFUSED, REFUSED "G",
		GET("/none"), GET("/none") "G", "nonsense\r\n\r\n"};

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(last_words); i++) {
		calls(&c);
		take_turn();
		says(&c, last_words[i / 2]);
		if (i % 2 == 1)
			take_turn();
		hangs_up(&c);
		settle();
		assert_int_equal(server->clients_count, 0);
		assert_int_equal(server->inputs.taken, 0);
		assert_int_equal(server->exchanges.taken, 0);
	}
}

/* It may read, and not write any more: its requests are answered. */
static void a_client_may_have_nothing_more_to_say(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text of a");
	calls(&c);
	says(&c, GET("/a") REFUSED);
	assert_int_equal(shutdown(c.fd, SHUT_WR), 0);
	settle();
	hears(&c);
	assert_int_equal(answers(&c), 2);
	is_closed(&c);
	hangs_up(&c);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_server, shut_server)
	const struct CMUnitTest tests[] = {
		TEST(a_request_is_answered_and_its_client_kept),
		TEST(a_client_may_ask_before_it_is_accepted),
		TEST(a_head_may_come_byte_by_byte),
		TEST(a_client_is_kept_as_it_wishes),
		TEST(empty_lines_before_a_request_are_passed_over),
		TEST(requests_that_came_together_are_answered_in_order),
		TEST(a_turn_answers_a_share_of_them),
		TEST(a_share_may_be_all),
		TEST(what_stands_behind_the_last_request_is_not_answered),
		TEST(an_idle_client_holds_no_memory),
		TEST(who_never_says_a_word_is_left_in_silence),
		TEST(bytes_of_the_last_moment_are_read),
		TEST(a_head_has_its_time_from_its_first_byte),
		TEST(dripping_does_not_make_it_longer),
		TEST(the_next_head_has_a_time_of_its_own),
		TEST(a_head_behind_another_has_a_time_too),
		TEST(an_idle_client_goes_in_silence),
		TEST(a_client_may_go_at_any_time),
		TEST(a_client_may_have_nothing_more_to_say),
	};

	return cmocka_run_group_tests_name("serve/client", tests, NULL, NULL);
}
