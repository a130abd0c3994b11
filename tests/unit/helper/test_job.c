/* test_job.c - the two messages between the loop and a helper. */
#include "helper/job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "guard.h"
#include "http/accept.h"

enum { HEAD = offsetof(struct job, path) };

/* ---- jobs ---- */

/* SLICE is no constant that a table could begin with. */
#define NAME(literal)                          \
	{                                      \
		(literal), sizeof(literal) - 1 \
	}

static const struct {
	struct slice path;
	bool valid;
} paths[] = {
	{NAME(""), true},
	{NAME("a"), true},
	{NAME("index.html"), true},
	{NAME("a/b/c"), true},
	{NAME("..."), true},
	{NAME("a/.../b"), true},
	{NAME(".hidden"), true},
	{NAME("..a"), true},
	{NAME("a.."), true},
	{NAME("\xff\x01\n\\"), true},
	{NAME(" "), true},

	{NAME("/"), false},
	{NAME("/a"), false},
	{NAME("a/"), false},
	{NAME("a//b"), false},
	{NAME("."), false},
	{NAME("./a"), false},
	{NAME("a/."), false},
	{NAME("a/./b"), false},
	{NAME(".."), false},
	{NAME("../a"), false},
	{NAME("a/.."), false},
	{NAME("a/../b"), false},
	{NAME("\0"), false},
	{NAME("a\0b"), false},
	{NAME("a/b\0"), false},
};

static void a_path_is_a_list_of_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct job job;

		assert_true(job_make(&job, paths[i].path, i % 2));
		if (job_is_valid(&job, job_size(&job)) != paths[i].valid)
			fail_msg("case %zu: \"%s\"", i, paths[i].path.at);
	}
}

static void a_job_carries_what_it_was_made_of(void **state)
{
	struct job job;

	(void)state;
	assert_true(job_make(&job, SLICE("dir/file"), JOB_SLASH));
	assert_int_equal(job.flags, JOB_SLASH);
	assert_int_equal(job_size(&job), HEAD + 8);
	assert_memory_equal(job.path, "dir/file", 8);

	assert_true(job_make(&job, slice_of(NULL, 0), JOB_VARIANTS));
	assert_int_equal(job.flags, JOB_VARIANTS);
	assert_int_equal(job_size(&job), HEAD);
	assert_true(job_is_valid(&job, HEAD));
}

static void a_path_fills_the_job_to_its_last_byte(void **state)
{
	static char path[JOB_PATH_MAX + 1];
	struct job job;

	(void)state;
	memset(path, 'a', sizeof(path));
	assert_false(job_make(&job, slice_of(path, sizeof(path)), 0));
	assert_true(job_make(&job, slice_of(path, JOB_PATH_MAX), 0));
	assert_int_equal(job_size(&job), sizeof(job));
	assert_true(job_is_valid(&job, sizeof(job)));
	assert_false(job_is_valid(&job, sizeof(job) + 1));
	job.len = JOB_PATH_MAX + 1;
	assert_false(job_is_valid(&job, sizeof(job) + 1));
}

static void a_job_cut_or_stretched_is_none(void **state)
{
	struct job job;
	size_t size;

	(void)state;
	assert_true(job_make(&job, SLICE("some/longer/path"), 0));
	size = job_size(&job);
	for (size_t len = 0; len <= sizeof(job); len++)
		assert_int_equal(job_is_valid(&job, len), len == size);

	job.len = UINT32_MAX;
	for (size_t len = 0; len <= sizeof(job); len++)
		assert_false(job_is_valid(&job, len));
}

static void nothing_is_read_behind_the_end_of_a_job(void **state)
{
	struct job job;

	(void)state;
	assert_true(job_make(&job, SLICE("some/longer/path"), 0));
	/* Only where the copy is aligned: a job never starts elsewhere. */
	for (size_t len = 0; len <= job_size(&job); len += 4) {
		char *copy = guard_copy(&job, len);
		const struct job *cut = (const void *)copy;

		assert_int_equal(job_is_valid(cut, len), len == job_size(&job));
		guard_free(copy, len);
	}
}

