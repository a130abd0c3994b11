/* test_fill.c - files of which parts are asked for come into memory. */
#include "files/fill.h"
#include "sending.h"

#define HEAD "the head\r\n\r\n"

enum { PART = 100 };

static struct scale scale;
static struct file *file;

static void open_file_of(size_t size, uint64_t most)
{
	tree_file(tree, "file", size);
	file = open_file("file");
	scale = (struct scale){.most = most};
	file_weigh(file, &scale, 0);
}

/* Sends a part, and lets go of all but the file. */
static void send_part(uint64_t offset, uint64_t len)
{
	struct sending s;

	begin(&s, TURNS_SEND);
	s.piece = (struct piece){.offset = offset, .len = len};
	s.from = (off_t)offset;
	body_add(&s.body, file, &s.piece, 1);
	if (!send_it(&s, HEAD))
		goes_its_way(&s);
	client_reads(&s);
	assert_int_equal(s.body.outcome, BODY_SENT);
	assert_int_equal(s.heard, strlen(HEAD) + len);
	body_end(&s.body);
	cont_close(s.body.socket);
	close(s.client);
	take_turn();
}

static void send_parts(void)
{
	for (int i = 0; i < FILL_AFTER; i++)
		send_part(7, PART);
}

static void all_rests(void)
{
	while (fake_flying() > 0) {
		land_all();
		take_turn();
	}
	take_turn();
}

static void nobody_has_it(void)
{
	assert_int_equal(file->holders, 1);
	assert_false(file->filling);
	file_drop(file);
	take_turn();
	assert_int_equal(scale.weight, 0);
}

/* ---- as it should go ---- */

static void who_is_asked_for_parts_again_is_in_memory(void **state)
{
	static const size_t sizes[] = {PART + 8, BLOCK, BLOCK + 1, FILL_SIZE};

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		size_t started;

		open_file_of(sizes[i], 128 << 20);
		send_parts();
		all_rests();
		assert_non_null(file->copy);
		for (size_t at = 0; at < sizes[i]; at++)
			assert_int_equal(
				file->copy->bytes[at], tree_pattern(at));
		started = fake_started();
		send_part(sizes[i] - PART, PART);
		assert_int_equal(fake_started(), started);
		nobody_has_it();
	}
}

static void who_was_asked_for_one_is_not(void **state)
{
	(void)state;
	open_file_of(1000, 128 << 20);
	for (int i = 1; i < FILL_AFTER; i++)
		send_part(7, PART);
	send_part(0, 1000);
	all_rests();
	assert_int_equal(fake_started(), FILL_AFTER);
	nobody_has_it();
}

/* More parts while it is read: it is read once. */
static void it_is_read_once(void **state)
{
	struct sending s[3];

	(void)state;
	open_file_of(1000, 128 << 20);
	send_part(7, PART);
	for (int i = 0; i < 3; i++) {
		begin(&s[i], TURNS_SEND);
		s[i].piece = (struct piece){.offset = 7, .len = PART};
		s[i].from = 7;
		body_add(&s[i].body, file, &s[i].piece, 1);
		assert_false(send_it(&s[i], HEAD));
	}
	for (int i = 0; i < 3; i++) {
		goes_its_way(&s[i]);
		finish(&s[i]);
	}
	all_rests();
	assert_int_equal(fake_started(), 1 + 3 + 1);
	assert_non_null(file->copy);
	nobody_has_it();
}

/* Its first block is there already, of a client who left. */
static void what_is_known_is_not_read_again(void **state)
{
	static char bytes[BLOCK];

	(void)state;
	open_file_of(BLOCK + 100, 128 << 20);
	assert_int_equal(pread(file->fd, bytes, BLOCK, 0), BLOCK);
	file_grow_copy(file, 0, slice_of(bytes, BLOCK));
	assert_null(file->copy);
	send_parts();
	all_rests();
	assert_int_equal(fake_started(), FILL_AFTER + 1);
	assert_non_null(file->copy);
	nobody_has_it();
}

/* ---- who is not read ---- */

