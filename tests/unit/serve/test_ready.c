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

static void ask_twice(void)
{
	calls(&c);
	for (int i = 0; i < 2; i++) {
		asks(&c, GET("/a"));
		was_answered(&c, 200);
	}
	assert_true(is_ready("a", JOB_VARIANTS));
}

static void make_ready(void)
{
	ground_file(&ground, "root/a", "text of a");
	ask_twice();
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
	const char *answer; /* how it begins; NULL: an exchange's */
	const char *body;   /* behind the empty line */
};

#define OK "HTTP/1.1 200 OK\r\n"
#define PART "HTTP/1.1 206 Partial Content\r\n"
#define HELD "HTTP/1.1 304 Not Modified\r\n"
#define LONG_AGO "Sun, 06 Nov 1994 08:49:37 GMT"
#define TO_COME "Sun, 06 Nov 2194 08:49:37 GMT"

static const struct asking askings[] = {
	{GET("/a"), OK, "text of a"},
	{GET("/./a"), OK, "text of a"},
	{GET("/%61"), OK, "text of a"},
	{GET("/a?query"), OK, "text of a"},
	{WITH("Accept: text/plain"), OK, "text of a"},
	{WITH("Accept-Encoding: gzip, br"), OK, "text of a"},
	{WITH("Accept-Encoding:"), OK, "text of a"},
	{WITH("If-Range: \"x\""), OK, "text of a"},
	{WITH("Connection: keep-alive"), OK, "text of a"},
	{"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", OK, ""},
	{"HEAD /a HTTP/1.0\r\n\r\n", OK, ""},
	{"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", OK, "text of a"},
	{"GET /a HTTP/1.0\r\n\r\n", OK, "text of a"},
	{WITH("Connection: close"), OK, "text of a"},
	{WITH("Range: bytes=0-0"), PART, "t"},
	{WITH("Range: bytes=-1"), PART, "a"},
	{WITH("Range: bytes=5-\r\nConnection: close"), PART, "of a"},
	{WITH("Range: pages=1"), OK, "text of a"},
	{WITH("Range: bytes=0-0\r\nRange: bytes=1-1"), OK, "text of a"},
	{WITH("Range: bytes=0-0\r\nIf-Range: \"x\""), OK, "text of a"},
	{"HEAD /a HTTP/1.1\r\nHost: h\r\nRange: bytes=0-0\r\n\r\n", OK, ""},
	{WITH("If-Match: *"), OK, "text of a"},
	{WITH("If-None-Match: \"x\""), OK, "text of a"},
	{WITH("If-None-Match: *"), HELD, ""},
	{WITH("If-None-Match: *\r\nRange: bytes=0-0"), HELD, ""},
	{WITH("If-Modified-Since: " LONG_AGO), OK, "text of a"},
	{WITH("If-Modified-Since: " TO_COME), HELD, ""},
	{WITH("If-Unmodified-Since: " TO_COME), OK, "text of a"},
	{GET("/empty"), OK, ""},
	{"OPTIONS /a HTTP/1.1\r\nHost: h\r\n\r\n", NULL, NULL},
	{WITH("If-Match: \"x\""), NULL, NULL},
	{WITH("If-Unmodified-Since: " LONG_AGO), NULL, NULL},
	{WITH("Range: bytes=0-0,2-2"), NULL, NULL},
	{WITH("Range: bytes=99-"), NULL, NULL},
	{WITH("Accept-Encoding: identity;q=0"), NULL, NULL},
	{WITH("Accept-Encoding: gzip\r\nAccept-Encoding: identity;q=0"), NULL,
		NULL},
	{WITH("Content-Length: 1") "x", NULL, NULL},
	{GET("/a/"), NULL, NULL},
	{GET("/b"), NULL, NULL},
	{GET("/a%00"), NULL, NULL},
};

static void is_answered_as(const struct asking *asking)
{
	const char *body;

	if (!asking->answer)
		return;
	assert_memory_equal(c.heard, asking->answer, strlen(asking->answer));
	body = strstr(c.heard, "\r\n\r\n") + 4;
	assert_string_equal(body, asking->body);
}

