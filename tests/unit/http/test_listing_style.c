/* test_listing_style.c - the policy allows the style that there is. */
#include "http/listing_style.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "support/sha256.h"

/* FIPS 180-4's examples and an empty text, by any other program. */
static void the_hash_of_this_test_is_right(void **state)
{
	static const struct {
		const char *text;
		const char *base64;
	} cases[] = {
		{"", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
		{"abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"JI1qYdIGOLjlwCaTDD5gOaM85Flk/yFn9uzt1BnbBsE="},
	};
	char text[SHA256_BASE64 + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sha256_base64(cases[i].text, strlen(cases[i].text), text);
		assert_string_equal(text, cases[i].base64);
	}
}

static void the_policy_names_the_hash_of_the_style(void **state)
{
	struct slice style = listing_style();
	struct slice policy = listing_policy();
	char hash[SHA256_BASE64 + 1];
	char source[128];
	char text[512];

	(void)state;
	assert_true(policy.len < sizeof(text));
	memcpy(text, policy.at, policy.len);
	text[policy.len] = '\0';
	sha256_base64(style.at, style.len, hash);
	snprintf(source, sizeof(source), "style-src 'sha256-%s';", hash);
	if (strstr(text, source) == NULL)
		fail_msg("it must say: %s", source);
}

static void the_policy_allows_nothing_else(void **state)
{
	struct slice policy = listing_policy();
	struct slice directive;
	struct slice name;
	size_t count = 0;

	(void)state;
	assert_true(slice_starts(policy, SLICE("default-src 'none'; ")));
	while (slice_cut(&policy, ';', &directive)) {
		directive = slice_trim(directive);
		slice_cut(&directive, ' ', &name);
		if (slice_is(name, SLICE("style-src")))
			assert_true(slice_starts(directive, SLICE("'sha256-")));
		else if (slice_is(name, SLICE("img-src")))
			assert_true(slice_is(directive, SLICE("data:")));
		else
			assert_true(slice_is(directive, SLICE("'none'")));
		count++;
	}
	assert_int_equal(count, 6);
}

/* Between the tags of a style element only these could end it or need an
 * escape; and what it would load, the policy would not let it. */
static void the_style_can_stand_in_a_page(void **state)
{
	struct slice style = listing_style();

	(void)state;
	for (size_t i = 0; i < style.len; i++) {
		assert_true(style.at[i] == '\n' ||
			    (style.at[i] >= 0x20 && style.at[i] < 0x7f));
		assert_int_not_equal(style.at[i], '<');
		assert_false(slice_starts(
			slice_of(style.at + i, style.len - i), SLICE("url(")));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hash_of_this_test_is_right),
		cmocka_unit_test(the_policy_names_the_hash_of_the_style),
		cmocka_unit_test(the_policy_allows_nothing_else),
		cmocka_unit_test(the_style_can_stand_in_a_page),
	};

	return cmocka_run_group_tests_name(
		"http/listing_style", tests, NULL, NULL);
}
