/* test_exchange.c - from a request to the last byte of its answer, and to its
 * line in the log. */
#include "calling.h"

#include <sys/stat.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

enum { LARGE = 1024 * 1024 };

static struct caller c, d;

static void make_large_file(const char *name, char byte)
{
	static char text[LARGE + 1];

	memset(text, byte, LARGE);
	ground_file(&ground, name, text);
}

/* No helper has been asked. */
static void nobody_looked(void)
{
	struct job job;

	assert_false(played_job(helper[0], &job));
	assert_false(played_job(helper[1], &job));
}

/* The helper that has the job. */
static int asked_helper(void)
{
	for (int i = 0; i < 2; i++) {
		struct pollfd row = {.fd = helper[i], .events = POLLIN};

		if (poll(&row, 1, 0) == 1)
			return helper[i];
	}
	fail_msg("nobody is asked");
	return -1;
}

/* ---- the answers ---- */

struct answer {
	const char *request;
	int status;
	const char *log; /* from the request line to the bytes sent */
};

static const struct answer answered[] = {
	{GET("/a"), 200, "\"GET /a HTTP/1.1\" 200 9 "},
	{"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", 200,
		"\"HEAD /a HTTP/1.1\" 200 0 "},
	{"GET /a HTTP/1.1\r\nHost: h\r\nRange: bytes=1-2\r\n\r\n", 206,
		"\"GET /a HTTP/1.1\" 206 2 "},
	{"GET /a HTTP/1.1\r\nHost: h\r\nIf-None-Match: *\r\n\r\n", 304,
		"\"GET /a HTTP/1.1\" 304 0 "},
	{GET("/d"), 301, "\"GET /d HTTP/1.1\" 301 "},
	{GET("/d/"), 200, "\"GET /d/ HTTP/1.1\" 200 8 "},
	{GET("/"), 403, "\"GET / HTTP/1.1\" 403 "},
	{GET("/none"), 404, "\"GET /none HTTP/1.1\" 404 "},
	{GET("/a/"), 404, "\"GET /a/ HTTP/1.1\" 404 "},
	{GET("/.git/config"), 404, "\"GET /.git/config HTTP/1.1\" 404 "},
	{GET("/.well-known/x"), 404, "\"GET /.well-known/x HTTP/1.1\" 404 "},
};

static void what_is_found_is_answered_and_logged(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text of a");
	ground_directory(&ground, "root/d");
	ground_file(&ground, "root/d/index.html", "an index");
	calls(&c);
	for (size_t i = 0; i < COUNT(answered); i++) {
		asks(&c, answered[i].request);
		was_answered(&c, answered[i].status);
		is_logged("unix: - - [", answered[i].log);
	}
	is_kept(&c);
	hangs_up(&c);
}

static const struct answer refused[] = {
	{GET("/%2e%2e/x"), 400, "\"GET /%2e%2e/x HTTP/1.1\" 400 "},
	{GET("/a%00"), 400, "\"GET /a%00 HTTP/1.1\" 400 "},
	{"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 204,
		"\"OPTIONS * HTTP/1.1\" 204 0 "},
	{"PUT /a HTTP/1.1\r\nHost: h\r\n\r\n", 405, "\"PUT /a HTTP/1.1\" 405 "},
	{"WHAT /a HTTP/1.1\r\nHost: h\r\n\r\n", 501,
		"\"WHAT /a HTTP/1.1\" 501 "},
	{"what\r\n\r\n", 400, "\"what"},
};

static void what_can_be_refused_needs_no_helper(void **state)
{
	(void)state;
	calls(&c);
	for (size_t i = 0; i < COUNT(refused); i++) {
		says(&c, refused[i].request);
		take_turns(3);
		hears(&c);
		was_answered(&c, refused[i].status);
		is_logged("unix: - - [", refused[i].log);
		nobody_looked();
	}
	hangs_up(&c);
}

/* There may be a page that says so, but nothing of that name. */
static void a_hidden_name_is_never_looked_up(void **state)
{
	struct job job;

	(void)state;
	ground_directory(&ground, "root/.git");
	ground_file(&ground, "root/.git/config", "a secret");
	calls(&c);
	says(&c, GET("/.git/config"));
	take_turns(2);
	assert_true(played_job(asked_helper(), &job));
	assert_int_equal(job.len, strlen("404.html"));
	assert_memory_equal(job.path, "404.html", job.len);
	nobody_looked();
	hangs_up(&c);
	take_turn();
}

