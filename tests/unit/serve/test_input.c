/* test_input.c - limits that are stricter than the parser's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "serve/input.h"

static struct input input;

static void add(const char *bytes, size_t len)
{
	memcpy(input.bytes + input.len, bytes, len);
	input.len += len;
}

static void begin(void)
{
	input.at = input.len = input.seen = 0;
}

/* The answer to so many bytes at once and the rest one by one. */
static ptrdiff_t answer_to(const char *text, size_t at_once,
	const struct input_limits *limits, struct request *request)
{
	size_t len = strlen(text);
	ptrdiff_t answer;

	begin();
	add(text, at_once);
	answer = input_parse(&input, limits, request);
	for (size_t i = at_once; answer == 0 && i < len; i++) {
		add(text + i, 1);
		answer = input_parse(&input, limits, request);
	}
	return answer;
}

#define HEAD "GET /abc HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n" /* 36 bytes */

static const struct {
	struct input_limits limits;
	const char *text;
	ptrdiff_t answer;
} cases[] = {
	{{0, 0, 0}, HEAD, 36},
	{{36, 2, 4}, HEAD, 36},
	{{36, 2, 4}, HEAD "GET /much/too/long HTTP/1.1\r\n\r\n", 36},
	{{35, 0, 0}, HEAD, -431},
	{{20, 0, 0}, HEAD, -431},
	{{20, 0, 0}, "GET /abc", 0},
	{{0, 1, 0}, HEAD, -431},
	{{0, 1, 0}, "GET /abc HTTP/1.1\r\nHost: h\r\n\r\n", 30},
	{{0, 1, 0}, "GET /abc HTTP/1.0\r\n\r\n", 21},
	{{0, 0, 3}, HEAD, -414},
	{{0, 1, 3}, HEAD, -414},
	/* What is malformed within the limit is just that. */
	{{30, 1, 3}, "GET /abc\n", -400},
	{{36, 0, 0}, "\r\n" HEAD, -431},
};

static void what_is_within_the_limits_is_understood(void **state)
{
	struct request request;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *text = cases[i].text;

		for (size_t cut = 0; cut <= strlen(text); cut++) {
			ptrdiff_t is = answer_to(
				text, cut, &cases[i].limits, &request);

			if (is != cases[i].answer)
				fail_msg("case %zu, cut at %zu: %td", i, cut,
					is);
		}
	}
}

static void the_line_of_what_is_too_long_is_known(void **state)
{
	const struct input_limits limits = {30, 0, 0};
	struct request request;

	(void)state;
	for (size_t cut = 0; cut <= 36; cut++) {
		assert_int_equal(answer_to(HEAD, cut, &limits, &request), -431);
		assert_true(slice_is(request.line, SLICE("GET /abc HTTP/1.1")));
	}
}

static void the_next_one_is_judged_by_itself(void **state)
{
	const struct input_limits limits = {36, 2, 4};
	struct request request;

	(void)state;
	begin();
	for (int i = 0; i < 3; i++)
		add(HEAD, 36);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(input_parse(&input, &limits, &request), 36);
		input_consume(&input, 36);
	}
	assert_int_equal(input_parse(&input, &limits, &request), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_within_the_limits_is_understood),
		cmocka_unit_test(the_line_of_what_is_too_long_is_known),
		cmocka_unit_test(the_next_one_is_judged_by_itself),
	};

	return cmocka_run_group_tests_name("serve/input", tests, NULL, NULL);
}
