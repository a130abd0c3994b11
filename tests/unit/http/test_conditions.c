/*
 * test_conditions.c - preconditions (RFC 9110, 13).
 *
 * Each case is the field lines of a GET, the version of the file that we have,
 * and the verdict.
 */
#include "http/conditions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "support/guard.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define EXACT "Sun, 06 Nov 1994 08:49:37 GMT"
#define AFTER "Sun, 06 Nov 1994 08:49:38 GMT"

enum { MODIFIED = 784111777, NOW = MODIFIED + 1000 };

static const struct validators strong = {
	.etag = {"\"abc\"", 5}, .dated = true, .modified = MODIFIED};
static const struct validators weak = {
	.etag = {"W/\"abc\"", 7}, .dated = true, .modified = MODIFIED};
static const struct validators none = {.dated = false};

struct example {
	const char *lines;
	enum verdict verdict;
};

/* A request with these field lines, whose last byte stands before a wall. */
struct asked {
	char *bytes;
	size_t len;
	struct request request;
};

static struct asked ask(const char *lines)
{
	struct asked asked;
	char head[2048];
	size_t seen = 0;

	asked.len = (size_t)snprintf(head, sizeof(head),
		"GET / HTTP/1.1\r\nHost: example.org\r\n%s\r\n", lines);
	assert_true(asked.len < sizeof(head));
	asked.bytes = guard_copy(head, asked.len);
	assert_int_equal(request_parse(slice_of(asked.bytes, asked.len), &seen,
				 &asked.request),
		asked.len);
	return asked;
}

static void judge(const struct example *cases, size_t count,
	const struct validators *validators)
{
	for (size_t i = 0; i < count; i++) {
		struct asked asked = ask(cases[i].lines);
		enum verdict verdict =
			conditions_judge(&asked.request, validators, NOW);

		if (verdict != cases[i].verdict)
			fail_msg("%s: %d", cases[i].lines, (int)verdict);
		guard_free(asked.bytes, asked.len);
	}
}

/* 13.1.1 If-Match */
static void if_match_compares_strongly(void **state)
{
	static const struct example ours[] = {
		{"", VERDICT_GO},
		{"If-Match: \"abc\"\r\n", VERDICT_GO},
		{"If-Match: *\r\n", VERDICT_GO},
		{"If-Match: \"x\", \"abc\"\r\n", VERDICT_GO},
		{"If-Match: \"x\"\r\nIf-Match: \"abc\"\r\n", VERDICT_GO},
		{"If-Match: \"x\"\r\n", VERDICT_FAILED},
		{"If-Match: W/\"abc\"\r\n", VERDICT_FAILED},
		{"If-Match: \"ABC\"\r\n", VERDICT_FAILED},
		{"If-Match: \"ab\"\r\n", VERDICT_FAILED},
		{"If-Match: \"abcd\"\r\n", VERDICT_FAILED},
		{"If-Match: \"\"\r\n", VERDICT_FAILED},
		/* nothing that can be read: not the version that is meant */
		{"If-Match: abc\r\n", VERDICT_FAILED},
		/* an empty list is none */
		{"If-Match:\r\n", VERDICT_GO},
		{"If-Match: , ,\r\n", VERDICT_GO},
	};
	static const struct example of_weak[] = {
		{"If-Match: \"abc\"\r\n", VERDICT_FAILED},
		{"If-Match: W/\"abc\"\r\n", VERDICT_FAILED},
		{"If-Match: *\r\n", VERDICT_GO},
	};
	static const struct example of_none[] = {
		{"If-Match: \"abc\"\r\n", VERDICT_FAILED},
		{"If-Match: \"\"\r\n", VERDICT_FAILED},
		{"If-Match: *\r\n", VERDICT_GO},
	};

	(void)state;
	judge(ours, COUNT(ours), &strong);
	judge(of_weak, COUNT(of_weak), &weak);
	judge(of_none, COUNT(of_none), &none);
}

/* 13.1.2 If-None-Match */
static void if_none_match_compares_weakly(void **state)
{
	static const struct example ours[] = {
		{"If-None-Match: \"abc\"\r\n", VERDICT_NOT_MODIFIED},
		{"If-None-Match: W/\"abc\"\r\n", VERDICT_NOT_MODIFIED},
		{"If-None-Match: *\r\n", VERDICT_NOT_MODIFIED},
		{"If-None-Match: \"x\"\r\n", VERDICT_GO},
		{"If-None-Match: W/\"x\"\r\n", VERDICT_GO},
		{"If-None-Match: \"ABC\"\r\n", VERDICT_GO},
		{"If-None-Match: \"abcd\"\r\n", VERDICT_GO},
		{"If-None-Match:\r\n", VERDICT_GO},
	};
	static const struct example of_none[] = {
		{"If-None-Match: \"abc\"\r\n", VERDICT_GO},
		{"If-None-Match: *\r\n", VERDICT_NOT_MODIFIED},
	};

	(void)state;
	judge(ours, COUNT(ours), &strong);
	judge(ours, COUNT(ours), &weak);
	judge(of_none, COUNT(of_none), &none);
}

