/* test_ready.c - which answers are made once, and what becomes of them. */
#include "calling.h"

#include <sys/stat.h>

#include "serve/ready.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"
#define WITH(fields) "GET /a HTTP/1.1\r\nHost: h\r\n" fields "\r\n\r\n"

enum { SECOND = 1000 };

static struct caller c, d;
static size_t exchanges;

bool __real_exchange_start(struct exchange *exchange,
	const struct request *request, int status, bool close,
	struct cont next);
bool __wrap_exchange_start(struct exchange *exchange,
	const struct request *request, int status, bool close,
	struct cont next);

bool __wrap_exchange_start(struct exchange *exchange,
	const struct request *request, int status, bool close, struct cont next)
{
	exchanges++;
	return __real_exchange_start(exchange, request, status, close, next);
}

/* The file of this name is kept open; and what is ready of it. */
static const struct file *kept(const char *path, uint32_t flags)
{
	return store_find_open(server->store, slice_text(path), flags);
}

static bool is_ready(const char *path, uint32_t flags)
{
	const struct file *file = kept(path, flags);

	return file && file->copy && file->copy->head_len > 0;
}

static void make_ready(void)
{
	ground_file(&ground, "root/a", "text of a");
	calls(&c);
	asks(&c, GET("/a"));
	was_answered(&c, 200);
	assert_true(is_ready("a", JOB_VARIANTS));
}

/* Whether an exchange was needed for it. */
static bool needs_exchange(struct caller *caller, const char *request)
{
	size_t before = exchanges;

	asks(caller, request);
	return exchanges > before;
}

/* ---- what is plain ---- */

struct asking {
	const char *request;
	bool is_plain;
};

static const struct asking askings[] = {
	{GET("/a"), true},
	{GET("/./a"), true},
	{GET("/%61"), true},
	{GET("/a?query"), true},
	{WITH("Accept: text/plain"), true},
	{WITH("Accept-Encoding: gzip, br"), true},
	{WITH("Accept-Encoding:"), true},
	{WITH("If-Range: \"x\""), true},
	{WITH("Connection: keep-alive"), true},
	{"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", false},
	{"OPTIONS /a HTTP/1.1\r\nHost: h\r\n\r\n", false},
	{"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", false},
	{"GET /a HTTP/1.0\r\n\r\n", false},
	{WITH("Connection: close"), false},
	{WITH("Range: bytes=0-0"), false},
	{WITH("If-Match: *"), false},
	{WITH("If-None-Match: *"), false},
	{WITH("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"), false},
	{WITH("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT"), false},
	{WITH("Accept-Encoding: identity;q=0"), false},
	{WITH("Accept-Encoding: gzip\r\nAccept-Encoding: identity;q=0"), false},
	{WITH("Content-Length: 1") "x", false},
	{GET("/a/"), false},
	{GET("/b"), false},
	{GET("/a%00"), false},
};

static void only_plain_requests_need_no_exchange(void **state)
{
	(void)state;
	make_ready();
	hangs_up(&c);
	for (size_t i = 0; i < COUNT(askings); i++) {
		calls(&c);
		if (needs_exchange(&c, askings[i].request) ==
			askings[i].is_plain)
			fail_msg("%s", askings[i].request);
		if (askings[i].is_plain)
			assert_int_equal(count_in(&c, "\r\n\r\ntext of a"), 1);
		hangs_up(&c);
	}
}

static void it_is_the_same_answer(void **state)
{
	static char first[1024];

	(void)state;
	ground_file(&ground, "root/a", "text of a");
	calls(&c);
	asks(&c, GET("/a"));
	memcpy(first, c.heard, c.len + 1);
	was_answered(&c, 200);
	is_logged("unix: - - [", "\"GET /a HTTP/1.1\" 200 9 ");
	assert_false(needs_exchange(&c, GET("/a")));
	assert_string_equal(c.heard, first);
	is_logged("unix: - - [", "\"GET /a HTTP/1.1\" 200 9 ");
	assert_int_equal(fake_started(), 1);
	hangs_up(&c);
}

