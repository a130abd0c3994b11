/* test_exchange_pages.c - errors with the site's pages for them, and what
 * becomes of an error whose page cannot be had. */
#include "calling.h"

#include <sys/stat.h>
#include <time.h>

#include "files/fill.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define ASK(method, fields) method " HTTP/1.1\r\nHost: h\r\n" fields "\r\n"
#define GET(path) ASK("GET " path, "")
#define VARIES "\r\nVary: Accept-Encoding\r\n"

enum { LONG_AGO = 1000000000 };

static struct caller c;

/* Old enough to be read at once. */
static void make_page(const char *name, const char *text)
{
	const struct timespec times[2] = {{LONG_AGO, 0}, {LONG_AGO, 0}};

	ground_file(&ground, name, text);
	assert_return_code(utimensat(ground.dir, name, times, 0), errno);
}

static void add_page(int status)
{
	static char texts[600][32];

	snprintf(texts[status], sizeof texts[status], "%d=/%d.html", status,
		status);
	assert_true(site_add_error_page(&site, texts[status], NULL));
}

static void add_pages(void)
{
	static const int statuses[] = {403, 404, 405, 406, 412, 416, 500};

	for (size_t i = 0; i < COUNT(statuses); i++)
		add_page(statuses[i]);
}

/* ---- what the status owes its reader ---- */

struct failing {
	const char *request;
	int status;
	const char *field; /* that it has, with our page and with the site's */
};

static const struct failing failings[] = {
	{GET("/d/"), 403, ""},
	{GET("/none"), 404, ""},
	{ASK("POST /a", "Content-Length: 0\r\n"), 405,
		"\r\nAllow: GET, HEAD, OPTIONS\r\n"},
	{ASK("DELETE /none", ""), 405, "\r\nAllow: GET, HEAD, OPTIONS\r\n"},
	{ASK("GET /v", "Accept-Encoding: identity;q=0\r\n"), 406, VARIES},
	{ASK("GET /a", "If-Match: \"x\"\r\n"), 412, ""},
	{ASK("GET /v", "If-Match: \"x\"\r\nAccept-Encoding: br\r\n"), 412,
		VARIES},
	{ASK("GET /a", "Range: bytes=99-\r\n"), 416,
		"\r\nContent-Range: bytes */9\r\n"},
	{ASK("GET /v", "Range: bytes=99-\r\nAccept-Encoding: br\r\n"), 416,
		"\r\nContent-Range: bytes */4\r\n"},
};

static void make_files(void)
{
	ground_directory(&ground, "root/d");
	ground_file(&ground, "root/a", "text of a");
	ground_file(&ground, "root/v", "text of v");
	ground_file(&ground, "root/v.br", "less");
}

static void has_failed(const struct failing *failing, const char *body)
{
	char page[64];

	snprintf(page, sizeof page, "\r\n\r\n%s", body);
	if (!strstr(c.heard, failing->field) || count_in(&c, page) != 1)
		fail_msg("%s: %s", failing->request, c.heard);
	assert_int_equal(count_in(&c, "ETag"), 0);
	assert_int_equal(count_in(&c, "Content-Encoding"), 0);
	assert_int_equal(count_in(&c, "Accept-Ranges"), 0);
	was_answered(&c, failing->status);
}

static void an_error_has_its_page_and_its_fields(void **state)
{
	(void)state;
	add_pages();
	make_files();
	calls(&c);
	for (size_t i = 0; i < COUNT(failings); i++) {
		char name[32], text[32];

		asks(&c, failings[i].request);
		has_failed(&failings[i], "<!doctype html>");
		snprintf(name, sizeof name, "root/%d.html", failings[i].status);
		snprintf(text, sizeof text, "page of %d", failings[i].status);
		make_page(name, text);
		take_turn_after(STORE_BRIEF + 1);
		asks(&c, failings[i].request);
		assert_int_equal(
			count_in(&c, "\r\nCache-Control: no-cache\r\n"), 1);
		has_failed(&failings[i], text);
		assert_int_equal(unlinkat(ground.dir, name, 0), 0);
	}
	is_kept(&c);
	hangs_up(&c);
}

static void who_asks_for_the_head_gets_the_head(void **state)
{
	(void)state;
	add_pages();
	make_files();
	make_page("root/412.html", "page of 412");
	calls(&c);
	asks(&c, ASK("HEAD /a", "If-Match: \"x\"\r\n"));
	assert_int_equal(count_in(&c, "\r\nContent-Length: 11\r\n"), 1);
	assert_memory_equal(c.heard + c.len - 4, "\r\n\r\n", 4);
	was_answered(&c, 412);
	hangs_up(&c);
}

