/* test_file.c - holders, versions and copies of an open file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/file.h"
#include "loop/loop.h"
#include "support/ground.h"
#include "support/turns.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define TEXT "the text of a"

static struct ground ground;
static struct scale scale;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

static bool is_out_of_memory;

void *__wrap_malloc(size_t size)
{
	return is_out_of_memory ? NULL : __real_malloc(size);
}

static int open_ground(void **state)
{
	turns_open(state);
	ground_make(&ground);
	scale = (struct scale){.most = 128 << 20};
	return 0;
}

static int shut_ground(void **state)
{
	assert_int_equal(scale.weight, 0);
	ground_remove(&ground);
	return turns_shut(state);
}

/* As it is when a helper has found it. */
static struct file *found_file(const char *name)
{
	struct found found = {.kind = FOUND_FILE};
	struct file *file;
	struct stat st;
	int fd = openat(ground.dir, name, O_RDONLY | O_CLOEXEC);

	assert_return_code(fd, errno);
	assert_return_code(fstat(fd, &st), errno);
	found.version = version_of(&st);
	file = file_new(fd, &found);
	assert_non_null(file);
	return file;
}

static struct file *a_file(void)
{
	ground_file(&ground, "root/a", TEXT);
	return found_file("root/a");
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* ---- holders ---- */

static void it_closes_with_its_last_holder(void **state)
{
	struct file *file = a_file();
	int fd = file->fd;

	(void)state;
	assert_int_equal(file->holders, 1);
	assert_ptr_equal(file_hold(file), file);
	file_drop(file);
	take_turn();
	assert_true(is_open(fd));
	file_drop(file);
	take_turn();
	assert_false(is_open(fd));
	file_drop(NULL);
}

static void without_memory_it_is_closed(void **state)
{
	const struct found found = {.kind = FOUND_FILE};
	int fd = dup(ground.dir);
	struct file *file;

	(void)state;
	is_out_of_memory = true;
	file = file_new(fd, &found);
	is_out_of_memory = false;
	assert_null(file);
	take_turn();
	assert_false(is_open(fd));
}

static void it_weighs_until_its_end(void **state)
{
	struct file *file = a_file();

	(void)state;
	file_weigh(file, &scale, 10);
	file_weigh(file, &scale, 5);
	assert_int_equal(scale.weight, 15);
	file_hold(file);
	file_drop(file);
	assert_int_equal(scale.weight, 15);
	file_drop(file);
	assert_int_equal(scale.weight, 0);
}

/* ---- what became of it ---- */

static void edit(void)
{
	ground_file(&ground, "root/a", "edited");
}

static void append(void)
{
	int fd = openat(ground.dir, "root/a", O_WRONLY | O_APPEND);

	assert_int_equal(write(fd, "!", 1), 1);
	close(fd);
}

static void replace(void)
{
	ground_file(&ground, "root/b", TEXT);
	ground_rename(&ground, "root/b", "root/a");
}

static void delete (void)
{
	assert_int_equal(unlinkat(ground.dir, "root/a", 0), 0);
}

static void forbid(void)
{
	assert_int_equal(fchmodat(ground.dir, "root/a", 0400, 0), 0);
}

static void touch(void)
{
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {1, 0}};

	assert_int_equal(utimensat(ground.dir, "root/a", times, 0), 0);
}

static void move(void)
{
	ground_rename(&ground, "root/a", "root/b");
	ground_rename(&ground, "root/b", "root/a");
}

static void write_unseen_and_link(void)
{
	struct stat st;
	struct timespec times[2];

	assert_int_equal(fstatat(ground.dir, "root/a", &st, 0), 0);
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	ground_file(&ground, "root/a", "other text of");
	assert_int_equal(utimensat(ground.dir, "root/a", times, 0), 0);
	assert_int_equal(
		linkat(ground.dir, "root/a", ground.dir, "root/b", 0), 0);
}

static void do_nothing(void)
{
}

struct change {
	void (*make)(void);
	bool is_current, has_same_bytes;
};

