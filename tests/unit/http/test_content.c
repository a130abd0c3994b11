/* test_content.c - where the content of a request ends (RFC 9112, 6 and 7). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "http/content.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct content content_of(enum framing framing, uint64_t length)
{
	struct request request = {.framing = framing, .length = length};
	struct content content;

	content_init(&content, &request);
	return content;
}

/* Gives so many bytes from a copy with a wall behind it. */
static int pass(struct content *content, struct slice bytes, size_t *used)
{
	char *copy = guard_copy(bytes.at, bytes.len);
	int got = content_skip(content, slice_of(copy, bytes.len), used);

	guard_free(copy, bytes.len);
	return got;
}

/* Byte by byte; *used as if in one. */
static int pass_bytes(struct content *content, struct slice bytes, size_t *used)
{
	int got = 0;

	*used = 0;
	while (got == 0 && *used < bytes.len) {
		size_t one;

		got = pass(content, slice_of(bytes.at + *used, 1), &one);
		assert_int_equal(one, 1);
		(*used)++;
	}
	return got;
}

/* The chunked content at the start of the bytes, whole and in all pieces. */
static int pass_chunked(struct slice bytes, size_t *used)
{
	struct content content = content_of(FRAMING_CHUNKED, 0);
	int want = pass(&content, bytes, used);
	size_t n;

	assert_int_equal(content.taken, *used);
	content = content_of(FRAMING_CHUNKED, 0);
	assert_int_equal(pass_bytes(&content, bytes, &n), want);
	assert_int_equal(n, *used);
	for (size_t cut = 0; cut <= bytes.len; cut++) {
		size_t more = 0;
		int got;

		content = content_of(FRAMING_CHUNKED, 0);
		got = pass(&content, slice_of(bytes.at, cut), &n);
		if (got == 0) {
			assert_int_equal(n, cut);
			got = pass(&content,
				slice_of(bytes.at + cut, bytes.len - cut),
				&more);
		}
		assert_int_equal(got, want);
		assert_int_equal(n + more, *used);
		assert_int_equal(content.taken, *used);
	}
	return want;
}

static void no_content_ends_at_once(void **state)
{
	struct content content = content_of(FRAMING_NONE, 0);
	size_t used = 1;

	(void)state;
	assert_int_equal(content_skip(&content, SLICE("GET /"), &used), 1);
	assert_int_equal(used, 0);
	content = content_of(FRAMING_LENGTH, 0);
	assert_int_equal(content_skip(&content, SLICE("GET /"), &used), 1);
	assert_int_equal(used, 0);
	assert_int_equal(content.taken, 0);
}

static void a_length_without_framing_means_nothing(void **state)
{
	struct content content = content_of(FRAMING_NONE, 5);
	size_t used = 1;

	(void)state;
	assert_int_equal(content_skip(&content, SLICE("hello"), &used), 1);
	assert_int_equal(used, 0);
}

static void counted_content_is_so_many_bytes(void **state)
{
	struct slice bytes = SLICE("\0\r\n0\r\n\r\nGET");

	(void)state;
	for (size_t cut = 0; cut <= 8; cut++) {
		struct content content = content_of(FRAMING_LENGTH, 8);
		size_t used;

		assert_int_equal(pass(&content, slice_of(bytes.at, cut), &used),
			cut == 8);
		assert_int_equal(used, cut);
		assert_int_equal(
			pass(&content,
				slice_of(bytes.at + cut, bytes.len - cut),
				&used),
			1);
		assert_int_equal(used, 8 - cut);
		assert_int_equal(content.taken, 8);
	}
}

static void the_largest_length_is_a_length(void **state)
{
	struct content content = content_of(FRAMING_LENGTH, UINT64_MAX);
	size_t used;

	(void)state;
	assert_int_equal(pass(&content, SLICE("abc"), &used), 0);
	assert_int_equal(used, 3);
	assert_true(content.left == UINT64_MAX - 3);
}