/* 8.8.3: entity-tag = [ %s"W/" ] DQUOTE *etagc DQUOTE; and 5.6.1, lists */
static const struct example lists[] = {
	/* the examples of 13.1.2 */
	{"If-None-Match: W/\"abc\", W/\"r2d2xxxx\"\r\n", VERDICT_NOT_MODIFIED},
	{"If-None-Match: \"xyzzy\", \"r2d2xxxx\", \"abc\"\r\n",
		VERDICT_NOT_MODIFIED},
	/* commas and blanks */
	{"If-None-Match: \"x\" ,\t\"abc\"\r\n", VERDICT_NOT_MODIFIED},
	{"If-None-Match: \"x\",\"abc\"\r\n", VERDICT_NOT_MODIFIED},
	{"If-None-Match: ,,\"x\",, ,\"abc\" ,\r\n", VERDICT_NOT_MODIFIED},
	/* a comma within a tag does not end it */
	{"If-None-Match: \"y,z\", \"abc\"\r\n", VERDICT_NOT_MODIFIED},
	{"If-None-Match: \"x,\"abc\"\r\n", VERDICT_GO},
	/* a backslash is a byte as any other */
	{"If-None-Match: \"\\\", \"abc\"\r\n", VERDICT_NOT_MODIFIED},
	/* etagc: 21, 23 to 7E, 80 to FF */
	{"If-None-Match: \"!#~\x80\xff\", \"abc\"\r\n", VERDICT_NOT_MODIFIED},
	{"If-None-Match: \"\", \"abc\"\r\n", VERDICT_NOT_MODIFIED},
	{"If-None-Match: \"a b\", \"abc\"\r\n", VERDICT_GO},
	{"If-None-Match: \"a\tb\", \"abc\"\r\n", VERDICT_GO},
	/* what is malformed ends the list, and does not match */
	{"If-None-Match: abc\r\n", VERDICT_GO},
	{"If-None-Match: 'abc'\r\n", VERDICT_GO},
	{"If-None-Match: w/\"abc\"\r\n", VERDICT_GO},
	{"If-None-Match: W\"abc\"\r\n", VERDICT_GO},
	{"If-None-Match: W/ \"abc\"\r\n", VERDICT_GO},
	{"If-None-Match: W/abc\r\n", VERDICT_GO},
	{"If-None-Match: W/\r\n", VERDICT_GO},
	{"If-None-Match: W\r\n", VERDICT_GO},
	{"If-None-Match: \"abc\r\n", VERDICT_GO},
	{"If-None-Match: \"\r\n", VERDICT_GO},
	{"If-None-Match: abc\"\r\n", VERDICT_GO},
	{"If-None-Match: \"abc\"x\r\n", VERDICT_GO},
	{"If-None-Match: \"abc\" \"x\"\r\n", VERDICT_GO},
	{"If-None-Match: \"abc\";\"x\"\r\n", VERDICT_GO},
	{"If-None-Match: x, \"abc\"\r\n", VERDICT_GO},
	{"If-None-Match: \"abc\", x\r\n", VERDICT_NOT_MODIFIED},
	/* "*" only alone */
	{"If-None-Match: *, \"x\"\r\n", VERDICT_GO},
	{"If-None-Match: \"x\", *\r\n", VERDICT_GO},
	{"If-None-Match: **\r\n", VERDICT_GO},
	{"If-None-Match: \"*\"\r\n", VERDICT_GO},
	/* over several lines: one list (5.2) */
	{"If-None-Match: \"x\"\r\nIf-None-Match: \"abc\"\r\n",
		VERDICT_NOT_MODIFIED},
	{"If-None-Match: \"x\"\r\nA: b\r\nif-none-match: \"abc\"\r\n",
		VERDICT_NOT_MODIFIED},
	{"If-None-Match:\r\nIf-None-Match: \"abc\"\r\n", VERDICT_NOT_MODIFIED},
	{"If-None-Match: \"x\"\r\nIf-None-Match: \"y\"\r\n", VERDICT_GO},
	{"If-None-Match: x\r\nIf-None-Match: \"abc\"\r\n", VERDICT_GO},
	{"If-None-Match: *\r\nIf-None-Match: \"x\"\r\n", VERDICT_GO},
	{"If-None-Match: \"x\"\r\nIf-None-Match: *\r\n", VERDICT_GO},
};

static void lists_of_tags_are_read_by_their_grammar(void **state)
{
	(void)state;
	judge(lists, COUNT(lists), &strong);
}