static void without_a_log_there_is_no_line(void **state)
{
	char byte;

	(void)state;
	server->setup.access_log = false;
	make_ready();
	assert_false(needs_exchange(&c, GET("/a")));
	was_answered(&c, 200);
	assert_int_equal(read(log_end, &byte, 1), -1);
	hangs_up(&c);
}

/* ---- what is kept ---- */

struct first {
	const char *request, *path;
	uint32_t flags;
	bool is_kept;
};

static const struct first firsts[] = {
	{GET("/a"), "a", 0, true},
	{GET("/d/"), "d", JOB_SLASH, true},
	{GET("/empty"), "empty", 0, false},
	{WITH("Accept-Encoding: br"), "a", 0, true},
	{"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", "a", 0, false},
	{"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "a", 0, false},
	{WITH("Connection: close"), "a", 0, false},
	{WITH("Range: bytes=0-"), "a", 0, false},
	{WITH("If-None-Match: \"x\""), "a", 0, false},
	{WITH("Accept-Encoding: br;q=1"), "a", 0, false},
	/* it varies */
	{GET("/v"), "v", 0, false},
	{GET("/v.br"), "v.br", 0, true},
	/* the page of an error, and a name without its ".html" */
	{GET("/none"), "404.html", 0, false},
	{GET("/clean"), "clean.html", 0, false},
	{GET("/clean.html"), "clean.html", 0, true},
	/* too large to leave at once */
	{GET("/large"), "large", 0, false},
};

static void make_files(void)
{
	static char text[READY_MAX + 2];

	memset(text, 'x', READY_MAX + 1);
	ground_directory(&ground, "root/d");
	ground_file(&ground, "root/large", text);
	ground_file(&ground, "root/a", "text of a");
	ground_file(&ground, "root/d/index.html", "an index");
	ground_file(&ground, "root/empty", "");
	ground_file(&ground, "root/v", "text of v");
	ground_file(&ground, "root/v.br", "less");
	ground_file(&ground, "root/404.html", "an error");
	ground_file(&ground, "root/clean.html", "a page");
}

static void only_what_all_may_get_is_kept(void **state)
{
	(void)state;
	site.clean_urls = true;
	make_files();
	for (size_t i = 0; i < COUNT(firsts); i++) {
		store_shrink(server->store);
		calls(&c);
		asks(&c, firsts[i].request);
		if (is_ready(firsts[i].path, firsts[i].flags | JOB_VARIANTS) !=
			firsts[i].is_kept)
			fail_msg("%s", firsts[i].request);
		assert_false(is_ready(firsts[i].path, firsts[i].flags));
		hangs_up(&c);
	}
}

/* An etag loses its weakness, and a Last-Modified that is Date moves. */
static void what_is_young_is_not_kept(void **state)
{
	/* Whole seconds: the file system may not keep more. */
	const int64_t date = loop_date() - INT64_C(500000000);
	const struct timespec times[2] = {
		{.tv_nsec = UTIME_OMIT}, {date / 1000000000, 0}};

	(void)state;
	ground_file(&ground, "root/a", "text of a");
	assert_int_equal(utimensat(ground.dir, "root/a", times, 0), 0);
	calls(&c);
	for (int i = 0; i < 2; i++) {
		asks(&c, GET("/a"));
		was_answered(&c, 200);
		assert_non_null(kept("a", JOB_VARIANTS)->copy);
		assert_false(is_ready("a", JOB_VARIANTS));
	}
	take_turn_after(2 * SECOND);
	asks(&c, GET("/a"));
	was_answered(&c, 200);
	assert_true(is_ready("a", JOB_VARIANTS));
	hangs_up(&c);
}

static void with_redirects_nothing_is_ready(void **state)
{
	(void)state;
	make_ready();
	assert_true(site_add_redirect(&site, "/a /b", NULL));
	asks(&c, GET("/a"));
	was_answered(&c, 301);
	hangs_up(&c);
}

static void who_drains_says_so_in_each_answer(void **state)
{
	(void)state;
	make_ready();
	server->draining = true;
	server->clients_count++;
	assert_true(needs_exchange(&c, GET("/a")));
	server->clients_count--;
	server->draining = false;
	hangs_up(&c);
}

/* ---- time ---- */

static void its_date_passes(void **state)
{
	static char first[1024];
	const char *date;

	(void)state;
	make_ready();
	assert_false(needs_exchange(&c, GET("/a")));
	memcpy(first, c.heard, c.len + 1);
	was_answered(&c, 200);
	take_turn_after(SECOND - 1);
	assert_false(needs_exchange(&c, GET("/a")));
	assert_string_equal(c.heard, first);
	was_answered(&c, 200);
	settle();
	take_turn_after(1);
	take_turn();
	assert_false(needs_exchange(&c, GET("/a")));
	date = strstr(c.heard, "Date: ") + strlen("Date: ");
	assert_string_not_equal(c.heard, first);
	assert_memory_equal(date, server_date(server).at, DATE_LEN);
	memcpy(first + (date - c.heard), date, DATE_LEN);
	assert_string_equal(c.heard, first);
	hangs_up(&c);
}

/* ---- changes ---- */

static void edit(void)
{
	ground_file(&ground, "root/a", "another text");
}

static void replace(void)
{
	ground_file(&ground, "root/b", "another text");
	ground_rename(&ground, "root/b", "root/a");
}

static void a_change_is_seen_by_the_next_turn(void **state)
{
	static void (*const changes[])(void) = {edit, replace};

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		make_ready();
		says(&c, GET("/a"));
		take_turn();
		changes[i]();
		asks(&c, GET("/a"));
		assert_int_equal(answers(&c), 2);
		assert_int_equal(count_in(&c, "\r\n\r\ntext of a"), 1);
		assert_int_equal(count_in(&c, "\r\n\r\nanother text"), 1);
		hangs_up(&c);
	}
}