static void chunks_end_with_an_empty_one(void **state)
{
	static const char *const contents[] = {"0\r\n\r\n", "000\r\n\r\n",
		"5\r\nhello\r\n0\r\n\r\n", "a\r\n0123456789\r\n0\r\n\r\n",
		"A\r\n0\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n",
		"1\r\n\r\r\n01\r\n\n\r\n0\r\n\r\n",
		"0000000000000003\r\nabc\r\n0000000000000000\r\n\r\n",
		/* Extensions (7.1.1). */
		"1;a\r\nx\r\n0;b\r\n\r\n", "1;a=b;c=d\r\nx\r\n0\r\n\r\n",
		"1 ; a = b ;\tc\r\nx\r\n0\r\n\r\n",
		"1;a=\"b\"\r\nx\r\n0\r\n\r\n",
		"1;a=\"\";b=\"\\\"; \\\\\xff\t\" ;c\r\nx\r\n0\r\n\r\n",
		"0;a=\"b\" ; c\r\n\r\n",
		/* Trailers (7.1.2). */
		"0\r\nX: y\r\n\r\n", "0\r\nX:\r\nY: \xff z\t\r\n\r\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(contents); i++) {
		char text[128];
		size_t len = strlen(contents[i]);
		size_t used;

		assert_int_equal(
			pass_chunked(slice_of(contents[i], len), &used), 1);
		assert_int_equal(used, len);
		snprintf(text, sizeof(text), "%sGET / HTTP", contents[i]);
		assert_int_equal(pass_chunked(slice_text(text), &used), 1);
		assert_int_equal(used, len);
		for (size_t part = 0; part < len; part++)
			assert_int_equal(
				pass_chunked(slice_of(text, part), &used), 0);
	}
}

/* Every one is refused for its last byte. */
static void odd_chunks_are_malformed(void **state)
{
	static const char *const contents[] = {/* Sizes. */
		"\r", "\n", " ", ";", "-", "+", "g", "0x", "0X", "5g", "5-",
		"5\n", "5\v", "5,", "5\r\r", "5\rh", "5 \r", "5 5", "5\t\n",
		"00000000000000000", "10000000000000000", "\xc2",
		/* Extensions. */
		"5;\r", "5;;", "5;=", "5;\n", "5;a\n", "5;a\r\r", "5;a \r",
		"5;a b", "5;a=\r", "5;a==", "5;a=;", "5;a=b \r",
		"5;a=b=", "5;a=b c", "5;a=b\n", "5;a=\"\n", "5;a=\"\r",
		"5;a=\"\\\n", "5;a=\"\\\r", "5;a=\"b\"c", "5;a=\"b\"\n",
		"5;a=\"\x7f", "5;\x01",
		/* What follows the data. */
		"1\r\nab", "1\r\na\n", "1\r\na\r\r", "1\r\na\rb",
		"1\r\na\r\n\r", "1\r\na\r\n\n", "1\r\n\r\n",
		/* Trailers. */
		"0\r\n\n", "0\r\n\r\r", "0\r\n\rx", "0\r\n ", "0\r\n\t",
		"0\r\n:", "0\r\nX\r", "0\r\nX ", "0\r\nX\n", "0\r\nX:\n",
		"0\r\nX:y\r\r", "0\r\nX:y\rz", "0\r\nX:\x01", "0\r\nX:\x7f",
		"0\r\nX:y\r\n ", "0\r\nX:y\r\n\n", "0\r\n\xc3"};

	(void)state;
	for (size_t i = 0; i < COUNT(contents); i++) {
		struct slice bytes = slice_text(contents[i]);
		size_t used;

		if (pass_chunked(bytes, &used) != -1 || used != bytes.len)
			fail_msg("let pass: case %zu", i);
		assert_int_equal(
			pass_chunked(slice_of(bytes.at, bytes.len - 1), &used),
			0);
	}
}

