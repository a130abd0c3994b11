/* test_rule.c - what is said of a wrong word. The rest is tested with the rules
 * (test_cache.c, test_headers.c, test_redirects.c). */
#include "rules.h"

#include "site/rule.h"

static void a_long_word_is_shortened(void **state)
{
	enum { KEPT = 100 };
	char word[2 * KEPT], says[TEXT_MAX], want[TEXT_MAX];

	(void)state;
	memset(word, 'x', sizeof word);
	for (size_t len = 0; len <= sizeof word; len++) {
		struct buf error = buf_on(says, sizeof says - 1);
		int kept = len < KEPT ? (int)len : KEPT;

		assert_false(
			rule_wrong(&error, slice_of(word, len), "is wrong"));
		says[error.len] = '\0';
		snprintf(want, sizeof want, "'%.*s' is wrong", kept, word);
		assert_string_equal(says, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_word_is_shortened),
	};

	return cmocka_run_group_tests_name("site/rule", tests, NULL, NULL);
}