/* 13.1.3 If-Modified-Since */
static void if_modified_since_is_a_date_and_only_one(void **state)
{
	static const struct example cases[] = {
		{"If-Modified-Since: " EXACT "\r\n", VERDICT_NOT_MODIFIED},
		{"If-Modified-Since: " AFTER "\r\n", VERDICT_NOT_MODIFIED},
		{"If-Modified-Since: " BEFORE "\r\n", VERDICT_GO},
		{"If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT\r\n",
			VERDICT_NOT_MODIFIED},
		{"If-Modified-Since: Sun Nov  6 08:49:37 1994\r\n",
			VERDICT_NOT_MODIFIED},
		/* "MUST ignore": not a valid date, more than one member */
		{"If-Modified-Since: tomorrow\r\n", VERDICT_GO},
		{"If-Modified-Since:\r\n", VERDICT_GO},
		{"If-Modified-Since: Sun, 31 Feb 2040 00:00:00 GMT\r\n",
			VERDICT_GO},
		{"If-Modified-Since: " AFTER ", " AFTER "\r\n", VERDICT_GO},
		{"If-Modified-Since: " AFTER "\r\nIf-Modified-Since: " AFTER
		 "\r\n",
			VERDICT_GO},
	};
	static const struct example undated[] = {
		{"If-Modified-Since: " AFTER "\r\n", VERDICT_GO},
		{"If-Unmodified-Since: " BEFORE "\r\n", VERDICT_GO},
	};

	(void)state;
	judge(cases, COUNT(cases), &strong);
	judge(cases, COUNT(cases), &weak);
	judge(undated, COUNT(undated), &none);
}

/* 13.1.4 If-Unmodified-Since */
static void if_unmodified_since_is_a_date_and_only_one(void **state)
{
	static const struct example cases[] = {
		{"If-Unmodified-Since: " EXACT "\r\n", VERDICT_GO},
		{"If-Unmodified-Since: " AFTER "\r\n", VERDICT_GO},
		{"If-Unmodified-Since: " BEFORE "\r\n", VERDICT_FAILED},
		{"If-Unmodified-Since: Sunday, 06-Nov-94 08:49:36 GMT\r\n",
			VERDICT_FAILED},
		{"If-Unmodified-Since: Sun Nov  6 08:49:36 1994\r\n",
			VERDICT_FAILED},
		/* "MUST ignore": not a valid date, a list of dates */
		{"If-Unmodified-Since: long ago\r\n", VERDICT_GO},
		{"If-Unmodified-Since: " BEFORE ", " BEFORE "\r\n", VERDICT_GO},
		{"If-Unmodified-Since: " BEFORE
		 "\r\nIf-Unmodified-Since: " BEFORE "\r\n",
			VERDICT_GO},
	};

	(void)state;
	judge(cases, COUNT(cases), &strong);
}

/* 13.2.2: every pair of fields whose order can be seen */
static void the_order_of_the_steps_is_the_one_of_the_rfc(void **state)
{
	static const struct example cases[] = {
		/* 1 before 2: If-Unmodified-Since is not looked at */
		{"If-Match: \"abc\"\r\nIf-Unmodified-Since: " BEFORE "\r\n",
			VERDICT_GO},
		{"If-Match: \"x\"\r\nIf-Unmodified-Since: " AFTER "\r\n",
			VERDICT_FAILED},
		/* 1 before 3 and 4 */
		{"If-None-Match: \"abc\"\r\nIf-Match: \"x\"\r\n",
			VERDICT_FAILED},
		{"If-None-Match: \"abc\"\r\nIf-Match: \"abc\"\r\n",
			VERDICT_NOT_MODIFIED},
		{"If-Modified-Since: " EXACT "\r\nIf-Match: \"x\"\r\n",
			VERDICT_FAILED},
		/* 2 before 3 and 4 */
		{"If-None-Match: \"abc\"\r\nIf-Unmodified-Since: " BEFORE
		 "\r\n",
			VERDICT_FAILED},
		{"If-None-Match: \"abc\"\r\nIf-Unmodified-Since: " EXACT "\r\n",
			VERDICT_NOT_MODIFIED},
		/* 3 before 4: If-Modified-Since is not looked at */
		{"If-Modified-Since: " AFTER "\r\nIf-None-Match: \"x\"\r\n",
			VERDICT_GO},
		{"If-Modified-Since: " BEFORE "\r\nIf-None-Match: \"abc\"\r\n",
			VERDICT_NOT_MODIFIED},
		{"If-Modified-Since: " AFTER "\r\nIf-None-Match: x\r\n",
			VERDICT_GO},
		/* empty lists and invalid dates are as good as absent */
		{"If-Match: ,\r\nIf-Unmodified-Since: " BEFORE "\r\n",
			VERDICT_FAILED},
		{"If-None-Match: ,\r\nIf-Modified-Since: " AFTER "\r\n",
			VERDICT_NOT_MODIFIED},
		/* 5 is not asked here */
		{"If-Range: \"x\"\r\n", VERDICT_GO},
	};

	(void)state;
	judge(cases, COUNT(cases), &strong);
}

