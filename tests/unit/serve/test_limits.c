/* test_limits.c - what follows from descriptors and options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files/entry.h"
#include "loop/fileread.h"
#include "serve/client.h"
#include "serve/exchange.h"
#include "serve/limits.h"

static void so_many_of_so_many(void **state)
{
	static const struct {
		size_t descriptors, max_clients, max_requests;
		struct limits are; /* all, shared, clients, requests, names,
				      streams, copies */
	} cases[] = {
		{32, 0, 0, {32, 8, 8, 8, 8, 6, 0}},
		{32, 4, 0, {32, 8, 4, 4, 8, 6, 0}},
		{64, 0, 0, {64, 24, 24, 24, 24, 6, 0}},
		{64, 0, 8, {64, 24, 24, 8, 24, 6, 0}},
		{64, 4, 0, {64, 24, 4, 4, 24, 6, 0}},
		{256, 0, 8192, {256, 216, 216, 216, 128, 6, 0}},
		{1024, 0, 8192, {1024, 896, 896, 896, 512, 50, 5}},
		{1024, 100, 8192, {1024, 612, 100, 100, 512, 128, 5}},
		{1024, 5000, 0, {1024, 896, 896, 896, 512, 50, 0}},
		{20000, 0, 8192, {20000, 17500, 17500, 8192, 10000, 128, 0}},
		{20000, 1000, 8192, {13500, 11000, 1000, 1000, 10000, 128, 0}},
		{1 << 20, 0, 8192,
			{1 << 20, 917504, 917504, 8192, 16384, 128, 0}},
		{1 << 20, 0, 0,
			{1 << 20, 917504, 917504, 917504, 16384, 128, 0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct limits is =
			limits_of(cases[i].descriptors, cases[i].max_clients,
				cases[i].max_requests, cases[i].are.copies);
		const struct limits *are = &cases[i].are;

		if (is.descriptors != are->descriptors ||
			is.shared != are->shared ||
			is.clients != are->clients ||
			is.requests != are->requests ||
			is.names != are->names || is.streams != are->streams ||
			is.copies != are->copies)
			fail_msg("case %zu: %zu %zu %zu %zu %zu %zu", i,
				is.descriptors, is.shared, is.clients,
				is.requests, is.names, is.streams);
	}
}

/* Clients and all others never want more descriptors than there are. */
static void they_all_fit(void **state)
{
	(void)state;
	for (size_t descriptors = 64; descriptors < 1 << 20;
		descriptors += descriptors / 3 + 1)
		for (size_t most = 0; most < descriptors; most = 2 * most + 7) {
			struct limits is = limits_of(descriptors, most, 0, 0);

			assert_true(is.clients > 0);
			assert_true(is.clients <= is.shared);
			assert_true(is.names <= is.shared);
			assert_true(is.names <= descriptors / 2);
			assert_true(
				is.shared + 24 + is.streams <= is.descriptors);
			assert_true(is.descriptors <= descriptors);
			assert_true(most == 0 || is.clients <= most);
		}
}

/* Twice as many requests take twice their memory; nobody takes nothing. */
static void each_counts(void **state)
{
	struct limits few = limits_of(1024, 0, 100, 1 << 20);
	struct limits more = limits_of(1024, 0, 200, 1 << 20);
	uint64_t each = sizeof(struct input) + sizeof(struct exchange) +
			sizeof(struct workspace) + sizeof(struct backlog) +
			sizeof(struct kept) + REQUEST_HEAD_MAX +
			REPLY_HEAD_MAX + BATCH_TEXT;
	uint64_t step = limits_memory(&more) - limits_memory(&few);

	(void)state;
	assert_true(step >= 100 * each);
	assert_true(step <= 100 * (each + each / 4));
	assert_true(limits_memory(&few) >
		    FILEREAD_FLYING * FILEREAD_BLOCK + (1 << 20));
	more = few;
	more.clients += 1000;
	assert_true(limits_memory(&more) - limits_memory(&few) >=
		    1000 * sizeof(struct client));
	more = few;
	more.descriptors += 1000;
	assert_true(limits_memory(&more) > limits_memory(&few));
	more = few;
	more.copies += 1000;
	assert_true(limits_memory(&more) - limits_memory(&few) >= 1000);
	more = few;
	more.names += 1000;
	assert_true(limits_memory(&more) - limits_memory(&few) >=
		    1000 * (sizeof(struct entry) + sizeof(struct folder) +
				   2 * JOB_PATH_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(so_many_of_so_many),
		cmocka_unit_test(they_all_fit),
		cmocka_unit_test(each_counts),
	};

	return cmocka_run_group_tests_name("serve/limits", tests, NULL, NULL);
}
