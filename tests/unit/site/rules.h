/*
 * rules.h - what the tests of rules have in common.
 */
#ifndef CONTD_TESTS_SITE_RULES_H
#define CONTD_TESTS_SITE_RULES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "site/site.h"
#include "support/guard.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { TEXT_MAX = 512 };

typedef bool adder(struct site *site, const char *text, struct buf *error);

/* A text of a rule, and what is said of it. */
struct refusal {
	const char *text;
	const char *says;
};

static inline void add(struct site *site, adder *adds, const char *text)
{
	char reason[TEXT_MAX];
	struct buf error = buf_on(reason, sizeof reason);

	if (!adds(site, text, &error))
		fail_msg("'%s': %.*s", text, (int)error.len, reason);
	assert_int_equal(error.len, 0);
}

/* Every text is refused, and nothing of it stays. */
static inline void check_refusals(
	adder *adds, const struct refusal *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(cases[i].text) + 1;
		char *copy = guard_copy(cases[i].text, len);
		char reason[TEXT_MAX];
		struct buf error = buf_on(reason, sizeof reason - 1);
		struct site site;

		site_init(&site, "/");
		if (adds(&site, copy, &error))
			fail_msg("'%s' is accepted", cases[i].text);
		assert_false(error.full);
		reason[error.len] = '\0';
		if (!strstr(reason, cases[i].says))
			fail_msg("'%s': %s", cases[i].text, reason);
		assert_int_equal(site.cache_count + site.headers_count +
					 site.redirects_count +
					 site.error_pages_count,
			0);
		guard_free(copy, len);
	}
}

/* One more than there is room for is refused. */
static inline void check_limit(adder *adds, const char *text, size_t max)
{
	char reason[TEXT_MAX];
	struct buf error = buf_on(reason, sizeof reason - 1);
	struct site site;

	site_init(&site, "/");
	for (size_t i = 0; i < max; i++)
		add(&site, adds, text);
	assert_false(adds(&site, text, &error));
	reason[error.len] = '\0';
	assert_non_null(strstr(reason, "at most"));
}

#endif
