/* test_chars.c - the classes, compared with the grammars for every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "guard.h"
#include "http/chars.h"

#define DIGITS "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static void assert_class(int class, const char *members)
{
	for (int byte = 1; byte < 256; byte++)
		assert_int_equal(char_is((char)byte, class),
			strchr(members, byte) != NULL);
	assert_false(char_is('\0', class));
}

static void small_classes_are_what_the_grammars_list(void **state)
{
	(void)state;
	assert_class(CHAR_TOKEN, "!#$%&'*+-.^_`|~" DIGITS LETTERS);
	assert_class(CHAR_UNRESERVED, "-._~" DIGITS LETTERS);
	assert_class(CHAR_SUB_DELIM, "!$&'()*+,;=");
	assert_class(CHAR_HEX, DIGITS "abcdefABCDEF");
	assert_class(CHAR_DIGIT, DIGITS);
	assert_class(CHAR_BLANK, " \t");
	assert_class(CHAR_BLANK | CHAR_DIGIT, " \t" DIGITS);
}

static void large_classes_are_what_the_grammars_span(void **state)
{
	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		bool graph = byte >= 0x21 && byte <= 0x7e;
		bool blank = byte == ' ' || byte == '\t';

		assert_int_equal(char_is((char)byte, CHAR_GRAPH), graph);
		assert_int_equal(char_is((char)byte, CHAR_TEXT),
			graph || blank || byte >= 0x80);
	}
}

static void a_slice_is_of_a_class_when_every_byte_is(void **state)
{
	char *copy = guard_copy("12a", 3);

	(void)state;
	assert_true(chars_are(slice_of(copy, 3), CHAR_HEX));
	assert_false(chars_are(slice_of(copy, 3), CHAR_DIGIT));
	assert_true(chars_are(slice_of(copy, 2), CHAR_DIGIT));
	assert_true(chars_are(slice_of(copy + 3, 0), CHAR_DIGIT));
	assert_true(chars_are_token(slice_of(copy, 3)));
	assert_false(chars_are_token(slice_of(copy + 3, 0)));
	assert_false(chars_are_token(SLICE("a b")));
	guard_free(copy, 3);
}

/* Every byte at every place of a few words, between bytes of the class that are
 * as near to its borders as can be. */
static void spans_are_the_same_at_any_speed(void **state)
{
	static const char text[] = "a~\t \xff\x80!b\t\t~~ \x80z~~~~~\t~";
	static const char graph[] = "a~!~zz~!!!~~!a~~!~b!~";

	(void)state;
	for (size_t len = 0; len < sizeof text; len++)
		for (size_t at = 0; at < len; at++)
			for (int byte = 0; byte < 256; byte++) {
				char *copy = guard_copy(text, len);
				struct slice s = slice_of(copy, len);

				copy[at] = (char)byte;
				assert_int_equal(chars_span_text(s),
					chars_span(s, CHAR_TEXT));
				memcpy(copy, graph, len);
				copy[at] = (char)byte;
				assert_int_equal(chars_span_graph(s),
					chars_span(s, CHAR_GRAPH));
				guard_free(copy, len);
			}
	assert_int_equal(chars_span_text(slice_of(NULL, 0)), 0);
	assert_int_equal(chars_span_graph(slice_of(NULL, 0)), 0);
}

static void hexadecimal_digits_have_values(void **state)
{
	static const char lower[] = "0123456789abcdef";
	static const char upper[] = "0123456789ABCDEF";

	(void)state;
	for (unsigned i = 0; i < 16; i++) {
		assert_int_equal(char_hex_value(lower[i]), i);
		assert_int_equal(char_hex_value(upper[i]), i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_classes_are_what_the_grammars_list),
		cmocka_unit_test(large_classes_are_what_the_grammars_span),
		cmocka_unit_test(a_slice_is_of_a_class_when_every_byte_is),
		cmocka_unit_test(spans_are_the_same_at_any_speed),
		cmocka_unit_test(hexadecimal_digits_have_values),
	};

	return cmocka_run_group_tests_name("http/chars", tests, NULL, NULL);
}
