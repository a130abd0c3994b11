/* test_workspace.c - what an exchange holds while its body waits. */
#include "calling.h"

enum { LARGE = 1024 * 1024 };

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"
#define TALKATIVE                                                    \
	"GET /large?q HTTP/1.1\r\nHost: h\r\nReferer: http://h/\r\n" \
	"User-Agent: slow\r\n\r\n"

static struct caller c;

static void make_large_file(char byte)
{
	static char text[LARGE + 1];

	memset(text, byte, LARGE);
	ground_file(&ground, "root/large", text);
}

/* Says it, and does not listen, until nothing more happens. */
static void says_and_waits(const char *text)
{
	says(&c, text);
	settle();
}

/* Listens until there is nothing more to hear. */
static void hears_it_out(void)
{
	for (int i = 0; i < 64; i++) {
		hears(&c);
		settle();
	}
}

static void large_is_open(void)
{
	make_large_file('a');
	calls(&c);
	asks(&c, "HEAD /large HTTP/1.1\r\nHost: h\r\n\r\n");
	was_answered(&c, 200);
	is_logged("unix: - - [", "\"HEAD /large HTTP/1.1\" 200 0 ");
}

static void nothing_large_is_held(void **state)
{
	(void)state;
	large_is_open();
	says_and_waits(TALKATIVE);
	assert_int_equal(server->exchanges.taken, 1);
	assert_int_equal(server->workspaces.taken, 0);
	assert_int_equal(server->inputs.taken, 0);
	hears_it_out();
	was_answered(&c, 200);
	is_logged("unix: - - [", "] \"GET /large?q HTTP/1.1\" 200 1048576 "
				 "\"http://h/\" \"slow\"");
	assert_int_equal(server->exchanges.taken, 0);
	says(&c, GET("/large"));
	hears_it_out();
	was_answered(&c, 200);
	hangs_up(&c);
}

static void what_follows_is_kept(void **state)
{
	(void)state;
	large_is_open();
	says_and_waits(TALKATIVE GET("/none"));
	assert_int_equal(server->workspaces.taken, 0);
	assert_int_equal(server->inputs.taken, 1);
	hears_it_out();
	assert_int_equal(answers(&c), 2);
	assert_int_equal(count_in(&c, "HTTP/1.1 404 Not Found\r\n"), 1);
	is_logged("unix: - - [", "\" 200 1048576 \"http://h/\" \"slow\"");
	is_logged("unix: - - [", "\"GET /none HTTP/1.1\" 404 ");
	hangs_up(&c);
}

static void who_leaves_has_his_line(void **state)
{
	(void)state;
	large_is_open();
	says_and_waits(TALKATIVE);
	hangs_up(&c);
	settle();
	is_logged("unix: - - [", "\"http://h/\" \"slow\"");
	assert_int_equal(server->exchanges.taken, 0);
	assert_int_equal(server->workspaces.taken, 0);
}

/* Nothing has left yet: the request is thought about again. */
static void a_file_that_changes_is_chosen_again(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text");
	calls(&c);
	asks(&c, "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
	was_answered(&c, 200);
	says(&c, GET("/a"));
	take_turn();
	assert_int_equal(server->workspaces.taken, 0);
	assert_int_equal(server->exchanges.taken, 1);
	ground_file(&ground, "root/a", "another");
	hears_it_out();
	assert_int_equal(count_in(&c, "\r\n\r\nanother"), 1);
	was_answered(&c, 200);
	assert_int_equal(server->workspaces.taken, 0);
	hangs_up(&c);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_server, shut_server)
	const struct CMUnitTest tests[] = {
		TEST(nothing_large_is_held),
		TEST(what_follows_is_kept),
		TEST(who_leaves_has_his_line),
		TEST(a_file_that_changes_is_chosen_again),
	};

	return cmocka_run_group_tests_name(
		"serve/workspace", tests, NULL, NULL);
}