static void a_nul_is_malformed_wherever_framing_is(void **state)
{
	static const char text[] = "1;a=\"b\"\r\nx\r\n0\r\nX: y\r\n\r\n";

	(void)state;
	for (size_t at = 0; at < sizeof(text) - 1; at++) {
		char copy[sizeof(text)];
		size_t used;

		memcpy(copy, text, sizeof(text));
		copy[at] = '\0';
		assert_int_equal(
			pass_chunked(slice_of(copy, sizeof(copy) - 1), &used),
			text[at] == 'x' ? 1 : -1);
		if (text[at] != 'x')
			assert_int_equal(used, at + 1);
	}
}

static void a_size_has_64_bits(void **state)
{
	struct content content = content_of(FRAMING_CHUNKED, 0);
	size_t used;

	(void)state;
	assert_int_equal(
		pass(&content, SLICE("fFfFfFfFfFfFfFfF\r\nab"), &used), 0);
	assert_int_equal(used, 20);
	assert_true(content.left == UINT64_MAX - 2);
}

static void the_end_stays_the_end(void **state)
{
	struct content content = content_of(FRAMING_CHUNKED, 0);
	size_t used;

	(void)state;
	assert_int_equal(pass(&content, SLICE("0\r\n\r\n"), &used), 1);
	assert_int_equal(pass(&content, SLICE("GET"), &used), 1);
	assert_int_equal(used, 0);
	content = content_of(FRAMING_CHUNKED, 0);
	assert_int_equal(pass(&content, SLICE("x"), &used), -1);
	assert_int_equal(pass(&content, SLICE("0\r\n\r\n"), &used), -1);
	assert_int_equal(used, 0);
}

/* How many bytes of a line that goes on for ever are read. */
static size_t patience(const char *start, char filler)
{
	struct content content = content_of(FRAMING_CHUNKED, 0);
	size_t used;
	size_t more = 0;

	assert_int_equal(pass(&content, slice_text(start), &used), 0);
	while (content_skip(&content, slice_of(&filler, 1), &used) == 0)
		assert_true(++more < 100000);
	return more;
}

static void lines_have_a_limit(void **state)
{
	(void)state;
	assert_int_equal(patience("1;a", 'a'), 1024 - 3);
	assert_int_equal(patience("1 ", ' '), 1024 - 2);
	assert_int_equal(patience("1;a=\"", 'x'), 1024 - 5);
	/* Of every line anew. */
	assert_int_equal(patience("1;a=b\r\nx\r\n1;a", 'a'), 1024 - 3);
	assert_int_equal(patience("", '0'), 16);
}

static void all_trailers_together_have_a_limit(void **state)
{
	struct content content = content_of(FRAMING_CHUNKED, 0);
	size_t used;
	int lines = 0;

	(void)state;
	assert_int_equal(patience("0\r\nX:", 'a'), 8192 - 2);
	assert_int_equal(patience("0;a=b\r\nX:\r\nY", 'a'), 8192 - 5);
	assert_int_equal(pass(&content, SLICE("0\r\n"), &used), 0);
	while (content_skip(&content, SLICE("X:abcd\r\n"), &used) == 0)
		assert_true(++lines < 10000);
	assert_int_equal(lines, 8192 / 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_content_ends_at_once),
		cmocka_unit_test(a_length_without_framing_means_nothing),
		cmocka_unit_test(counted_content_is_so_many_bytes),
		cmocka_unit_test(the_largest_length_is_a_length),
		cmocka_unit_test(chunks_end_with_an_empty_one),
		cmocka_unit_test(odd_chunks_are_malformed),
		cmocka_unit_test(a_nul_is_malformed_wherever_framing_is),
		cmocka_unit_test(a_size_has_64_bits),
		cmocka_unit_test(the_end_stays_the_end),
		cmocka_unit_test(lines_have_a_limit),
		cmocka_unit_test(all_trailers_together_have_a_limit),
	};

	return cmocka_run_group_tests_name("http/content", tests, NULL, NULL);
}
