/* test_folder.c - directories that entries share. */
#include "files/folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/loop.h"
#include "support/turns.h"

static struct folders folders;
static const struct version one = {.device = 1, .inode = 2, .changed = 3};
static const struct version other = {.device = 1, .inode = 2, .changed = 4};

static int open_folders(void **state)
{
	turns_open(state);
	assert_int_equal(folders_open(&folders, 4), 0);
	return 0;
}

static int shut_folders(void **state)
{
	folders_shut(&folders);
	return turns_shut(state);
}

static struct folder *hold(const char *path, uint32_t flags)
{
	struct folder *folder = folder_hold(&folders, slice_text(path), flags);

	assert_non_null(folder);
	return folder;
}

static void who_has_the_same_parent_shares_it(void **state)
{
	static const struct {
		const char *path;
		uint32_t flags;
		const char *folder;
	} names[] = {{"a", 0, ""}, {"b", JOB_VARIANTS, ""}, {"", JOB_SLASH, ""},
		{"d/a", 0, "d"}, {"d", JOB_SLASH, "d"}, {"d/e/a", 0, "d/e"},
		{"d/e", JOB_SLASH | JOB_VARIANTS, "d/e"}, {"d/e", 0, "d"},
		{"da", JOB_SLASH, "da"}, {"a/d", 0, "a"}};
	const size_t count = sizeof names / sizeof names[0];
	struct folder *held[sizeof names / sizeof names[0]];

	(void)state;
	for (size_t i = 0; i < count; i++) {
		held[i] = hold(names[i].path, names[i].flags);
		assert_true(
			slice_is(held[i]->path, slice_text(names[i].folder)));
	}
	assert_int_equal(folders.count, 5);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			assert_int_equal(held[i] == held[k],
				slice_is(held[i]->path, held[k]->path));
	for (size_t i = 0; i < count; i++)
		folder_drop(held[i], NULL);
	assert_int_equal(folders.count, 0);
	folder_drop(NULL, NULL);
}

/* ---- times ---- */

static void only_what_was_left_alone_is_settled(void **state)
{
	const int64_t date = INT64_C(1700000000000000000);
	const int64_t young = FOLDER_YOUNG * INT64_C(1000000);
	const struct {
		int64_t modified, changed;
		uint64_t inode;
		bool is_settled;
	} cases[] = {
		{date - young, date - young, 1, true},
		{date - young, date - young, 0, false},
		{date - young + 1, date - young, 1, false},
		{date - young, date - young + 1, 1, false},
		{0, 0, 1, true},
		{INT64_MIN, INT64_MIN, 1, true},
		{date + 1, 0, 1, false},
		{0, INT64_MAX, 1, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct version version = {.inode = cases[i].inode,
			.modified = cases[i].modified,
			.changed = cases[i].changed};

		assert_int_equal(
			folder_is_settled(&version, date), cases[i].is_settled);
	}
}

static void it_vouches_for_its_version_alone(void **state)
{
	const struct version none = {.inode = 0};
	struct folder *folder = hold("d/a", 0);

	(void)state;
	assert_false(folder_vouches(NULL, &one));
	assert_false(folder_vouches(folder, &one));
	assert_false(folder_vouches(folder, &none));
	folder_see(folder, &one, 10);
	assert_true(folder_vouches(folder, &one));
	assert_false(folder_vouches(folder, &other));
	folder_see(folder, &other, 20);
	assert_false(folder_vouches(folder, &one));
	assert_true(folder_vouches(folder, &other));
	folder_drop(folder, NULL);
}

static void an_answer_that_comes_late_makes_it_no_older(void **state)
{
	struct folder *folder = hold("d/a", 0);

	(void)state;
	folder_see(folder, &one, 20);
	folder_see(folder, &one, 10);
	assert_int_equal(folder->asked, 20);
	folder_see(folder, &other, 15);
	assert_int_equal(folder->asked, 15);
	folder_see(folder, &other, 30);
	assert_int_equal(folder->asked, 30);
	folder_drop(folder, NULL);
}

/* ---- the refresher ---- */

static void an_refresher_is_waited_for_until_it_is_back(void **state)
{
	struct folder *folder = hold("d/a", 0);
	int refresher, stranger;

	(void)state;
	assert_false(folder_is_waiting(folder));
	folder_send(folder, &refresher);
	folder_end(folder, &stranger, 0);
	assert_true(folder_is_waiting(folder));
	folder_end(folder, &refresher, 0);
	assert_false(folder_is_waiting(folder));
	folder_send(folder, &refresher);
	folder_end(folder, &refresher, loop_now() + 100);
	take_turn_after(99);
	assert_true(folder_is_waiting(folder));
	take_turn_after(1);
	assert_false(folder_is_waiting(folder));
	folder_end(NULL, &refresher, 0);
	folder_drop(folder, NULL);
}

static void an_refresher_may_end(void **state)
{
	int refresher;
	struct folder *folder = hold("d/a", 0);

	(void)state;
	assert_ptr_equal(hold("d/b", 0), folder);
	folder_send(folder, &refresher);
	folder_drop(folder, &refresher);
	assert_false(folder_is_waiting(folder));
	folder_drop(folder, NULL);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_folders, shut_folders)
	const struct CMUnitTest tests[] = {
		TEST(who_has_the_same_parent_shares_it),
		TEST(only_what_was_left_alone_is_settled),
		TEST(it_vouches_for_its_version_alone),
		TEST(an_answer_that_comes_late_makes_it_no_older),
		TEST(an_refresher_is_waited_for_until_it_is_back),
		TEST(an_refresher_may_end),
	};

	return cmocka_run_group_tests_name("files/folder", tests, NULL, NULL);
}