static void a_head_needs_no_disk(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text of a");
	calls(&c);
	asks(&c, "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_int_equal(count_in(&c, "Content-Length: 9\r\n"), 1);
	assert_int_equal(fake_started(), 0);
	hangs_up(&c);
}

static void without_a_log_there_is_no_line(void **state)
{
	char byte;

	(void)state;
	server->setup.access_log = false;
	calls(&c);
	asks(&c, GET("/none"));
	was_answered(&c, 404);
	assert_int_equal(read(log_end, &byte, 1), -1);
	hangs_up(&c);
}

static void a_location_too_long_is_a_uri_too_long(void **state)
{
	static char request[8192];

	(void)state;
	strcpy(request, "GET /");
	memset(request + 5, '\'', 4000);
	strcpy(request + 4005, " HTTP/1.1\r\nHost: h\r\n\r\n");
	calls(&c);
	says(&c, request);
	take_turns(2);
	played_says(asked_helper(), FOUND_DIRECTORY);
	take_turns(2);
	hears(&c);
	was_answered(&c, 414);
	is_kept(&c);
	hangs_up(&c);
}

/* ---- no answer from a helper ---- */

static void a_late_lookup_is_503(void **state)
{
	(void)state;
	calls(&c);
	says(&c, GET("/hung"));
	take_turns(2);
	take_turn_after(TURNS_HELPER);
	take_turn();
	hears(&c);
	was_answered(&c, 503);
	is_kept(&c);

	/* Refused at once, without a helper. */
	says(&c, GET("/hung"));
	take_turns(2);
	hears(&c);
	was_answered(&c, 503);
	hangs_up(&c);
}

/* No helper is there to be late. */
static void to_stand_in_line_has_a_limit_too(void **state)
{
	(void)state;
	close(helper[0]);
	close(helper[1]);
	take_turn();
	send_helper(0);
	close(helper[0]);
	send_helper(1);
	close(helper[1]);
	take_turns(2);
	calls(&c);
	says(&c, GET("/a"));
	take_turns(2);
	take_turn_after(TURNS_HELPER - 1);
	hears(&c);
	assert_int_equal(c.len, 0);
	take_turn_after(1);
	take_turn();
	hears(&c);
	was_answered(&c, 503);
	is_kept(&c);
	is_logged("unix: - - [", "\"GET /a HTTP/1.1\" 503 ");

	/* The helper that comes at last has nobody to tell. */
	send_helper(0);
	send_helper(1);
	settle();
	hears(&c);
	assert_int_equal(c.len, 0);
	hangs_up(&c);
}

static void who_leaves_meanwhile_is_logged_as_gone(void **state)
{
	(void)state;
	calls(&c);
	says(&c, GET("/a"));
	take_turns(2);
	hangs_up(&c);
	take_turns(2);
	assert_int_equal(server->clients_count, 0);
	is_logged("unix: - - [", "\"GET /a HTTP/1.1\" 499 0 ");
}

/* ---- before the first byte has left, the client need not know ---- */

/* Asks for it and lets the helpers look; its first read is in flight then. */
static void ask_up_to_the_read(const char *request)
{
	says(&c, request);
	take_turns(2);
	for (int i = 0; i < 2; i++)
		played_looks(helper[i], root);
	take_turn();
	assert_int_equal(fake_flying(), 1);
}

static void a_file_that_changed_is_looked_up_again(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text");
	calls(&c);
	ask_up_to_the_read(GET("/a"));
	ground_file(&ground, "root/a", "new text");
	settle();
	hears(&c);
	assert_int_equal(count_in(&c, "\r\n\r\nnew text"), 1);
	was_answered(&c, 200);
	is_kept(&c);
	hangs_up(&c);
}

static void but_not_for_ever(void **state)
{
	char text[EXCHANGE_TRIES + 1] = "";

	(void)state;
	ground_file(&ground, "root/a", "the first text");
	calls(&c);
	ask_up_to_the_read(GET("/a"));
	for (int i = 0; i < EXCHANGE_TRIES; i++) {
		hears(&c);
		assert_int_equal(c.len, 0);
		text[i] = 'a';
		ground_file(&ground, "root/a", text);
		land_all();
		take_turns(2);
		for (int j = 0; j < 2; j++)
			played_looks(helper[j], root);
		take_turn();
	}
	settle();
	hears(&c);
	was_answered(&c, 503);
	is_kept(&c);
	hangs_up(&c);
}

static void a_disk_that_fails_is_500(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text");
	calls(&c);
	ask_up_to_the_read(GET("/a"));
	fake_land(0, EIO);
	take_turns(2);
	hears(&c);
	was_answered(&c, 500);
	is_kept(&c);
	hangs_up(&c);
}

static void a_late_disk_is_503(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text");
	calls(&c);
	ask_up_to_the_read(GET("/a"));
	take_turn_after(READ_TIME);
	take_turn();
	hears(&c);
	was_answered(&c, 503);
	is_kept(&c);
	hangs_up(&c);
}

/* Descriptors come and go: it takes some time until this is a shortage. */
static void it_is_answered_without(void)
{
	take_turns(2);
	take_turn_after(SEND_TIME - 1);
	hears(&c);
	assert_int_equal(c.len, 0);
	take_turn_after(TURNS_RETRY);
	take_turn();
	hears(&c);
	was_answered(&c, 503);
	is_kept(&c);
}

static void without_a_descriptor_it_is_503(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text");
	calls(&c);
	asks(&c, "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
	was_answered(&c, 200);
	assert_int_equal(store_count(server->store), 1);
	says(&c, GET("/a"));
	with_all_taken(it_is_answered_without);

	/* Nobody's files are kept open in need. */
	assert_int_equal(store_count(server->store), 0);
	hangs_up(&c);
}

/* ---- afterwards it must ---- */

static void a_file_that_changes_under_way_is_cut_off(void **state)
{
	(void)state;
	make_large_file("root/large", 'a');
	calls(&c);
	ask_up_to_the_read(GET("/large"));
	land_all();
	take_turn();
	make_large_file("root/large", 'b');
	for (int i = 0; i < 200; i++) {
		hears(&c);
		land_all();
		take_turn();
	}
	hears(&c);
	assert_true(c.ended);
	assert_true(c.len > 256 * 1024 && c.len < LARGE);
	assert_int_equal(server->clients_count, 0);
	assert_int_equal(server->reasons.ended[REASON_FILE_CHANGED], 1);
	is_logged("-changed: \"GET /large HTTP/1.1\" was cut off", " bytes");
	is_logged("unix: - - [", "\"GET /large HTTP/1.1\" 200 ");
	hangs_up(&c);
}

static void who_takes_nothing_is_cut_off(void **state)
{
	(void)state;
	make_large_file("root/large", 'a');
	calls(&c);
	asks(&c, "");
	says(&c, GET("/large"));
	settle();
	/* What the socket holds was taken in the first stretch. */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(server->clients_count, 1);
		take_turn_after(SEND_TIME);
		settle();
	}
	assert_int_equal(server->clients_count, 0);
	hears(&c);
	assert_true(c.ended);
	assert_true(c.len < LARGE);
	assert_int_equal(server->reasons.ended[REASON_SLOW], 1);
	hangs_up(&c);
}

static void who_leaves_under_way_is_let_go(void **state)
{
	(void)state;
	make_large_file("root/large", 'a');
	calls(&c);
	says(&c, GET("/large"));
	settle();
	hangs_up(&c);
	take_turns(2);
	assert_int_equal(server->clients_count, 0);
	is_logged("unix: - - [", "\"GET /large HTTP/1.1\" 200 ");
}

/* ---- two of them ---- */

static void one_file_may_go_to_two_at_once(void **state)
{
	(void)state;
	make_large_file("root/large", 'a');
	calls(&c);
	calls(&d);
	says(&c, GET("/large"));
	says(&d, GET("/large"));
	for (int i = 0; i < 400; i++) {
		for (int j = 0; j < 2; j++)
			played_looks(helper[j], root);
		take_turn();
		land_all();
		hears(&c);
		hears(&d);
	}
	assert_int_equal(c.len, d.len);
	assert_true(c.len > LARGE);
	was_answered(&c, 200);
	was_answered(&d, 200);
	hangs_up(&c);
	hangs_up(&d);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_server, shut_server)
	const struct CMUnitTest tests[] = {
		TEST(what_is_found_is_answered_and_logged),
		TEST(what_can_be_refused_needs_no_helper),
		TEST(a_hidden_name_is_never_looked_up),
		TEST(a_head_needs_no_disk),
		TEST(without_a_log_there_is_no_line),
		TEST(a_location_too_long_is_a_uri_too_long),
		TEST(a_late_lookup_is_503),
		TEST(to_stand_in_line_has_a_limit_too),
		TEST(who_leaves_meanwhile_is_logged_as_gone),
		TEST(a_file_that_changed_is_looked_up_again),
		TEST(but_not_for_ever),
		TEST(a_disk_that_fails_is_500),
		TEST(a_late_disk_is_503),
		TEST(without_a_descriptor_it_is_503),
		TEST(a_file_that_changes_under_way_is_cut_off),
		TEST(who_takes_nothing_is_cut_off),
		TEST(who_leaves_under_way_is_let_go),
		TEST(one_file_may_go_to_two_at_once),
	};

	return cmocka_run_group_tests_name("serve/exchange", tests, NULL, NULL);
}