static const struct change changes[] = {
	{do_nothing, true, true},
	{edit, false, false},
	{append, false, false},
	{touch, false, false},
	/* its bytes are what they were */
	{replace, false, true},
	{delete, false, true},
	/* as much as the inode tells, they might not be */
	{forbid, false, false},
	{move, false, false},
	{write_unseen_and_link, false, false},
};

static void a_change_is_seen_in_the_next_turn(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		struct file *file = a_file();

		take_turn();
		assert_true(file_is_current(file));
		changes[i].make();
		/* Asked once a turn. */
		assert_true(file_is_current(file));
		assert_int_equal(
			file_has_same_bytes(file), changes[i].has_same_bytes);
		take_turn();
		if (file_is_current(file) != changes[i].is_current)
			fail_msg("change %zu", i);
		/* It does not get well again. */
		assert_int_equal(file_is_current(file), changes[i].is_current);
		file_drop(file);
		(void)unlinkat(ground.dir, "root/a", 0);
	}
}

/* The helper looked, and then some time passed. */
static void a_new_one_is_not_believed_unseen(void **state)
{
	struct file *file = a_file();

	(void)state;
	replace();
	assert_false(file_is_current(file));
	file_drop(file);
}

static void a_descriptor_that_fails_is_no_file(void **state)
{
	struct file *file = a_file();
	int fd = file->fd;

	(void)state;
	take_turn();
	file->fd = -1;
	assert_false(file_is_current(file));
	assert_false(file_has_same_bytes(file));
	file->fd = fd;
	file_drop(file);
}

/* ---- its age ---- */

struct age {
	int64_t modified, date;
	bool is_young;
};

static const struct age ages[] = {
	{1000, 1000, true},
	{1000, 1000 + FILE_YOUNG - 1, true},
	{1000, 1000 + FILE_YOUNG, false},
	{0, INT64_C(1) << 60, false},
	/* a time in the future was set by hand */
	{1001, 1000, false},
	{INT64_C(1) << 60, 1000, false},
	/* before the epoch */
	{-5, 0, true},
	{-FILE_YOUNG, 0, false},
	/* what the farthest times are told as (version_of) */
	{INT64_MIN, INT64_C(1) << 60, false},
	{INT64_MAX, INT64_C(1) << 60, false},
	{INT64_MIN, 0, false},
	{INT64_MAX, -1, false},
};

static void who_was_changed_a_moment_ago_is_young(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ages); i++) {
		struct file file = {.found.version.modified = ages[i].modified};

		if (file_is_young(&file, ages[i].date) != ages[i].is_young)
			fail_msg("age %zu", i);
	}
}

/* ---- its copy ---- */

static struct file *a_weighed_file(void)
{
	struct file *file = a_file();

	file_weigh(file, &scale, 0);
	return file;
}

static void a_copy_grows_block_by_block(void **state)
{
	struct file *file = a_weighed_file();

	(void)state;
	file_grow_copy(file, 0, slice_of(TEXT, 4));
	assert_null(file->copy);
	assert_non_null(file->draft);
	assert_int_equal(scale.weight, sizeof(struct copy) + strlen(TEXT));
	/* Somebody else read it too, from the beginning and from elsewhere. */
	file_grow_copy(file, 0, slice_of(TEXT, 4));
	file_grow_copy(file, 7, SLICE("xxx"));
	file_grow_copy(file, 4, slice_of(&TEXT[4], strlen(TEXT) - 4));
	assert_null(file->draft);
	assert_non_null(file->copy);
	assert_memory_equal(file->copy->bytes, TEXT, strlen(TEXT));
	assert_int_equal(scale.weight, sizeof(struct copy) + strlen(TEXT));
	/* It has one. */
	file_grow_copy(file, 0, slice_of(TEXT, 4));
	assert_null(file->draft);
	file_drop(file);
}

static void a_draft_goes_with_its_file(void **state)
{
	struct file *file = a_weighed_file();

	(void)state;
	file_grow_copy(file, 0, slice_of(TEXT, 4));
	file_drop(file);
	assert_int_equal(scale.weight, 0);
}