/* A request that was not understood has no page, and none is looked up. */
static void the_target_of_a_method_need_not_be_a_path(void **state)
{
	struct job job;

	(void)state;
	add_pages();
	calls(&c);
	says(&c, ASK("POST /%00", "") ASK("GET /%00", "") ASK("OPTIONS *", ""));
	take_turns(3);
	hears(&c);
	assert_int_equal(answers(&c), 3);
	assert_int_equal(count_in(&c, "HTTP/1.1 405 "), 1);
	assert_int_equal(count_in(&c, "HTTP/1.1 400 "), 1);
	assert_int_equal(count_in(&c, "HTTP/1.1 204 "), 1);
	assert_false(played_job(helper[0], &job));
	assert_false(played_job(helper[1], &job));
	hangs_up(&c);
}

static void rules_are_for_the_path_whatever_the_method(void **state)
{
	(void)state;
	add_pages();
	make_page("root/405.html", "page of 405");
	assert_true(site_add_header(&site, "/ X-Root: yes", NULL));
	assert_true(site_add_header(&site, "/a X-Own: yes", NULL));
	calls(&c);
	asks(&c, ASK("POST /a", ""));
	assert_int_equal(count_in(&c, "\r\nX-Own: yes\r\n"), 1);
	assert_int_equal(count_in(&c, "X-Root"), 0);
	assert_int_equal(count_in(&c, "\r\n\r\npage of 405"), 1);
	was_answered(&c, 405);
	hangs_up(&c);
}

/* ---- a disk that fails ---- */

static void look_for_all(void)
{
	take_turns(2);
	for (int i = 0; i < 2; i++)
		played_looks(helper[i], root);
	take_turn();
}

/* Asks for what must be read, and the read fails. */
static void fails_to_be_read(const char *request)
{
	says(&c, request);
	for (int i = 0; fake_flying() == 0 && i < 4; i++)
		look_for_all();
	assert_int_equal(fake_flying(), 1);
	fake_land(0, EIO);
}

static void what_cannot_be_read_has_the_page_of_500(void **state)
{
	(void)state;
	add_pages();
	make_page("root/a", "text of a");
	make_page("root/500.html", "page of 500");
	calls(&c);
	fails_to_be_read(GET("/a"));
	settle();
	hears(&c);
	assert_int_equal(count_in(&c, "\r\n\r\npage of 500"), 1);
	assert_int_equal(count_in(&c, "\r\nCache-Control: no-store\r\n"), 1);
	was_answered(&c, 500);
	is_logged("unix: - - [", "\"GET /a HTTP/1.1\" 500 11 ");
	is_kept(&c);
	hangs_up(&c);
}

/* If the page cannot be read, our own is sent with the same status. */
static void the_page_may_fail_too(void **state)
{
	static const struct failing again[] = {
		{GET("/none"), 404, ""},
		{ASK("POST /a", ""), 405, "\r\nAllow: GET, HEAD, OPTIONS\r\n"},
		{ASK("GET /a", "Range: bytes=99-\r\n"), 416,
			"\r\nContent-Range: bytes */9\r\n"},
	};

	(void)state;
	add_pages();
	make_page("root/a", "text of a");
	make_page("root/500.html", "page of 500");
	for (size_t i = 0; i < COUNT(again); i++) {
		char name[32];

		snprintf(name, sizeof name, "root/%d.html", again[i].status);
		make_page(name, "never read");
		calls(&c);
		fails_to_be_read(again[i].request);
		settle();
		hears(&c);
		has_failed(&again[i], "<!doctype html>");
		is_kept(&c);
		hangs_up(&c);
	}
	calls(&c);
	fails_to_be_read(GET("/a"));
	for (int i = 0; fake_flying() == 0 && i < 4; i++)
		look_for_all();
	fake_land(0, EIO);
	settle();
	hears(&c);
	assert_int_equal(count_in(&c, "\r\n\r\n<!doctype html>"), 1);
	was_answered(&c, 500);
	hangs_up(&c);
}

/* A page that changes before it left is chosen anew, for the same status. */
static void the_page_may_change(void **state)
{
	(void)state;
	add_pages();
	make_page("root/a", "text of a");
	make_page("root/405.html", "the old page");
	calls(&c);
	says(&c, ASK("POST /a", ""));
	look_for_all();
	assert_int_equal(fake_flying(), 1);
	ground_file(&ground, "root/405.html", "a new page");
	settle();
	hears(&c);
	assert_int_equal(count_in(&c, "\r\n\r\na new page"), 1);
	was_answered(&c, 405);
	hangs_up(&c);
}

