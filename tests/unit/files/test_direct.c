/* test_direct.c - which bytes may leave past us, and what becomes of a device
 * that lets us wait. */
#include "passing.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { SIZE = 3 * BLOCK + 100 };

static struct file *a_file(void)
{
	struct file *file;

	tree_file(tree, "file", SIZE);
	file = open_file("file");
	file->scale = &passing_scale;
	return file;
}

static struct file *a_warm_file(void)
{
	struct file *file = a_file();

	warm_up(file);
	return file;
}

/* To a socket that has room. */
static ssize_t send_one(struct file *file)
{
	ssize_t sent;
	int ends[2];

	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), errno);
	sent = direct_send(file, ends[0], 0, SMALL);
	close(ends[0]);
	close(ends[1]);
	return sent;
}

/* ---- blocks ---- */

static void nothing_leaves_so_unless_it_is_allowed(void **state)
{
	struct file *file = a_file();

	(void)state;
	direct_allow(false);
	direct_note(file, 0, BLOCK);
	assert_null(file->warm);
	assert_int_equal(direct_room(file, 0, SIZE), 0);
	file_drop(file);
}

static void what_was_read_is_warm(void **state)
{
	static const struct {
		uint64_t offset;
		size_t len;
		unsigned warm; /* blocks, one bit each */
	} cases[] = {
		{0, BLOCK, 1},
		{0, BLOCK - 1, 0},
		{1, BLOCK - 1, 0},
		{1, BLOCK, 0},
		{BLOCK, BLOCK, 2},
		{BLOCK - 1, BLOCK + 1, 2},
		{2 * BLOCK, BLOCK, 4},
		{3 * BLOCK, 100, 8},
		{3 * BLOCK, 99, 0},
		{3 * BLOCK + 1, 99, 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct file *file = a_file();

		direct_note(file, cases[i].offset, cases[i].len);
		for (unsigned b = 0; b < 4; b++) {
			size_t room = direct_room(file, (uint64_t)b * BLOCK,
				SIZE - (uint64_t)b * BLOCK);

			assert_int_equal(room > 0, (cases[i].warm >> b) & 1U);
		}
		file_drop(file);
	}
}

static void no_more_than_is_warm_and_wanted(void **state)
{
	struct file *file = a_file();

	(void)state;
	direct_note(file, BLOCK, BLOCK);
	assert_int_equal(direct_room(file, BLOCK, SIZE), BLOCK);
	assert_int_equal(direct_room(file, BLOCK, 7), 7);
	assert_int_equal(direct_room(file, BLOCK, 0), 0);
	assert_int_equal(direct_room(file, BLOCK + 9, SIZE), BLOCK - 9);
	assert_int_equal(direct_room(file, 2 * BLOCK - 1, SIZE), 1);
	assert_int_equal(direct_room(file, 2 * BLOCK, SIZE), 0);
	assert_int_equal(direct_room(file, 0, SIZE), 0);
	warm_up(file);
	assert_int_equal(direct_room(file, 5, SIZE - 5), DIRECT_SHARE);
	assert_int_equal(direct_room(file, 3 * BLOCK, 100), 100);
	file_drop(file);
}

static void reads_end_where_blocks_do(void **state)
{
	static const struct {
		uint64_t offset, left;
		size_t aligned, plain;
	} cases[] = {
		{0, SIZE, BLOCK, BLOCK},
		{0, 10, 10, 10},
		{0, 0, 0, 0},
		{100, SIZE, BLOCK - 100, BLOCK},
		{BLOCK - 1, SIZE, 1, BLOCK},
		{BLOCK, SIZE, BLOCK, BLOCK},
		{100, 50, 50, 50},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		direct_allow(true);
		assert_int_equal(
			direct_block(cases[i].offset, cases[i].left, BLOCK),
			cases[i].aligned);
		direct_allow(false);
		assert_int_equal(
			direct_block(cases[i].offset, cases[i].left, BLOCK),
			cases[i].plain);
	}
	assert_int_equal(direct_block(0, SIZE, 1000), 1000);
	direct_allow(true);
	assert_int_equal(direct_block(0, SIZE, 1000), BLOCK);
}

static void warmth_passes(void **state)
{
	struct file *file = a_warm_file();

	(void)state;
	take_turn_after((DIRECT_WARM - 1) * 1000);
	assert_true(direct_room(file, 0, SIZE) > 0);
	take_turn_after(1000);
	assert_int_equal(direct_room(file, 0, SIZE), 0);
	file_drop(file);
}

static void what_leaves_stays_warm(void **state)
{
	struct file *file = a_warm_file();
	int ends[2];

	(void)state;
	assert_return_code(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), errno);
	take_turn_after((DIRECT_WARM - 1) * 1000);
	assert_int_equal(direct_send(file, ends[0], 3 * BLOCK, 100), 100);
	take_turn_after(1000);
	assert_int_equal(direct_room(file, 3 * BLOCK, 100), 100);
	assert_int_equal(direct_room(file, 2 * BLOCK, BLOCK), 0);
	close(ends[0]);
	close(ends[1]);
	file_drop(file);
}

/* ---- files ---- */

static void stamps_are_weighed(void **state)
{
	struct file *file = a_warm_file();

	(void)state;
	assert_int_equal(passing_scale.weight, 4 * sizeof(uint32_t));
	file_drop(file);
	assert_int_equal(passing_scale.weight, 0);
}

