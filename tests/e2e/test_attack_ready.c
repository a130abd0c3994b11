/* test_attack_ready.c - answers that were made before are still the right ones
 * now: of this second, of this version, for this request. */
#include "support/e2e.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The time that Date tells, as seconds since 1970: of the day nearest to
 * now. */
static int64_t date_of(const struct answer *a)
{
	const char *value = answer_field(a, "Date");
	int64_t now = time(NULL);
	int64_t seconds;
	int hour, minute, second;

	assert_non_null(value);
	assert_int_equal(sscanf(value, "%*3s, %*2s %*3s %*4s %2d:%2d:%2d GMT",
				 &hour, &minute, &second),
		3);
	seconds = now / 86400 * 86400 + hour * 3600 + minute * 60 + second;
	return seconds > now + 43200 ? seconds - 86400 : seconds;
}

/* Until the server ends a client for its silence: nothing else happens. */
static void await_silence(const struct server *s)
{
	struct client c;
	struct answer a = {0};

	client_open(&c, s);
	client_get(&c, "/other", &a);
	client_is_closed(&c);
	client_close(&c);
	answer_free(&a);
}

static void warm_up(const struct server *s, const char *target)
{
	struct answer a = {0};

	for (int i = 0; i < 3; i++) {
		get(s, target, &a);
		answer_is(&a, 200);
	}
	answer_free(&a);
}

static void the_date_is_of_now_after_a_silence(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;

	(void)state;
	tree_file(tree, "f", 100);
	tree_file(tree, "other", 100);
	s = serve("--log", "off", "--idle-timeout", "1500ms", tree->path);
	for (int i = 0; i < 2; i++) {
		int64_t before;

		warm_up(s, "/f");
		await_silence(s);
		before = time(NULL);
		get(s, "/f", &a);
		if (date_of(&a) < before - 1)
			fail_msg("Date is %lld s old",
				(long long)(before - date_of(&a)));
		assert_in_range(date_of(&a), before, time(NULL));
	}
	answer_free(&a);
	server_stop(s);
}

static void a_neighbour_made_later_is_found(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;

	(void)state;
	tree_file(tree, "f.css", 1000);
	/* Sixty times that a name is looked up in any case (files/folder.h):
	 * not before AWAIT_LIMIT is over. */
	s = serve("--log", "off", "--fresh", "2s", tree->path);
	warm_up(s, "/f.css");
	tree_text(tree, "f.css.gz", "packed");
	AWAIT((get_with(s, "/f.css", "Accept-Encoding: gzip\r\n", &a),
		answer_is(&a, 200), answer_field(&a, "Content-Encoding")));
	answer_has(&a, "Content-Encoding", "gzip");
	answer_says(&a, "packed");
	get(s, "/f.css", &a);
	answer_has(&a, "Vary", "Accept-Encoding");
	answer_free(&a);
	server_stop(s);
}

static void a_second_line_of_a_field_counts(void **state)
{
	static const char fields[] = "Accept-Encoding: gzip\r\n"
				     "Accept-Encoding: identity;q=0\r\n";
	const struct tree *tree = tree_make();
	struct answer cold = {0};
	struct answer warm = {0};
	struct server *s;

	(void)state;
	tree_file(tree, "f", 100);
	s = serve("--log", "off", tree->path);
	get_with(s, "/f", fields, &cold);
	warm_up(s, "/f");
	get_with(s, "/f", fields, &warm);
	answer_is(&warm, cold.status);
	answer_free(&cold);
	answer_free(&warm);
	server_stop(s);
}

/* A file that is a moment old has a weak tag. Who reads it slowly must not
 * make that the tag of everybody who asks later. */
static void a_weak_tag_does_not_stay(void **state)
{
	enum { SIZE = 250000, COUNT = 60 };
	const struct tree *tree = tree_make();
	struct timespec now[2] = {{.tv_nsec = UTIME_OMIT}, {0}};
	struct answer slow = {0};
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_file(tree, "f", SIZE);
	tree_file(tree, "other", 100);
	s = serve("--log", "off", tree->path);
	now[1].tv_sec = time(NULL);
	assert_int_equal(utimensat(AT_FDCWD, tree_path(tree, "f"), now, 0), 0);
	client_open(&c, s);
	/* One of these finds the sockets full and waits. */
	for (int i = 0; i < COUNT; i++)
		client_ask(&c, "GET", "/f", "");
	AWAIT((get(s, "/other", &a), date_of(&a) >= now[1].tv_sec + 4));
	for (int i = 0; i < COUNT; i++) {
		client_head(&c, &slow, "GET");
		client_pattern(&c, &slow, 0);
	}
	get(s, "/f", &a);
	answer_is(&a, 200);
	if (strncmp(answer_field(&a, "ETag"), "W/", 2) == 0)
		fail_msg("still %s", answer_field(&a, "ETag"));
	client_close(&c);
	answer_free(&a);
	answer_free(&slow);
	server_stop(s);
}