static void what_does_not_fit_is_not_read(void **state)
{
	static const struct {
		size_t size;
		uint64_t most;
	} files[] = {{FILL_SIZE + 1, 128 << 20}, {2000, FILE_PART * 1999},
		{2000, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		size_t before = fake_started();

		open_file_of(files[i].size, files[i].most);
		send_parts();
		all_rests();
		assert_int_equal(fake_started(), before + FILL_AFTER);
		assert_null(file->copy);
		nobody_has_it();
	}
}

/* What is no file has no scale for copies. */
static void nor_is_what_is_not_weighed(void **state)
{
	(void)state;
	tree_file(tree, "file", 1000);
	file = open_file("file");
	send_parts();
	all_rests();
	assert_int_equal(fake_started(), FILL_AFTER);
	nobody_has_it();
}

static void want(struct file *f)
{
	for (int i = 0; i < FILL_AFTER; i++)
		fill_want(f);
}

static void few_are_read_at_once(void **state)
{
	struct file *files[FILL_MAX + 1];

	(void)state;
	open_file_of(1000, 128 << 20);
	for (int i = 0; i <= FILL_MAX; i++) {
		if (i > 0) {
			file = open_file("file");
			file_weigh(file, &scale, 0);
		}
		files[i] = file;
		want(file);
		assert_int_equal(file->filling, i < FILL_MAX);
	}
	take_turn();
	assert_int_equal(fake_flying(), FILL_MAX);
	all_rests();
	want(files[FILL_MAX]);
	all_rests();
	for (int i = 0; i <= FILL_MAX; i++) {
		assert_non_null(files[i]->copy);
		assert_int_equal(files[i]->holders, 1);
		file_drop(files[i]);
	}
	assert_int_equal(scale.weight, 0);
}

/* ---- who is given up ---- */

/* It is wanted, and its first block is in flight. */
static void open_wanted(size_t size)
{
	open_file_of(size, 128 << 20);
	want(file);
	take_turn();
	assert_int_equal(fake_flying(), 1);
}

static void a_file_that_changed_has_no_copy(void **state)
{
	(void)state;
	open_wanted(1000);
	tree_age(tree, "file", 7);
	all_rests();
	assert_null(file->copy);
	nobody_has_it();
}

static void nor_has_one_that_is_shorter(void **state)
{
	(void)state;
	open_wanted(1000);
	fake_land_short(0, 500);
	take_turn();
	assert_int_equal(fake_flight(0)->aio_offset, 500);
	fake_land_short(0, 0);
	all_rests();
	assert_null(file->copy);
	nobody_has_it();
}

static void nor_one_that_cannot_be_read(void **state)
{
	(void)state;
	open_wanted(1000);
	fake_land(0, EIO);
	all_rests();
	assert_null(file->copy);
	want(file);
	all_rests();
	assert_non_null(file->copy);
	nobody_has_it();
}

static void a_disk_that_hangs_is_let_alone(void **state)
{
	(void)state;
	open_wanted(1000);
	take_turn_after(TURNS_READ);
	take_turn();
	assert_int_equal(fileread_detached(), 1);
	nobody_has_it();
}

static void one_that_nobody_holds_is_not_read_on(void **state)
{
	(void)state;
	open_wanted(2 * BLOCK);
	file_drop(file);
	all_rests();
	assert_int_equal(fake_started(), 1);
	assert_int_equal(scale.weight, 0);
}

static void at_the_end_all_are_given_up(void **state)
{
	(void)state;
	open_wanted(2 * BLOCK);
	fill_shut();
	assert_int_equal(fileread_detached(), 1);
	all_rests();
	assert_int_equal(fake_started(), 1);
	nobody_has_it();
}

static void on_block(int fd, short revents, void *state)
{
	(void)fd;
	(void)revents;
	(void)state;
}

/* A block more than half of all would be held: the second one is not read, and
 * nothing is begun. */
static void while_blocks_are_scarce_nothing_is_read(void **state)
{
	struct fileread *held[FILEREAD_FLYING / 2];
	const size_t count = sizeof held / sizeof held[0];

	(void)state;
	open_file_of(2 * BLOCK, 128 << 20);
	for (size_t i = 0; i < count; i++) {
		held[i] = fileread_open(dup(file->fd), (dev_t)(1000 + i));
		assert_non_null(held[i]);
		fileread_start(held[i], 0, 1, then(on_block, NULL));
		all_rests();
	}
	assert_false(fileread_is_scarce());
	want(file);
	all_rests();
	assert_int_equal(fake_started(), count + 1);
	assert_false(file->filling);
	fileread_close(held[0]);
	want(file);
	all_rests();
	assert_non_null(file->copy);
	for (size_t i = 1; i < count; i++)
		fileread_close(held[i]);
	nobody_has_it();
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_bodies, shut_bodies)
	const struct CMUnitTest tests[] = {
		TEST(who_is_asked_for_parts_again_is_in_memory),
		TEST(who_was_asked_for_one_is_not),
		TEST(it_is_read_once),
		TEST(what_is_known_is_not_read_again),
		TEST(what_does_not_fit_is_not_read),
		TEST(nor_is_what_is_not_weighed),
		TEST(few_are_read_at_once),
		TEST(a_file_that_changed_has_no_copy),
		TEST(nor_has_one_that_is_shorter),
		TEST(nor_one_that_cannot_be_read),
		TEST(a_disk_that_hangs_is_let_alone),
		TEST(one_that_nobody_holds_is_not_read_on),
		TEST(at_the_end_all_are_given_up),
		TEST(while_blocks_are_scarce_nothing_is_read),
	};

	return cmocka_run_group_tests_name("files/fill", tests, NULL, NULL);
}
