/* test_client_content.c - content that nobody reads, and taking leave while the
 * client still speaks. */
#include "calling.h"

#include "serve/closing.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define REFUSED "GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n"
#define POST "POST /a HTTP/1.1\r\nHost: h\r\n"
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

static struct caller c;

/* ---- passed over ---- */

static const char *const contents[] = {
	POST "Content-Length: 0\r\n\r\n",
	POST "Content-Length: 5\r\n\r\nhello",
	"GET /%00 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nGET /",
	CHUNKED "0\r\n\r\n",
	CHUNKED "5;a=b\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
};

static void content_is_passed_over(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(contents); i++) {
		calls(&c);
		says(&c, contents[i]);
		asks(&c, REFUSED);
		if (answers(&c) != 2 || c.ended)
			fail_msg("after %s", contents[i]);
		hangs_up(&c);
		take_turn();
	}
}

static void it_may_come_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(contents); i++) {
		calls(&c);
		for (const char *at = contents[i]; *at; at++) {
			char byte[2] = {*at, '\0'};

			says(&c, byte);
			take_turn();
		}
		asks(&c, REFUSED);
		if (answers(&c) != 2 || c.ended)
			fail_msg("after %s", contents[i]);
		hangs_up(&c);
		take_turn();
	}
}

/* Whatever the answer is, and however long that takes. */
static void it_waits_for_the_answer(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text of a");
	calls(&c);
	says(&c, "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel");
	take_turns(3);
	says(&c, "lo" REFUSED);
	take_turns(3);
	hears(&c);
	assert_int_equal(c.len, 0);
	settle();
	hears(&c);
	assert_int_equal(answers(&c), 2);
	is_kept(&c);
	hangs_up(&c);
}

static void speak_at_length(size_t len)
{
	static char words[4096];

	memset(words, 'x', sizeof words);
	while (len > 0) {
		size_t some = len < sizeof words ? len : sizeof words;

		assert_int_equal(send(c.fd, words, some, MSG_NOSIGNAL), some);
		len -= some;
		take_turn();
	}
}

static void so_much_is_passed_over(void **state)
{
	char head[128];

	(void)state;
	snprintf(head, sizeof head, POST "Content-Length: %d\r\n\r\n",
		CLIENT_CONTENT_MAX);
	calls(&c);
	asks(&c, head);
	was_answered(&c, 405);
	speak_at_length(CLIENT_CONTENT_MAX);
	asks(&c, REFUSED);
	was_answered(&c, 400);
	is_kept(&c);
	hangs_up(&c);
}

static void more_is_said_to_be_too_much(void **state)
{
	char head[128];

	(void)state;
	snprintf(head, sizeof head, POST "Content-Length: %d\r\n\r\n",
		CLIENT_CONTENT_MAX + 1);
	calls(&c);
	asks(&c, head);
	assert_int_equal(count_in(&c, "Connection: close\r\n"), 1);
	was_answered(&c, 405);
	is_closed(&c);
	hangs_up(&c);
}

static void chunks_without_end_are_not_heard_out(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, CHUNKED "fffffff\r\n");
	was_answered(&c, 405);
	speak_at_length(CLIENT_CONTENT_MAX - 100);
	hears(&c);
	is_kept(&c);
	speak_at_length(200);
	hears(&c);
	is_closed(&c);
	hangs_up(&c);
}

static void malformed_chunks_end_it(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, CHUNKED "zz\r\n" REFUSED);
	was_answered(&c, 405);
	is_closed(&c);
	hangs_up(&c);
}

static void content_has_its_time(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, POST "Content-Length: 100\r\n\r\n");
	was_answered(&c, 405);
	for (int i = 1; i < 10; i++) {
		take_turn_after(CONTENT_TIME / 10);
		says(&c, "x");
		hears(&c);
		is_kept(&c);
	}
	take_turn_after(CONTENT_TIME / 10 - 1);
	hears(&c);
	is_kept(&c);
	take_turn_after(1);
	hears(&c);
	is_closed(&c);
	assert_int_equal(c.len, 0);
	hangs_up(&c);
}

/* The time that the content took is not the next head's. */
static void the_next_head_has_a_time_of_its_own(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, POST "Content-Length: 5\r\n\r\n");
	was_answered(&c, 405);
	take_turn_after(CONTENT_TIME - 1);
	asks(&c, "helloGET ");
	take_turn_after(HEADER_TIME - 1);
	asks(&c, "/%00 HTTP/1.1\r\nHost: h\r\n\r\n");
	was_answered(&c, 400);
	is_kept(&c);
	hangs_up(&c);
}