static void put(const struct tree *tree, const char *name, const char *text)
{
	tree_text(tree, "next", text);
	assert_int_equal(
		rename(tree_path(tree, "next"), tree_path(tree, name)), 0);
}

static void fifty_ready(struct client *c, const char *text)
{
	struct text all = {0};
	struct answer a = {0};

	for (int i = 0; i < 50; i++)
		text_add(&all, "GET /f HTTP/1.1\r\nHost: t\r\n\r\n", 28);
	/* And a half that is completed later. */
	text_add(&all, "GET /f HTTP/1.1\r\nHos", 20);
	client_send(c, all.at, all.len);
	for (int i = 0; i < 50; i++) {
		client_answer(c, &a);
		answer_is(&a, 200);
		answer_says(&a, text);
	}
	answer_free(&a);
	text_free(&all);
}

static void a_change_is_seen_within_a_pipeline(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	put(tree, "f", "first");
	tree_age(tree, "f", 100);
	s = serve("--log", "off", tree->path);
	warm_up(s, "/f");
	client_open(&c, s);
	for (int round = 0; round < 20; round++) {
		const char *old = round % 2 == 0 ? "first" : "other";
		const char *new = round % 2 == 0 ? "other" : "first";

		fifty_ready(&c, old);
		if (round % 4 < 2)
			put(tree, "f", new);
		else
			tree_poke(tree, "f", 0, new);
		client_say(&c, "t: x\r\n\r\n");
		client_answer(&c, &a);
		answer_is(&a, 200);
		answer_says(&a, new);
	}
	fifty_ready(&c, "first");
	assert_int_equal(unlink(tree_path(tree, "f")), 0);
	client_say(&c, "t: x\r\n\r\n");
	client_answer(&c, &a);
	answer_is(&a, 404);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

static void who_may_not_read_it_any_more_is_refused(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;

	(void)state;
	if (getuid() == 0)
		e2e_skip("root reads everything");
	tree_file(tree, "f", 100);
	s = serve("--log", "off", tree->path);
	warm_up(s, "/f");
	assert_int_equal(chmod(tree_path(tree, "f"), 0), 0);
	get(s, "/f", &a);
	answer_is(&a, 403);
	answer_free(&a);
	server_stop(s);
}

static void other_requests_get_their_own_answer(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	char fields[256];
	struct server *s;
	struct client c;

	(void)state;
	tree_file(tree, "f", 100);
	s = serve("--log", "off", tree->path);
	warm_up(s, "/f");
	client_open(&c, s);
	client_get(&c, "/f", &a);
	snprintf(fields, sizeof fields, "If-None-Match: %s\r\n",
		answer_field(&a, "ETag"));
	client_ask(&c, "GET", "/f", fields);
	client_answer(&c, &a);
	answer_is(&a, 304);
	client_ask(&c, "HEAD", "/f", "");
	client_head(&c, &a, "HEAD");
	answer_is(&a, 200);
	client_ask(&c, "GET", "/f", "If-Match: \"x\"\r\n");
	client_answer(&c, &a);
	answer_is(&a, 412);
	client_ask(&c, "GET", "/f", "Range: bytes=5-6\r\n");
	client_head(&c, &a, "GET");
	answer_is(&a, 206);
	client_pattern(&c, &a, 5);
	client_say(&c, "GET /f HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	client_head(&c, &a, "GET");
	answer_has(&a, "Connection", "keep-alive");
	client_pattern(&c, &a, 0);
	client_ask(&c, "GET", "/f", "Connection: close\r\n");
	client_head(&c, &a, "GET");
	answer_has(&a, "Connection", "close");
	client_pattern(&c, &a, 0);
	client_is_closed(&c);
	client_close(&c);
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(the_date_is_of_now_after_a_silence),
		e2e_test(a_neighbour_made_later_is_found),
		e2e_test(a_second_line_of_a_field_counts),
		e2e_test(a_weak_tag_does_not_stay),
		e2e_test(a_change_is_seen_within_a_pipeline),
		e2e_test(who_may_not_read_it_any_more_is_refused),
		e2e_test(other_requests_get_their_own_answer),
	};

	return cmocka_run_group_tests_name(
		"e2e/attack-ready", tests, NULL, NULL);
}