/* Told in another way than job.c does. */
static bool is_sensible(uint32_t flags)
{
	bool slash = flags & JOB_SLASH;
	bool listing = flags & JOB_LISTING;
	bool by_size = flags & JOB_BY_SIZE;
	bool by_time = flags & JOB_BY_TIME;
	bool details = flags & JOB_JSON || flags & JOB_DESCENDING || by_size ||
		       by_time;

	return flags <= JOB_FLAGS && (slash || !listing) &&
	       (listing || !details) && !(by_size && by_time);
}

static void flags_go_together_or_not(void **state)
{
	size_t sensible = 0;
	struct job job;

	(void)state;
	for (uint32_t flags = 0; flags < 2 * (JOB_FLAGS + 1); flags++) {
		assert_true(job_make(&job, SLICE("a"), flags));
		assert_int_equal(
			job_is_valid(&job, job_size(&job)), is_sensible(flags));
		sensible += is_sensible(flags);
	}
	/* Two without a slash, two with it, and twelve kinds of listings, each
	 * with and without variants. */
	assert_int_equal(sensible, 2 + 2 + 2 * 12);
	for (uint32_t bit = 1U << 31; bit > JOB_FLAGS; bit >>= 1) {
		assert_true(job_make(&job, SLICE("a"), bit));
		assert_false(job_is_valid(&job, job_size(&job)));
	}
}

/* ---- answers ---- */

enum { ALL_CODINGS = (1 << CODING_COUNT) - 1 };

static const struct {
	uint32_t kind;
	uint32_t index;
	uint32_t codings;
	int64_t size;
	bool has_fd;
	bool valid;
} answers[] = {
	{FOUND_FILE, 0, 0, 0, true, true},
	{FOUND_FILE, 1, ALL_CODINGS, INT64_MAX, true, true},
	{FOUND_FILE, 0, 1 << CODING_GZIP, 0, true, true},
	{FOUND_FILE, 0, ALL_CODINGS + 1, 0, true, false},
	{FOUND_FILE, 0, UINT32_MAX, 0, true, false},
	{FOUND_FILE, 2, 0, 0, true, false},
	{FOUND_FILE, 0, 0, -1, true, false},
	{FOUND_FILE, 0, 0, 0, false, false},
	{FOUND_LISTING, 0, 0, 0, true, true},
	{FOUND_LISTING, 0, 0, INT64_MAX, true, true},
	{FOUND_LISTING, 0, 0, -1, true, false},
	{FOUND_LISTING, 0, 0, 0, false, false},
	{FOUND_LISTING, 1, 0, 0, true, false},
	{FOUND_LISTING, 0, 1, 0, true, false},
	{FOUND_DIRECTORY, 0, 0, 0, false, true},
	{FOUND_DIRECTORY, 0, 0, 0, true, false},
	{FOUND_DIRECTORY, 1, 0, 0, false, false},
	{FOUND_DIRECTORY, 0, 1, 0, false, false},
	{FOUND_NO_INDEX, 0, 0, 0, false, true},
	{FOUND_NO_INDEX, 1, 0, 0, false, false},
	{FOUND_NOTHING, 0, 0, 0, false, true},
	{FOUND_NOTHING, 0, 0, 0, true, false},
	{FOUND_DENIED, 0, 0, 0, false, true},
	{FOUND_SHORTAGE, 0, 0, 0, false, true},
	{FOUND_SHORTAGE, 0, 0, 0, true, false},
	{FOUND_SHORTAGE, 0, 1, 0, false, false},
	{FOUND_BUSY, 0, 0, 0, false, true},
	{FOUND_BUSY, 0, 0, 0, true, false},
	{FOUND_BROKEN, 0, 0, 0, false, true},
	{FOUND_MOVED, 0, 0, 0, false, true},
	{FOUND_MOVED, 0, 0, 0, true, false},
	{FOUND_KINDS, 0, 0, 0, false, false},
	{FOUND_KINDS, 0, 0, 0, true, false},
	{UINT32_MAX, 0, 0, 0, false, false},
};

static void an_answer_agrees_with_its_descriptor(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct found found = {.kind = answers[i].kind,
			.index = answers[i].index,
			.codings = answers[i].codings};

		found.version.size = answers[i].size;
		if (found_is_valid(&found, sizeof(found), answers[i].has_fd) !=
			answers[i].valid)
			fail_msg("case %zu", i);
	}
}

