/*
 * test_deadlines.c - clients that wait for each thing there is to wait for:
 * with its deadline they end, and with 0, which is no deadline, they do not.
 */
#include "calling.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

enum { DAY = 24 * 60 * 60 * 1000 };

static struct caller silent, dripping, idle, content, lingering, full, asking,
	reading;

static struct caller *const all[] = {&silent, &dripping, &idle, &content,
	&lingering, &full, &asking, &reading};

enum { ALL = sizeof all / sizeof *all };

static int open_timeless(void **state)
{
	timed = 0;
	return open_server(state);
}

static int shut_timeless(void **state)
{
	timed = 1;
	return shut_server(state);
}

static void begins(struct caller *c, const char *words)
{
	calls(c);
	says(c, words);
}

static void helpers_look(void)
{
	for (int i = 0; i < 2; i++)
		(void)played_looks(helper[i], root);
}

/* The last two wait for a disk and for a helper. */
static void everybody_waits(void)
{
	static char text[1024 * 1024];

	memset(text, 'x', sizeof text - 1);
	ground_file(&ground, "root/large", text);
	ground_file(&ground, "root/other", text);
	begins(&silent, "");
	begins(&dripping, "GET /");
	begins(&idle, GET("/%00"));
	begins(&content, "GET /%00 HTTP/1.1\r\nHost: h\r\n"
			 "Content-Length: 9\r\n\r\n1");
	begins(&lingering, "GET /%00 HTTP/1.1\r\n\r\n");
	begins(&full, GET("/large"));
	settle();
	begins(&reading, GET("/other"));
	for (int i = 0; i < 4; i++) {
		take_turn();
		helpers_look();
	}
	assert_int_equal(fake_flying(), 1);
	begins(&asking, GET("/none"));
	take_turns(2);
	assert_int_equal(server->clients_count, ALL);
}

static void they_hang_up(void)
{
	for (int i = 0; i < ALL; i++)
		hangs_up(all[i]);
}

static void who_waits_is_late_one_day(void **state)
{
	(void)state;
	everybody_waits();
	/* One deadline after the other: 503 is followed by idleness. */
	for (int i = 0; i < 4; i++) {
		take_turn_after(DAY);
		take_turn();
	}
	assert_int_equal(server->clients_count, 0);
	they_hang_up();
}

static void with_no_deadline_nobody_is_late(void **state)
{
	(void)state;
	everybody_waits();
	for (int i = 0; i < 4; i++) {
		take_turn_after(DAY);
		take_turn();
	}
	assert_int_equal(server->clients_count, ALL);
	for (int i = 0; i < REASONS; i++)
		assert_int_equal(server->reasons.ended[i], 0);
	/* And each goes on where it was. */
	settle();
	hears(&asking);
	was_answered(&asking, 404);
	hears(&reading);
	assert_int_equal(count_in(&reading, "HTTP/1.1 200 OK\r\n"), 1);
	asks(&dripping, "%00 HTTP/1.1\r\nHost: h\r\n\r\n");
	was_answered(&dripping, 400);
	they_hang_up();
}

static void nor_is_the_end(void **state)
{
	const struct control message = {.kind = CONTROL_DRAIN};

	(void)state;
	everybody_waits();
	assert_int_equal(fdpass_send(master, &message, sizeof message, -1), 0);
	take_turns(2);
	take_turn_after(DAY);
	take_turn();
	/* Who is in the middle of something is waited for. */
	assert_in_range(server->clients_count, 1, ALL - 1);
	assert_false(has_stopped());
	hears(&full);
	assert_false(full.ended);
	they_hang_up();
}

/* Nor do those that come in two pieces begin a head. */
static void empty_lines_buy_no_time(void **state)
{
	static const char *const lines[] = {"\r\n", "\r", "\n", "\r\n", "\r"};

	(void)state;
	begins(&idle, GET("/%00"));
	settle();
	hears(&idle);
	for (int i = 0; i < 5; i++) {
		take_turn_after(IDLE_TIME / 6);
		asks(&idle, lines[i]);
		assert_false(idle.ended);
	}
	take_turn_after(IDLE_TIME / 6 - 1);
	hears(&idle);
	assert_false(idle.ended);
	take_turn_after(1);
	hears(&idle);
	assert_true(idle.ended);
	assert_int_equal(answers(&idle), 1);
	hangs_up(&idle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			who_waits_is_late_one_day, open_server, shut_server),
		cmocka_unit_test_setup_teardown(with_no_deadline_nobody_is_late,
			open_timeless, shut_timeless),
		cmocka_unit_test_setup_teardown(
			nor_is_the_end, open_timeless, shut_timeless),
		cmocka_unit_test_setup_teardown(
			empty_lines_buy_no_time, open_server, shut_server),
	};

	return cmocka_run_group_tests_name(
		"serve/deadlines", tests, NULL, NULL);
}
