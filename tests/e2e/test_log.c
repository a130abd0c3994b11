/* test_log.c - the access log: its format, and a reader that stops. */
#include "support/e2e.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One field of a line, taken from its front: up to a blank, or what stands in
 * brackets or quotes. The bytes stay in the line. */
static char *take_field(char **rest)
{
	char *start = *rest;
	char end = ' ';
	char *stop;

	if (*start == '[' || *start == '"')
		end = *start++ == '[' ? ']' : '"';
	stop = strchr(start, end);
	if (stop == NULL && end != ' ')
		fail_msg("a field without an end: %s", start);
	if (stop == NULL)
		stop = start + strlen(start);
	*rest = *stop == '\0' ? stop : stop + 1;
	*stop = '\0';
	if (end != ' ' && **rest == ' ')
		(*rest)++;
	return start;
}

/* "06/Nov/1994:08:49:37 +0000" */
static void is_date(const char *text)
{
	static const char shape[] = "00/Aaa/0000:00:00:00 +0000";

	assert_int_equal(strlen(text), strlen(shape));
	for (size_t i = 0; shape[i] != '\0'; i++) {
		bool digit = text[i] >= '0' && text[i] <= '9';

		if (shape[i] == '0')
			assert_true(digit);
		else if (shape[i] != 'A' && shape[i] != 'a')
			assert_int_equal(text[i], shape[i]);
		else
			assert_false(digit);
	}
}

/* The fields of one Combined line, of which the date may be any. */
static void is_line(char *line, const char *const fields[8])
{
	for (int i = 0; i < 9; i++) {
		char *field = take_field(&line);

		if (i == 3)
			is_date(field);
		else
			assert_string_equal(field, fields[i > 3 ? i - 1 : i]);
	}
	assert_string_equal(line, "");
}

static void a_line_has_nine_fields(void **state)
{
	static const struct {
		const char *request;
		const char *fields[8];
	} cases[] = {
		{"GET /a.txt?q=1 HTTP/1.1\r\nHost: t\r\nReferer: http://r/\r\n"
		 "User-Agent: test/1 (it)\r\n\r\n",
			{"127.0.0.1", "-", "-", "GET /a.txt?q=1 HTTP/1.1",
				"200", "5", "http://r/", "test/1 (it)"}},
		{"HEAD /a.txt HTTP/1.0\r\n\r\n",
			{"127.0.0.1", "-", "-", "HEAD /a.txt HTTP/1.0", "200",
				"0", "-", "-"}},
		{"GET /a.txt HTTP/1.1\r\nHost: t\r\nRange: bytes=1-2\r\n\r\n",
			{"127.0.0.1", "-", "-", "GET /a.txt HTTP/1.1", "206",
				"2", "-", "-"}},
		{"GET /a.txt HTTP/1.1\r\nHost: t\r\nIf-None-Match: *\r\n\r\n",
			{"127.0.0.1", "-", "-", "GET /a.txt HTTP/1.1", "304",
				"0", "-", "-"}},
	};
	const struct tree *tree = tree_make();
	struct server *s;
	char *line;

	(void)state;
	tree_text(tree, "a.txt", "bytes");
	s = serve(tree->path);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct client c;

		client_open(&c, s);
		client_say(&c, cases[i].request);
		client_finish(&c);
		while (!c.ended) {
			await(c.fd, POLLIN, "an answer");
			client_has_heard(&c);
			c.taken = c.in.len;
		}
		client_close(&c);
		AWAIT(text_count(&s->out, "\n") == i + 1);
	}
	server_stop(s);
	line = s->out.at;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *end = strchr(line, '\n');

		*end = '\0';
		is_line(line, cases[i].fields);
		line = end + 1;
	}
	assert_string_equal(line, "");
}

