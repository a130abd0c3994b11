/*
 * test_reason.c - every way out has its name, is counted under it once, and is
 * said to the operator if it is trouble.
 */
#include "calling.h"

#include "serve/reason.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"
#define REFUSED GET("/%00")

static struct caller c;

/* So many ended for this reason, and nobody for any other. */
static void ended_for(enum reason reason, uint64_t count)
{
	for (int i = 0; i < REASONS; i++)
		if (server->reasons.ended[i] != (i == (int)reason ? count : 0))
			fail_msg("%s: %llu", reason_name((enum reason)i),
				(unsigned long long)server->reasons.ended[i]);
}

static void every_reason_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < REASONS; i++) {
		assert_non_null(reason_name((enum reason)i));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(reason_name((enum reason)i),
				reason_name((enum reason)j));
	}
}

/* ---- by what the client says ---- */

static void what_is_said_decides(void **state)
{
	static const struct {
		const char *says;
		enum reason reason;
	} cases[] = {
		{"GET /%00 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
			REASON_ANSWERED},
		{"GET /%00 HTTP/1.0\r\n\r\n", REASON_ANSWERED},
		{"GET / HTTP/1.1\r\n\r\n", REASON_PROTOCOL},
		{"nonsense\r\n\r\n", REASON_PROTOCOL},
		{"GET /%00 HTTP/1.1\r\nHost: h\r\n"
		 "Transfer-Encoding: chunked\r\n\r\nx\r\n",
			REASON_CONTENT_REFUSED},
		{REFUSED, REASON_CLIENT_CLOSED},
		{"GET /", REASON_CLIENT_CLOSED},
		{"", REASON_CLIENT_CLOSED},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (i > 0)
			open_server(state);
		calls(&c);
		asks(&c, cases[i].says);
		hangs_up(&c);
		settle();
		assert_int_equal(server->clients_count, 0);
		ended_for(cases[i].reason, 1);
		if (i + 1 < sizeof cases / sizeof *cases)
			shut_server(state);
	}
}

/* ---- by what it does not say ---- */

static void what_is_late_decides(void **state)
{
	static const struct {
		const char *says;
		int64_t time;
		enum reason reason;
	} cases[] = {
		{REFUSED, IDLE_TIME, REASON_IDLE},
		{"", HEADER_TIME, REASON_HEADER_TIMEOUT},
		{"GET /", HEADER_TIME, REASON_HEADER_TIMEOUT},
		{"GET /%00 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n1",
			CONTENT_TIME, REASON_CONTENT_TIMEOUT},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (i > 0)
			open_server(state);
		calls(&c);
		asks(&c, cases[i].says);
		take_turn_after(cases[i].time);
		hangs_up(&c);
		settle();
		ended_for(cases[i].reason, 1);
		if (i + 1 < sizeof cases / sizeof *cases)
			shut_server(state);
	}
}

/* ---- in the middle of an answer: also in test_exchange.c ---- */

static void make_much(char byte)
{
	static char text[1024 * 1024];

	memset(text, byte, sizeof text - 1);
	ground_file(&ground, "root/large", text);
}

static void asks_for_much(void)
{
	make_much('x');
	calls(&c);
	says(&c, GET("/large"));
	settle();
}

static void who_takes_nothing_is_slow(void **state)
{
	(void)state;
	asks_for_much();
	/* What the socket holds was taken in the first stretch. */
	for (int i = 0; i < 2; i++) {
		take_turn_after(SEND_TIME);
		settle();
	}
	ended_for(REASON_SLOW, 1);
	hangs_up(&c);
}

static void who_goes_then_breaks_it_off(void **state)
{
	(void)state;
	asks_for_much();
	hangs_up(&c);
	settle();
	ended_for(REASON_CLIENT_RESET, 1);
}

static void so_is_a_disk_that_fails(void **state)
{
	(void)state;
	asks_for_much();
	for (int i = 0; i < 20 && fake_flying() == 0; i++) {
		hears(&c);
		take_turn();
	}
	fake_land(0, EIO);
	/* It may have been read ahead. */
	for (int i = 0; i < 20 && server->clients_count > 0; i++) {
		hears(&c);
		take_turn();
	}
	ended_for(REASON_FILE_FAILED, 1);
	hears(&c);
	assert_true(c.ended);
	hangs_up(&c);
}

/* ---- when something runs out ---- */

static void want_of_memory_has_its_names(void **state)
{
	(void)state;
	server->clients_pool.limit = 0;
	calls(&c);
	asks(&c, REFUSED);
	was_answered(&c, 503);
	ended_for(REASON_NO_MEMORY, 1);
	hangs_up(&c);
	server->clients_pool.limit = SIZE_MAX;
	server->exchanges.limit = 0;
	calls(&c);
	asks(&c, REFUSED);
	was_answered(&c, 503);
	hangs_up(&c);
	settle();
	assert_int_equal(server->reasons.ended[REASON_REQUESTS], 1);
}

/* ---- the end ---- */