static void an_answer_has_one_size(void **state)
{
	struct found found = {.kind = FOUND_NOTHING};

	(void)state;
	for (size_t len = 0; len <= 2 * sizeof(found); len++)
		assert_int_equal(found_is_valid(&found, len, false),
			len == sizeof(found));
	for (size_t len = 0; len <= sizeof(found); len += 8) {
		char *copy = guard_copy(&found, len);
		const struct found *cut = (const void *)copy;

		assert_int_equal(
			found_is_valid(cut, len, false), len == sizeof(found));
		guard_free(copy, len);
	}
}

/* ---- versions ---- */

static void a_version_has_nanoseconds(void **state)
{
	struct stat st = {.st_dev = 7, .st_ino = 8, .st_size = 9};
	struct version v;

	(void)state;
	st.st_mtim = (struct timespec){.tv_sec = 1700000000, .tv_nsec = 1};
	st.st_ctim = (struct timespec){.tv_sec = -1, .tv_nsec = 999999999};
	v = version_of(&st);
	assert_int_equal(v.device, 7);
	assert_int_equal(v.inode, 8);
	assert_int_equal(v.size, 9);
	assert_true(v.modified == INT64_C(1700000000000000001));
	assert_true(v.changed == -1);
}

static void times_out_of_reach_stay_at_the_limit(void **state)
{
	struct stat st = {0};

	(void)state;
	if (sizeof(st.st_mtim.tv_sec) < 8) {
		print_message("a short time_t reaches no limit\n");
		skip();
	}
	st.st_mtim.tv_sec = (time_t)INT64_MAX;
	st.st_ctim.tv_sec = (time_t)INT64_MIN;
	assert_true(version_of(&st).modified == INT64_MAX);
	assert_true(version_of(&st).changed == INT64_MIN);
}

static void every_part_of_a_version_counts(void **state)
{
	const struct version v = {1, 2, 3, 4, 5, 1};
	const struct version other[] = {
		{9, 2, 3, 4, 5, 1},
		{1, 9, 3, 4, 5, 1},
		{1, 2, 9, 4, 5, 1},
		{1, 2, 3, 9, 5, 1},
	};

	(void)state;
	assert_true(version_is_same(&v, &v));
	assert_true(version_has_same_bytes(&v, &v));
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		assert_false(version_is_same(&v, &other[i]));
		assert_false(version_has_same_bytes(&v, &other[i]));
	}
}

static void a_name_less_leaves_the_bytes(void **state)
{
	const struct version v = {1, 2, 3, 4, 5, 2};
	const struct version replaced[] = {
		{1, 2, 3, 4, 6, 1},
		{1, 2, 3, 4, 6, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(replaced) / sizeof(replaced[0]); i++) {
		assert_false(version_is_same(&v, &replaced[i]));
		assert_true(version_has_same_bytes(&v, &replaced[i]));
	}
}

/* Whoever writes in place and sets the time back may make a name, too. */
static void a_name_more_excuses_nothing(void **state)
{
	const struct version v = {1, 2, 3, 4, 5, 1};
	const struct version linked = {1, 2, 3, 4, 6, 2};

	(void)state;
	assert_false(version_is_same(&v, &linked));
	assert_false(version_has_same_bytes(&v, &linked));
}

static void a_time_that_was_set_back_is_noticed(void **state)
{
	const struct version v = {1, 2, 3, 4, 5, 1};
	const struct version touched = {1, 2, 3, 4, 6, 1};

	(void)state;
	assert_false(version_has_same_bytes(&v, &touched));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_is_a_list_of_names),
		cmocka_unit_test(a_job_carries_what_it_was_made_of),
		cmocka_unit_test(a_path_fills_the_job_to_its_last_byte),
		cmocka_unit_test(a_job_cut_or_stretched_is_none),
		cmocka_unit_test(nothing_is_read_behind_the_end_of_a_job),
		cmocka_unit_test(flags_go_together_or_not),
		cmocka_unit_test(an_answer_agrees_with_its_descriptor),
		cmocka_unit_test(an_answer_has_one_size),
		cmocka_unit_test(a_version_has_nanoseconds),
		cmocka_unit_test(times_out_of_reach_stay_at_the_limit),
		cmocka_unit_test(every_part_of_a_version_counts),
		cmocka_unit_test(a_name_less_leaves_the_bytes),
		cmocka_unit_test(a_name_more_excuses_nothing),
		cmocka_unit_test(a_time_that_was_set_back_is_noticed),
	};

	return cmocka_run_group_tests_name("helper/job", tests, NULL, NULL);
}