static void hostile_bytes_are_escaped(void **state)
{
	static const struct {
		const char *request;
		size_t len;
		const char *words; /* in its line */
	} cases[] = {
#define CASE(request, words) {request, sizeof request - 1, words}
		CASE("GET /%22%0d%0aforged HTTP/1.1\r\nHost: t\r\n"
		     "User-Agent: \"\\ \xff\xc3\xa9\t.\r\n"
		     "Referer: x\" 200 1 \"-\r\n\r\n",
			"\"GET /%22%0d%0aforged HTTP/1.1\" 404 "),
		CASE("GET / HTTP/1.1\r\nHost: t\r\n"
		     "User-Agent: \"\\ \xff\xc3\xa9\t.\r\n\r\n",
			"\"\\x22\\x5C \\xFF\\xC3\\xA9\\x09.\"\n"),
		CASE("GET / HTTP/1.1\r\nHost: t\r\n"
		     "Referer: x\" 200 1 \"-\r\n\r\n",
			" \"x\\x22 200 1 \\x22-\" \"-\"\n"),
		CASE("GET /\"\\ HTTP/1.1\r\nHost: t\r\n\r\n", "\\x22\\x5C"),
		CASE("GET / HTTP/1.1\r\nHost: t\r\nX: \x1b[31m\r\n\r\n",
			" 400 "),
		CASE("GET /\0\x01\r HTTP/1.1\r\n\r\n", "\"GET /"),
		CASE("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", " 400 "),
#undef CASE
	};
	const struct tree *tree = tree_make();
	struct answer a = {0};
	size_t start = 0;
	struct client c;
	struct server *s;

	(void)state;
	s = serve("--listing", "off", tree->path);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		client_open(&c, s);
		client_send(&c, cases[i].request, cases[i].len);
		client_answer(&c, &a);
		assert_in_range(a.status, 400, 499);
		client_close(&c);
		AWAIT(text_count(&s->out, "\n") == i + 1);
		if (strstr(s->out.at + start, cases[i].words) == NULL)
			fail_msg("no %s in %s", cases[i].words,
				s->out.at + start);
		start = s->out.len;
	}
	for (size_t i = 0; i < s->out.len; i++)
		if (s->out.at[i] != '\n' &&
			(s->out.at[i] < ' ' || s->out.at[i] > '~'))
			fail_msg("byte 0x%02x in the log",
				(unsigned char)s->out.at[i]);
	answer_free(&a);
	server_stop(s);
}

static void every_request_is_a_line(void **state)
{
	enum { COUNT = 2000 };
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_text(tree, "a.txt", "a");
	s = serve(tree->path);
	client_open(&c, s);
	for (int i = 0; i < COUNT; i++) {
		char target[32];

		snprintf(target, sizeof target, "/a.txt?%d.", i);
		client_get(&c, target, &a);
		answer_is(&a, 200);
	}
	client_close(&c);
	server_stop(s);
	assert_int_equal(text_count(&s->out, "\n"), COUNT);
	for (int i = 0; i < COUNT; i++) {
		char words[32];

		snprintf(words, sizeof words, "GET /a.txt?%d. ", i);
		assert_int_equal(text_count(&s->out, words), 1);
	}
	answer_free(&a);
}

/* How many lines the server says that it dropped, in all. */
static size_t count_dropped(const struct server *s)
{
	static const char words[] = " log lines dropped";
	size_t dropped = 0;

	for (const char *at = s->err.at; (at = strstr(at, words)) != NULL;
		at += sizeof words - 1) {
		const char *number = at;

		while (number > s->err.at && number[-1] >= '0' &&
			number[-1] <= '9')
			number--;
		dropped += strtoul(number, NULL, 10);
	}
	return dropped;
}

/* Who writes long lines writes none of ours with their ends. */
static void long_lines_of_two_workers_stay_apart(void **state)
{
	enum { CLIENTS = 8, EACH = 30, LONG = 7900 };
	const struct tree *tree = tree_make();
	struct client clients[CLIENTS];
	struct answer a = {0};
	char target[LONG + 1];
	struct server *s;

	(void)state;
	tree_text(tree, "a.txt", "a");
	snprintf(target, sizeof target, "/a.txt?%0*d", LONG - 8, 0);
	s = serve("--workers", "2", tree->path);
	for (int i = 0; i < CLIENTS; i++)
		client_open(&clients[i], s);
	for (int turn = 0; turn < EACH; turn++) {
		for (int i = 0; i < CLIENTS; i++)
			client_ask(&clients[i], "GET", target, "");
		for (int i = 0; i < CLIENTS; i++) {
			client_answer(&clients[i], &a);
			answer_is(&a, 200);
		}
	}
	for (int i = 0; i < CLIENTS; i++)
		client_close(&clients[i]);
	AWAIT(text_count(&s->out, "\n") >= CLIENTS * EACH);
	server_stop(s);
	assert_int_equal(text_count(&s->out, "\n"), CLIENTS * EACH);
	assert_int_equal(
		text_count(&s->out, "127.0.0.1 - - ["), CLIENTS * EACH);
	assert_int_equal(
		text_count(&s->out, "\" 200 1 \"-\" \"-\"\n"), CLIENTS * EACH);
	assert_false(text_has(&s->err, "000000"));
	answer_free(&a);
}