static void only_who_reads_from_the_beginning_makes_one(void **state)
{
	struct file *file = a_weighed_file();

	(void)state;
	file_grow_copy(file, 4, slice_of(&TEXT[4], 4));
	assert_null(file->draft);
	file_drop(file);
}

/* Its bytes may be of two versions. */
static void who_changes_meanwhile_has_none(void **state)
{
	static void (*const makes[])(void) = {edit, append, touch};

	(void)state;
	for (size_t i = 0; i < COUNT(makes); i++) {
		struct file *file = a_weighed_file();

		file_grow_copy(file, 0, slice_of(TEXT, 4));
		makes[i]();
		file_grow_copy(file, 4, slice_of(&TEXT[4], strlen(TEXT) - 4));
		assert_null(file->copy);
		/* Nor will it have one. */
		file_grow_copy(file, 0, slice_of(TEXT, 4));
		assert_null(file->copy);
		file_drop(file);
	}
}

static void copies_have_a_limit(void **state)
{
	static const struct {
		uint64_t most, weight;
		off_t size;
		bool is_copied;
	} cases[] = {
		{0, 0, 0, false},
		{0, 0, 1, false},
		{16 << 20, 0, 1 << 20, true},
		{16 << 20, 0, (1 << 20) + 1, false},
		{128 << 20, 0, COPY_MAX, true},
		{16 << 20, (15 << 20) - sizeof(struct copy), 1 << 20, true},
		{16 << 20, (15 << 20) - sizeof(struct copy) + 1, 1 << 20,
			false},
		{16 << 20, 17 << 20, 1, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct file *file = a_file();

		scale = (struct scale){.most = cases[i].most};
		file_weigh(file, &scale, cases[i].weight);
		file->found.version.size = cases[i].size;
		file_grow_copy(file, 0, SLICE(""));
		if ((scale.weight > cases[i].weight) != cases[i].is_copied)
			fail_msg("case %zu", i);
		file_drop(file);
		assert_int_equal(scale.weight, 0);
	}
}

static void some_are_never_copied(void **state)
{
	struct file *file = a_file();

	(void)state;
	/* nobody asked for it */
	file_grow_copy(file, 0, slice_of(TEXT, 4));
	assert_null(file->draft);
	file_weigh(file, &scale, 0);
	/* a listing */
	file->found.kind = FOUND_LISTING;
	file_grow_copy(file, 0, slice_of(TEXT, 4));
	assert_null(file->draft);
	file->found.kind = FOUND_FILE;
	/* large */
	file->found.version.size = COPY_MAX + 1;
	file_grow_copy(file, 0, slice_of(TEXT, 4));
	assert_null(file->draft);
	/* without memory */
	file->found.version.size = COPY_MAX;
	is_out_of_memory = true;
	file_grow_copy(file, 0, slice_of(TEXT, 4));
	is_out_of_memory = false;
	assert_null(file->draft);
	assert_int_equal(scale.weight, 0);
	file_grow_copy(file, 0, slice_of(TEXT, 4));
	assert_non_null(file->draft);
	file_drop(file);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_ground, shut_ground)
	const struct CMUnitTest tests[] = {
		TEST(it_closes_with_its_last_holder),
		TEST(without_memory_it_is_closed),
		TEST(it_weighs_until_its_end),
		TEST(a_change_is_seen_in_the_next_turn),
		TEST(a_new_one_is_not_believed_unseen),
		TEST(a_descriptor_that_fails_is_no_file),
		TEST(who_was_changed_a_moment_ago_is_young),
		TEST(a_copy_grows_block_by_block),
		TEST(a_draft_goes_with_its_file),
		TEST(only_who_reads_from_the_beginning_makes_one),
		TEST(who_changes_meanwhile_has_none),
		TEST(copies_have_a_limit),
		TEST(some_are_never_copied),
	};

	return cmocka_run_group_tests_name("files/file", tests, NULL, NULL);
}
