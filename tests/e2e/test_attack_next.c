/* test_attack_next.c - the very next request sees what was done before it was
 * sent, whatever others asked for meanwhile. */
#include "support/e2e.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void put(const struct tree *tree, const char *name, const char *text)
{
	tree_text(tree, "next", text);
	assert_int_equal(
		rename(tree_path(tree, "next"), tree_path(tree, name)), 0);
}

static int rounds(void)
{
	return getenv("CONTD_LONG") ? 4000 : 300;
}

/* One asks for a name that nobody knows yet; while it is looked up the file is
 * replaced, and then another asks. */
static void who_asks_later_gets_the_later_version(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c[2];
	char target[32];
	int late = 0;

	(void)state;
	s = serve("--log", "off", tree->path);
	for (int i = 0; i < 2; i++)
		client_open(&c[i], s);
	for (int i = 0; i < rounds(); i++) {
		snprintf(target, sizeof target, "/f%d", i);
		put(tree, target, "one");
		tree_age(tree, target, 100);
		tree_text(tree, "two", "two");
		tree_age(tree, "two", 99);
		client_ask(&c[0], "GET", target, "");
		rename(tree_path(tree, "two"), tree_path(tree, target));
		client_ask(&c[1], "GET", target, "");
		client_answer(&c[0], &a);
		answer_is(&a, 200);
		client_answer(&c[1], &a);
		answer_is(&a, 200);
		late += strcmp(a.body.at, "two") != 0;
		unlink(tree_path(tree, target));
	}
	if (late > 0)
		fail_msg("%d of %d got what was replaced before they asked",
			late, rounds());
	for (int i = 0; i < 2; i++)
		client_close(&c[i]);
	answer_free(&a);
	server_stop(s);
}

/* The same for one that is there only now. What was not there may be missed for
 * a moment; but not after it was seen. */
static void what_was_found_is_not_forgotten(void **state)
{
	const struct tree *tree = tree_make();
	struct answer a = {0};
	struct server *s;
	struct client c[3];
	char target[32];
	int found = 0;
	int lost = 0;
	int mixed = 0;
	int first;

	(void)state;
	s = serve("--log", "off", tree->path);
	for (int i = 0; i < 3; i++)
		client_open(&c[i], s);
	for (int i = 0; i < rounds(); i++) {
		bool seen = false;

		snprintf(target, sizeof target, "/f%d", i);
		tree_text(tree, "one", "one");
		tree_text(tree, "two", "two");
		for (int k = 0; k < 3; k++) {
			client_ask(&c[k], "GET", target, "");
			if (k == i % 3)
				rename(tree_path(tree, "one"),
					tree_path(tree, target));
		}
		first = 0;
		for (int k = 0; k < 3; k++) {
			client_answer(&c[k], &a);
			first = first ? first : a.status;
			seen = seen || a.status == 200;
		}
		mixed += seen && first == 404;
		if (!seen)
			continue;
		found++;
		rename(tree_path(tree, "two"), tree_path(tree, target));
		client_get(&c[0], target, &a);
		lost += a.status != 200 || strcmp(a.body.at, "two") != 0;
	}
	print_message("seen %d times, %d of them late\n", found, mixed);
	if (lost > 0)
		fail_msg("%d of %d were not found again", lost, found);
	for (int i = 0; i < 3; i++)
		client_close(&c[i]);
	answer_free(&a);
	server_stop(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		e2e_test(who_asks_later_gets_the_later_version),
		e2e_test(what_was_found_is_not_forgotten),
	};

	return cmocka_run_group_tests_name(
		"e2e/attack-next", tests, NULL, NULL);
}