static void some_files_have_none(void **state)
{
	struct scale full = {.weight = 100, .most = 100 + 15};
	struct file *file = a_file();

	(void)state;
	file->scale = NULL;
	direct_note(file, 0, BLOCK);
	assert_null(file->warm);
	file->scale = &full;
	direct_note(file, 0, BLOCK);
	assert_null(file->warm);
	file->scale = &passing_scale;
	file->found.kind = FOUND_LISTING;
	direct_note(file, 0, BLOCK);
	assert_null(file->warm);
	file->found.kind = FOUND_FILE;
	file->found.version.size = (int64_t)DIRECT_MAX + 1;
	direct_note(file, 0, BLOCK);
	assert_null(file->warm);
	file->found.version.size = (int64_t)DIRECT_MAX;
	direct_note(file, 0, BLOCK);
	assert_non_null(file->warm);
	file_drop(file);
}

static void a_copy_comes_first(void **state)
{
	struct file *file = a_file();

	(void)state;
	file->draft = copy_new(SIZE);
	direct_note(file, 0, BLOCK);
	assert_null(file->warm);
	copy_free(file->draft);
	file->draft = NULL;
	warm_up(file);
	file->draft = copy_new(SIZE);
	assert_int_equal(direct_room(file, 0, SIZE), 0);
	file_drop(file);
}

/* ---- devices ---- */

static void a_device_that_was_waited_for_rests(void **state)
{
	struct file *file = a_warm_file();

	(void)state;
	passing.takes = 2;
	passing.waits = true;
	assert_int_equal(send_one(file), SMALL);
	assert_int_equal(direct_room(file, 0, SIZE), 0);
	take_turn_after(DIRECT_REST - 3);
	warm_up(file);
	assert_int_equal(direct_room(file, 0, SIZE), 0);
	take_turn_after(5);
	assert_true(direct_room(file, 0, SIZE) > 0);
	file_drop(file);
}

static void one_that_was_quick_does_not(void **state)
{
	struct file *file = a_warm_file();

	(void)state;
	passing.takes = 1;
	passing.waits = true;
	assert_int_equal(send_one(file), SMALL);
	assert_true(direct_room(file, 0, SIZE) > 0);
	file_drop(file);
}

/* Somebody else had the processor. */
static void nor_one_that_was_not_waited_for(void **state)
{
	struct file *file = a_warm_file();

	(void)state;
	passing.takes = 1000;
	assert_int_equal(send_one(file), SMALL);
	assert_true(direct_room(file, 0, SIZE) > 0);
	file_drop(file);
}

static void nor_do_others(void **state)
{
	struct file *file = a_warm_file();
	struct file *other = a_warm_file();

	(void)state;
	other->found.version.device++;
	passing.takes = 2;
	passing.waits = true;
	send_one(file);
	assert_true(direct_room(other, 0, SIZE) > 0);
	file_drop(file);
	file_drop(other);
}

static void as_many_rest_as_there_are_places(void **state)
{
	struct file *file = a_warm_file();
	uint64_t first = file->found.version.device;

	(void)state;
	passing.takes = 2;
	passing.waits = true;
	for (uint64_t i = 0; i <= DIRECT_DEVICES; i++) {
		file->found.version.device = first + i;
		send_one(file);
		/* So that one has rested longer than the next. */
		take_turn_after(1);
	}
	warm_up(file);
	for (uint64_t i = 0; i <= DIRECT_DEVICES; i++) {
		file->found.version.device = first + i;
		assert_int_equal(direct_room(file, 0, SIZE) > 0, i == 0);
	}
	file_drop(file);
}

/* ---- errors ---- */

static void what_cannot_be_sent_so_is_read(void **state)
{
	static const int errors[] = {EINVAL, ENOSYS, EIO, ENOMEM};

	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		struct file *file = a_warm_file();

		direct_allow(true);
		passing.error = errors[i];
		assert_int_equal(send_one(file), 0);
		assert_int_equal(direct_room(file, 0, SIZE), 0);
		file_drop(file);
	}
}

static void what_is_the_sockets_is_no_fault_of_the_file(void **state)
{
	static const int errors[] = {EAGAIN, EPIPE, ECONNRESET, ETIMEDOUT};

	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		struct file *file = a_warm_file();

		passing.error = errors[i];
		assert_int_equal(send_one(file), -1);
		assert_int_equal(errno, errors[i]);
		assert_true(direct_room(file, 0, SIZE) > 0);
		file_drop(file);
	}
}

static void the_end_of_the_file_is_for_a_read_to_find(void **state)
{
	struct file *file = a_warm_file();

	(void)state;
	assert_return_code(truncate(tree_path(tree, "file"), 0), errno);
	assert_int_equal(send_one(file), 0);
	assert_int_equal(direct_room(file, 0, SIZE), 0);
	assert_true(direct_room(file, BLOCK, SIZE - BLOCK) > 0);
	file_drop(file);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_passing, shut_passing)
	const struct CMUnitTest tests[] = {
		TEST(nothing_leaves_so_unless_it_is_allowed),
		TEST(what_was_read_is_warm),
		TEST(no_more_than_is_warm_and_wanted),
		TEST(reads_end_where_blocks_do),
		TEST(warmth_passes),
		TEST(what_leaves_stays_warm),
		TEST(stamps_are_weighed),
		TEST(some_files_have_none),
		TEST(a_copy_comes_first),
		TEST(a_device_that_was_waited_for_rests),
		TEST(one_that_was_quick_does_not),
		TEST(nor_one_that_was_not_waited_for),
		TEST(nor_do_others),
		TEST(as_many_rest_as_there_are_places),
		TEST(what_cannot_be_sent_so_is_read),
		TEST(what_is_the_sockets_is_no_fault_of_the_file),
		TEST(the_end_of_the_file_is_for_a_read_to_find),
	};

	return cmocka_run_group_tests_name("files/direct", tests, NULL, NULL);
}