static void what_is_known_needs_no_exchange(void **state)
{
	(void)state;
	ground_file(&ground, "root/empty", "");
	make_ready();
	asks(&c, GET("/empty"));
	was_answered(&c, 200);
	hangs_up(&c);
	for (size_t i = 0; i < COUNT(askings); i++) {
		calls(&c);
		if (needs_exchange(&c, askings[i].request) !=
			!askings[i].answer)
			fail_msg("%s", askings[i].request);
		is_answered_as(&askings[i]);
		hangs_up(&c);
	}
}

/* Whether it comes from an exchange or not cannot be told from the answer. */
static void it_says_what_an_exchange_says(void **state)
{
	static char first[2048];
	size_t len;

	(void)state;
	assert_true(site_add_header(&site, "X-Own: value", NULL));
	site.cors = true;
	ground_file(&ground, "root/a", "text of a");
	for (size_t i = 0; i < COUNT(askings); i++) {
		if (!askings[i].answer || strstr(askings[i].request, "empty"))
			continue;
		store_shrink(server->store);
		calls(&c);
		assert_true(needs_exchange(&c, askings[i].request));
		len = c.len;
		memcpy(first, c.heard, len + 1);
		hangs_up(&c);
		ask_twice();
		hangs_up(&c);
		calls(&c);
		assert_false(needs_exchange(&c, askings[i].request));
		assert_int_equal(c.len, len);
		assert_string_equal(c.heard, first);
		hangs_up(&c);
	}
}

/* ---- pages ---- */

static void a_name_that_is_believed_not_to_be_there(void **state)
{
	static char first[2048];
	bool needs = true;

	(void)state;
	calls(&c);
	for (int i = 0; i < 2 * STORE_BRIEF_AFTER && needs; i++) {
		needs = needs_exchange(&c, GET("/none"));
		memcpy(first, c.heard, c.len + 1);
		was_answered(&c, 404);
		is_logged("unix: - - [", "\"GET /none HTTP/1.1\" 404 ");
	}
	assert_false(needs);
	assert_false(needs_exchange(&c, GET("/none")));
	assert_string_equal(c.heard, first);
	was_answered(&c, 404);
	is_logged("unix: - - [", "\"GET /none HTTP/1.1\" 404 ");
	ground_file(&ground, "root/none", "now");
	take_turn_after(STORE_BRIEF + 1);
	asks(&c, GET("/none"));
	was_answered(&c, 200);
	hangs_up(&c);
}

static void a_redirect_is_known_at_once(void **state)
{
	(void)state;
	assert_true(site_add_redirect(&site, "/old /new", NULL));
	calls(&c);
	assert_false(needs_exchange(&c, GET("/old?q")));
	assert_int_equal(count_in(&c, "\r\nLocation: /new?q\r\n"), 1);
	was_answered(&c, 301);
	hangs_up(&c);
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
	{WITH("If-None-Match: \"x\""), "a", 0, true},
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
		for (int j = 0; j < 2; j++) {
			calls(&c);
			asks(&c, firsts[i].request);
			hangs_up(&c);
		}
		if (is_ready(firsts[i].path, firsts[i].flags | JOB_VARIANTS) !=
			firsts[i].is_kept)
			fail_msg("%s", firsts[i].request);
		assert_false(is_ready(firsts[i].path, firsts[i].flags));
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
	for (int i = 0; i < 2; i++) {
		asks(&c, GET("/a"));
		was_answered(&c, 200);
	}
	assert_true(is_ready("a", JOB_VARIANTS));
	hangs_up(&c);
}

static void a_redirect_comes_before_a_file(void **state)
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
	assert_false(needs_exchange(&c, GET("/a")));
	assert_int_equal(count_in(&c, "\r\nConnection: close\r\n"), 1);
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
		TEST(what_is_known_needs_no_exchange),
		TEST(it_says_what_an_exchange_says),
		TEST(a_name_that_is_believed_not_to_be_there),
		TEST(a_redirect_is_known_at_once),
		TEST(it_is_the_same_answer),
		TEST(without_a_log_there_is_no_line),
		TEST(only_what_all_may_get_is_kept),
		TEST(what_is_young_is_not_kept),
		TEST(a_redirect_comes_before_a_file),
		TEST(who_drains_says_so_in_each_answer),
		TEST(its_date_passes),
		TEST(a_change_is_seen_by_the_next_turn),
		TEST(a_deleted_file_is_gone_at_once),
		TEST(one_turn_has_one_version),
		TEST(a_neighbour_may_come_later),
	};

	return cmocka_run_group_tests_name("serve/ready", tests, NULL, NULL);
}