static void the_page_may_be_late(void **state)
{
	(void)state;
	add_pages();
	calls(&c);
	says(&c, ASK("POST /a", ""));
	take_turns(2);
	take_turn_after(TURNS_HELPER);
	take_turn();
	hears(&c);
	was_answered(&c, 405);
	is_kept(&c);
	hangs_up(&c);
}

/* ---- a shortage ---- */

/* Does what a worker does that starts with this rule. */
static void open_busy(void)
{
	add_page(503);
	busy_shut(&server->busy);
	busy_open(&server->busy, server->store, site_error_page(&site, 503),
		dup(root));
}

/* A name that hangs: nobody answers in time, and nobody is asked again soon.
 * Whether the site's page said so. */
static bool is_busy_with(const char *text)
{
	static int number;
	char request[64];
	bool has_page;

	snprintf(request, sizeof request, GET("/hangs-%d"), number++);
	calls(&c);
	says(&c, request);
	take_turns(2);
	take_turn_after(TURNS_HELPER);
	take_turn();
	hears(&c);
	assert_int_equal(count_in(&c, "\r\nRetry-After: 1\r\n"), 1);
	assert_int_equal(count_in(&c, "\r\nCache-Control: no-store\r\n"), 1);
	has_page = count_in(&c, text) == 1;
	assert_int_equal(count_in(&c, "<!doctype html>"), !has_page);
	was_answered(&c, 503);
	is_kept(&c);
	hangs_up(&c);
	take_turns(2);
	for (int i = 0; i < 2; i++)
		close(helper[i]);
	take_turns(2);
	send_helper(0);
	send_helper(1);
	settle();
	return has_page;
}

static void the_page_of_503_is_at_hand(void **state)
{
	size_t started;

	(void)state;
	make_page("root/503.html", "we are busy");
	open_busy();
	settle();
	started = fake_started();
	assert_true(is_busy_with("\r\n\r\nwe are busy"));
	assert_int_equal(fake_started(), started);
	/* Without descriptors too, and when nobody has asked for long. */
	store_shrink(server->store);
	assert_true(is_busy_with("\r\n\r\nwe are busy"));
	assert_int_equal(fake_started(), started);
}

/* Our own page is sent until the file is in memory. */
static void it_is_not_waited_for(void **state)
{
	(void)state;
	open_busy();
	settle();
	assert_false(is_busy_with("we are busy"));
	make_page("root/503.html", "we are busy");
	take_turn_after(STORE_BRIEF + 1);
	assert_false(is_busy_with("we are busy"));
	assert_true(is_busy_with("we are busy"));
	make_page("root/503.html", "and still are");
	assert_false(is_busy_with("we are busy"));
	assert_true(is_busy_with("and still are"));
	assert_int_equal(unlinkat(ground.dir, "root/503.html", 0), 0);
	assert_false(is_busy_with("and still are"));
}

static void it_may_be_empty_but_not_large(void **state)
{
	static char text[FILL_SIZE + 2];

	(void)state;
	make_page("root/503.html", "");
	open_busy();
	settle();
	assert_non_null(busy_page(&server->busy));
	memset(text, 'x', FILL_SIZE + 1);
	make_page("root/503.html", text);
	for (int i = 0; i < 3; i++) {
		settle();
		assert_null(busy_page(&server->busy));
	}
}

/* A young file is read once it is not young any more. */
static void it_may_be_young(void **state)
{
	const struct timespec now = {
		loop_date() / 1000000000, (long)(loop_date() % 1000000000)};
	const struct timespec times[2] = {now, now};

	(void)state;
	ground_file(&ground, "root/503.html", "we are busy");
	assert_return_code(
		utimensat(ground.dir, "root/503.html", times, 0), errno);
	open_busy();
	for (int i = 0; i < 2; i++)
		look_for_all();
	assert_int_equal(fake_started(), 0);
	assert_null(busy_page(&server->busy));
	take_turn_after(FILE_YOUNG / 1000000);
	settle();
	assert_non_null(busy_page(&server->busy));
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_server, shut_server)
	const struct CMUnitTest tests[] = {
		TEST(an_error_has_its_page_and_its_fields),
		TEST(who_asks_for_the_head_gets_the_head),
		TEST(the_target_of_a_method_need_not_be_a_path),
		TEST(rules_are_for_the_path_whatever_the_method),
		TEST(what_cannot_be_read_has_the_page_of_500),
		TEST(the_page_may_fail_too),
		TEST(the_page_may_change),
		TEST(the_page_may_be_late),
		TEST(the_page_of_503_is_at_hand),
		TEST(it_is_not_waited_for),
		TEST(it_may_be_empty_but_not_large),
		TEST(it_may_be_young),
	};

	return cmocka_run_group_tests_name(
		"serve/exchange_pages", tests, NULL, NULL);
}