static void a_client_may_go_in_the_middle_of_it(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, POST "Content-Length: 5\r\n\r\nhe");
	was_answered(&c, 405);
	hangs_up(&c);
	take_turn();
	assert_int_equal(server->clients_count, 0);
}

/* ---- Expect: RFC 9110, 10.1.1 ---- */

#define EXPECT "Expect: 100-continue\r\n"

struct expectation {
	const char *request;
	int status;
	bool is_kept;
};

static const struct expectation expectations[] = {
	/* a final answer at once; the content may come or not */
	{POST EXPECT "Content-Length: 5\r\n\r\n", 405, false},
	{POST EXPECT "Transfer-Encoding: chunked\r\n\r\n", 405, false},
	{"GET /%00 HTTP/1.1\r\nHost: h\r\n" EXPECT "\r\n", 400, true},
	{"GET /%00 HTTP/1.1\r\nHost: h\r\nExpect: wonders\r\n\r\n", 417, false},
};

static void expectations_are_answered_at_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(expectations); i++) {
		calls(&c);
		asks(&c, expectations[i].request);
		was_answered(&c, expectations[i].status);
		assert_int_equal(c.ended, !expectations[i].is_kept);
		hangs_up(&c);
		take_turn();
	}
}

/* ---- good-bye ---- */

/* The answer to what was malformed arrives although bytes keep coming: they are
 * read, and only the client's own end is the end. */
static void our_last_words_arrive(void **state)
{
	(void)state;
	calls(&c);
	says(&c, "nonsense\r\n\r\n");
	take_turn();
	speak_at_length(100000);
	hears(&c);
	was_answered(&c, 400);
	is_closed(&c);
	assert_int_equal(server->clients_count, 1);
	assert_int_equal(server->inputs.taken, 0);
	hangs_up(&c);
	take_turn();
	assert_int_equal(server->clients_count, 0);
}

static void a_good_bye_has_its_time(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, "nonsense\r\n\r\n");
	for (int i = 1; i < 10; i++) {
		says(&c, "x");
		take_turn_after(LINGER_TIME / 10);
	}
	take_turn_after(LINGER_TIME / 10 - 1);
	assert_int_equal(server->clients_count, 1);
	take_turn_after(1);
	assert_int_equal(server->clients_count, 0);
	hears(&c);
	is_closed(&c);
	assert_int_equal(send(c.fd, "x", 1, MSG_NOSIGNAL), -1);
	assert_int_equal(errno, EPIPE);
	hangs_up(&c);
}

static void nobody_is_listened_to_for_ever(void **state)
{
	static char words[64 * 1024];
	size_t said = 0;

	(void)state;
	calls(&c);
	asks(&c, "nonsense\r\n\r\n");
	was_answered(&c, 400);
	while (server->clients_count > 0 && said < 2 * CLOSING_MAX) {
		ssize_t n = send(
			c.fd, words, sizeof words, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0)
			said += (size_t)n;
		take_turn();
	}
	assert_int_equal(server->clients_count, 0);
	assert_true(said >= CLOSING_MAX);
	hangs_up(&c);
}

/* Nobody has anything more to say: no need to wait. */
static void a_plain_close_needs_no_good_bye(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, "GET /%00 HTTP/1.0\r\n\r\n");
	was_answered(&c, 400);
	is_closed(&c);
	assert_int_equal(server->clients_count, 0);
	hangs_up(&c);
}

static void what_was_said_too_early_is_no_reset(void **state)
{
	(void)state;
	calls(&c);
	asks(&c, "GET /%00 HTTP/1.0\r\n\r\n" REFUSED);
	was_answered(&c, 400);
	is_closed(&c);
	assert_int_equal(server->clients_count, 1);
	hangs_up(&c);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_server, shut_server)
	const struct CMUnitTest tests[] = {
		TEST(content_is_passed_over),
		TEST(it_may_come_byte_by_byte),
		TEST(it_waits_for_the_answer),
		TEST(so_much_is_passed_over),
		TEST(more_is_said_to_be_too_much),
		TEST(chunks_without_end_are_not_heard_out),
		TEST(malformed_chunks_end_it),
		TEST(content_has_its_time),
		TEST(the_next_head_has_a_time_of_its_own),
		TEST(a_client_may_go_in_the_middle_of_it),
		TEST(expectations_are_answered_at_once),
		TEST(our_last_words_arrive),
		TEST(a_good_bye_has_its_time),
		TEST(nobody_is_listened_to_for_ever),
		TEST(a_plain_close_needs_no_good_bye),
		TEST(what_was_said_too_early_is_no_reset),
	};

	return cmocka_run_group_tests_name(
		"serve/client_content", tests, NULL, NULL);
}