static void a_deleted_file_is_gone_at_once(void **state)
{
	(void)state;
	make_ready();
	assert_int_equal(unlinkat(ground.dir, "root/a", 0), 0);
	asks(&c, GET("/a"));
	was_answered(&c, 404);
	hangs_up(&c);
}

/* What one turn has seen holds for all who ask in it. */
static void one_turn_has_one_version(void **state)
{
	(void)state;
	make_ready();
	calls(&d);
	take_turn();
	says(&c, GET("/a") GET("/a"));
	says(&d, GET("/a"));
	take_turn();
	edit();
	hears(&c);
	hears(&d);
	assert_int_equal(count_in(&c, "text of a"), 2);
	assert_int_equal(count_in(&d, "text of a"), 1);
	hangs_up(&c);
	hangs_up(&d);
}

/* Who may have the neighbour gets it, once it is seen. */
static void a_neighbour_may_come_later(void **state)
{
	(void)state;
	make_ready();
	ground_file(&ground, "root/a.br", "less");
	take_turn_after(FRESH_TIME);
	asks(&c, WITH("Accept-Encoding: br"));
	assert_int_equal(count_in(&c, "\r\nContent-Encoding: br\r\n"), 1);
	was_answered(&c, 200);
	asks(&c, WITH("Accept-Encoding: br"));
	assert_int_equal(count_in(&c, "\r\nContent-Encoding: br\r\n"), 1);
	was_answered(&c, 200);
	asks(&c, GET("/a"));
	assert_int_equal(count_in(&c, "\r\nVary: Accept-Encoding\r\n"), 1);
	was_answered(&c, 200);
	hangs_up(&c);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_server, shut_server)
	const struct CMUnitTest tests[] = {
		TEST(only_plain_requests_need_no_exchange),
		TEST(it_is_the_same_answer),
		TEST(without_a_log_there_is_no_line),
		TEST(only_what_all_may_get_is_kept),
		TEST(what_is_young_is_not_kept),
		TEST(with_redirects_nothing_is_ready),
		TEST(who_drains_says_so_in_each_answer),
		TEST(its_date_passes),
		TEST(a_change_is_seen_by_the_next_turn),
		TEST(a_deleted_file_is_gone_at_once),
		TEST(one_turn_has_one_version),
		TEST(a_neighbour_may_come_later),
	};

	return cmocka_run_group_tests_name("serve/ready", tests, NULL, NULL);
}