static void the_end_is_a_reason(void **state)
{
	const struct control message = {.kind = CONTROL_DRAIN};

	(void)state;
	calls(&c);
	asks(&c, REFUSED);
	assert_int_equal(fdpass_send(master, &message, sizeof message, -1), 0);
	settle();
	ended_for(REASON_DRAIN, 1);
	hangs_up(&c);
}

/* ---- what is said ---- */

static void trouble_is_said_once_a_second(void **state)
{
	const struct sys_peer peer = {
		.family = AF_INET, .addr = {192, 0, 2, 7}};
	struct reasons *reasons = &server->reasons;

	(void)state;
	/* A second is a second of the clock: at the beginning of one. */
	take_turn_after(1000 - loop_now() % 1000);
	reason_count(reasons, REASON_SLOW, &peer);
	reason_count(reasons, REASON_SLOW, &peer);
	reason_count(reasons, REASON_OVERLOAD, &peer);
	reason_count(reasons, REASON_IDLE, &peer);
	take_turn_after(999);
	reason_count(reasons, REASON_SLOW, &peer);
	take_turn_after(1);
	reason_count(reasons, REASON_SLOW, &peer);
	take_turn_after(1000);
	reason_count(reasons, REASON_SLOW, &peer);
	take_turn();
	is_logged("", "end-timeout: closed 192.0.2.7");
	is_logged("", "ax-clients: closed 192.0.2.7");
	is_logged("", "end-timeout: closed 192.0.2.7, and 2 more before");
	is_logged("", "end-timeout: closed 192.0.2.7");
	reasons->ended[REASON_SLOW] = 0;
}

/* All lines that were written since the last look. */
static const char *what_was_logged(void)
{
	static char text[65536];
	ssize_t len = read(log_end, text, sizeof text - 1);

	text[len > 0 ? len : 0] = '\0';
	return text;
}

/* So many read a file that changes meanwhile: all are cut off. */
static void are_cut_off(struct caller *crowd, int count)
{
	make_much('x');
	for (int i = 0; i < count; i++) {
		calls(&crowd[i]);
		says(&crowd[i], GET("/large"));
	}
	settle();
	(void)what_was_logged();
	make_much('y');
	for (int turn = 0; turn < 200 && server->clients_count > 0; turn++) {
		for (int i = 0; i < count; i++)
			hears(&crowd[i]);
		land_all();
		take_turn();
	}
	assert_int_equal(server->clients_count, 0);
	for (int i = 0; i < count; i++)
		hangs_up(&crowd[i]);
	take_turn();
}

static void a_cut_body_is_said_once_a_second_with_its_name(void **state)
{
	enum { CROWD = 5 };
	static const char said[] = "file-changed: \"GET /large HTTP/1.1\" was "
				   "cut off after ";
	static const char more[] = " bytes, and 4 more before\n";
	static struct caller crowd[CROWD];
	const char *line;

	(void)state;
	take_turn_after(1000 - loop_now() % 1000);
	are_cut_off(crowd, CROWD);
	ended_for(REASON_FILE_CHANGED, CROWD);
	line = strstr(what_was_logged(), said);
	assert_non_null(line);
	assert_null(strstr(line + 1, "file-changed"));
	assert_null(strstr(line, "more before"));
	take_turn_after(1000);
	are_cut_off(crowd, 1);
	ended_for(REASON_FILE_CHANGED, CROWD + 1);
	line = strstr(what_was_logged(), said);
	assert_non_null(line);
	line = strstr(line, " bytes");
	assert_int_equal(strncmp(line, more, strlen(more)), 0);
}

static void at_the_end_all_are_said(void **state)
{
	const struct sys_peer peer = {.family = AF_INET};
	static const struct reasons none;
	struct reasons *reasons = &server->reasons;

	(void)state;
	reasons_say(&none);
	reason_count(reasons, REASON_ANSWERED, &peer);
	reason_count(reasons, REASON_IDLE, &peer);
	reason_count(reasons, REASON_IDLE, &peer);
	reasons_say(reasons);
	take_turn();
	is_logged("", "onnections that ended: 3 (answered 1, idle-timeout 2)");
}

/* However many they were, and for every reason. */
static void all_of_them_fit_in_the_line(void **state)
{
	struct reasons all;

	(void)state;
	for (int i = 0; i < REASONS; i++)
		all.ended[i] = UINT64_MAX / REASONS;
	reasons_say(&all);
	take_turn();
	is_logged("(answered ", "max-requests 970881267037344821)");
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_server, shut_server)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_has_a_name_of_its_own),
		TEST(what_is_said_decides),
		TEST(what_is_late_decides),
		TEST(who_takes_nothing_is_slow),
		TEST(who_goes_then_breaks_it_off),
		TEST(so_is_a_disk_that_fails),
		TEST(want_of_memory_has_its_names),
		TEST(the_end_is_a_reason),
		TEST(trouble_is_said_once_a_second),
		TEST(a_cut_body_is_said_once_a_second_with_its_name),
		TEST(at_the_end_all_are_said),
		TEST(all_of_them_fit_in_the_line),
	};

	return cmocka_run_group_tests_name("serve/reason", tests, NULL, NULL);
}