static void a_reader_that_stops_stops_nobody(void **state)
{
	enum { COUNT = 3000, LONG = 3000 };
	const struct tree *tree = tree_make();
	char fields[LONG + 32] = "Referer: ";
	struct answer a = {0};
	struct server *s;
	struct client c;

	(void)state;
	tree_text(tree, "a.txt", "a");
	memset(fields + strlen(fields), 'r', LONG);
	strcat(fields, "\r\n");
	s = serve(tree->path);
	await_hold(s->out_fd, true);
	client_open(&c, s);
	for (int i = 0; i < COUNT; i++) {
		client_ask(&c, "GET", "/a.txt", fields);
		client_answer(&c, &a);
		answer_is(&a, 200);
	}
	/* 9 MB of lines, of which pipes and ring can hold little more than
	 * one. */
	await_hold(s->out_fd, false);
	AWAIT(count_dropped(s) > 0);
	client_get(&c, "/a.txt?afterwards", &a);
	AWAIT(text_has(&s->out, "afterwards"));
	client_close(&c);
	server_stop(s);
	/* No line is missing without being counted. */
	assert_int_equal(
		text_count(&s->out, "\n") + count_dropped(s), COUNT + 1);
	answer_free(&a);
}

static void a_reader_that_is_gone_stops_nobody(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;

	(void)state;
	tree_text(tree, "a.txt", "a");
	s = serve(tree->path);
	await_forget(s->out_fd);
	for (int i = 0; i < 50; i++) {
		get(s, "/a.txt", &a);
		answer_is(&a, 200);
	}
	answer_free(&a);
	server_stop(s);
}

/* As on a disk that is full: no byte more can be written. */
static void a_full_disk_stops_nobody_and_is_said(void **state)
{
	enum { COUNT = 500 };
	const char *prefix[] = {"sh", "-c",
		"trap '' XFSZ; ulimit -f 8; exec \"$@\"", "sh", NULL};
	const struct tree *tree = tree_make();
	const char *log = tree_path(tree, ".log");
	struct answer a = {0};
	struct server *s;

	(void)state;
	tree_text(tree, "a.txt", "a");
	s = server_serve(prefix,
		(const char *const[]){"--log-file", log, tree->path, NULL});
	for (int i = 0; i < COUNT; i++) {
		get(s, "/a.txt", &a);
		answer_is(&a, 200);
	}
	AWAIT(text_has(&s->err, "contd: log lines were lost: "));
	assert_true(text_has(&s->err, "writes failed, the last with: "));
	get(s, "/a.txt", &a);
	answer_is(&a, 200);
	answer_free(&a);
	server_stop(s);
}

static void off_means_off(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;

	(void)state;
	s = serve("--log", "off", tree->path);
	get(s, "/none", &a);
	answer_is(&a, 404);
	answer_free(&a);
	server_stop(s);
	assert_int_equal(s->out.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(a_line_has_nine_fields),
		e2e_test(hostile_bytes_are_escaped),
		e2e_test(every_request_is_a_line),
		e2e_test(long_lines_of_two_workers_stay_apart),
		e2e_test(a_reader_that_stops_stops_nobody),
		e2e_test(a_reader_that_is_gone_stops_nobody),
		e2e_test(a_full_disk_stops_nobody_and_is_said),
		e2e_test(off_means_off),
	};

	return cmocka_run_group_tests_name("e2e/log", tests, NULL, NULL);
}