/* Who gives back the words that were sent is believed without a calendar. */
static void our_own_words_are_the_date(void **state)
{
	static const struct validators said = {
		.dated = true, .modified = MODIFIED, .words = {"then", 4}};
	static const struct example cases[] = {
		{"If-Modified-Since: then\r\n", VERDICT_NOT_MODIFIED},
		{"If-Modified-Since:  then \r\n", VERDICT_NOT_MODIFIED},
		{"If-Modified-Since: the\r\n", VERDICT_GO},
		{"If-Modified-Since:\r\n", VERDICT_GO},
		{"If-Modified-Since: then\r\nIf-Modified-Since: then\r\n",
			VERDICT_GO},
		{"If-Modified-Since: " EXACT "\r\n", VERDICT_NOT_MODIFIED},
		{"If-Modified-Since: " BEFORE "\r\n", VERDICT_GO},
		{"If-Unmodified-Since: then\r\n", VERDICT_GO},
		{"If-Unmodified-Since: " BEFORE "\r\n", VERDICT_FAILED},
	};

	(void)state;
	judge(cases, COUNT(cases), &said);
}

static void allow(const char *lines, const struct validators *validators,
	int64_t now, bool allowed)
{
	struct asked asked = ask(lines);

	if (conditions_allow_range(&asked.request, validators, now) != allowed)
		fail_msg("%s", lines);
	guard_free(asked.bytes, asked.len);
}

/* 13.1.5 If-Range */
static void if_range_takes_the_strong_tag_and_nothing_less(void **state)
{
	(void)state;
	allow("", &strong, NOW, true);
	allow("", &none, NOW, true);
	allow("If-Range: \"abc\"\r\n", &strong, NOW, true);
	allow("If-Range: \"x\"\r\n", &strong, NOW, false);
	allow("If-Range: W/\"abc\"\r\n", &strong, NOW, false);
	allow("If-Range: W/\"abc\"\r\n", &weak, NOW, false);
	allow("If-Range: \"abc\"\r\n", &weak, NOW, false);
	allow("If-Range: \"abc\"\r\n", &none, NOW, false);
	/* one tag, no list, no star */
	allow("If-Range: \"abc\", \"x\"\r\n", &strong, NOW, false);
	allow("If-Range: \"abc\"x\r\n", &strong, NOW, false);
	allow("If-Range: *\r\n", &strong, NOW, false);
	allow("If-Range: abc\r\n", &strong, NOW, false);
	allow("If-Range:\r\n", &strong, NOW, false);
	allow("If-Range: \"abc\"\r\nIf-Range: \"abc\"\r\n", &strong, NOW,
		false);
}

static void if_range_takes_exactly_the_date_if_it_is_strong(void **state)
{
	(void)state;
	allow("If-Range: " EXACT "\r\n", &strong, NOW, true);
	allow("If-Range: " EXACT "\r\n", &weak, NOW, true);
	allow("If-Range: Sun Nov  6 08:49:37 1994\r\n", &strong, NOW, true);
	allow("If-Range: " BEFORE "\r\n", &strong, NOW, false);
	allow("If-Range: " AFTER "\r\n", &strong, NOW, false);
	allow("If-Range: " EXACT "\r\n", &none, NOW, false);
	allow("If-Range: yesterday\r\n", &strong, NOW, false);
	/* 8.8.2.2: strong when it is 60 seconds old */
	allow("If-Range: " EXACT "\r\n", &strong, MODIFIED + 60, true);
	allow("If-Range: " EXACT "\r\n", &strong, MODIFIED + 59, false);
	allow("If-Range: " EXACT "\r\n", &strong, MODIFIED, false);
	allow("If-Range: " EXACT "\r\n", &strong, MODIFIED - 1, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_own_words_are_the_date),
		cmocka_unit_test(if_match_compares_strongly),
		cmocka_unit_test(if_none_match_compares_weakly),
		cmocka_unit_test(lists_of_tags_are_read_by_their_grammar),
		cmocka_unit_test(if_modified_since_is_a_date_and_only_one),
		cmocka_unit_test(if_unmodified_since_is_a_date_and_only_one),
		cmocka_unit_test(the_order_of_the_steps_is_the_one_of_the_rfc),
		cmocka_unit_test(
			if_range_takes_the_strong_tag_and_nothing_less),
		cmocka_unit_test(
			if_range_takes_exactly_the_date_if_it_is_strong),
	};

	return cmocka_run_group_tests_name(
		"http/conditions", tests, NULL, NULL);
}
