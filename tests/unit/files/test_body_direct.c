/* test_body_direct.c - bodies that leave past us, and come back to be read. */
#include "passing.h"

#include <stdio.h>

#define HEAD "HTTP/1.1 200 OK\r\n\r\n"

enum { HEAD_LEN = sizeof HEAD - 1, SIZE = 3 * BLOCK + 100 };

/* A part of a warm file, not asked for yet. */
static void begin_part(struct sending *s, off_t from, uint64_t len)
{
	tree_file(tree, "file", SIZE);
	begin(s, TURNS_SEND);
	add_file(s, "file", from, len);
	warm_up(s->file);
}

/* All of it, on its way. */
static void begin_sending(struct sending *s)
{
	begin_part(s, 0, SIZE);
	assert_false(send_it(s, HEAD));
	assert_true(s->body.sent > HEAD_LEN && s->body.sent < BLOCK);
}

/* On, until so many bytes of the file have left. */
static void go_on_until(struct sending *s, uint64_t bytes)
{
	while (s->body.sent < HEAD_LEN + bytes) {
		client_reads(s);
		take_turn();
		assert_int_equal(s->resumed, 0);
	}
}

static void ends_whole(struct sending *s, uint64_t len)
{
	goes_its_way(s);
	ended(s, BODY_SENT, HEAD_LEN + len);
	assert_int_equal(s->heard, HEAD_LEN + len);
	finish(s);
}

/* ---- as it should go ---- */

static void a_warm_file_is_not_read(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	while (s.resumed == 0) {
		assert_null(s.body.stream);
		client_reads(&s);
		take_turn();
	}
	assert_int_equal(fake_started(), 0);
	assert_true(passing.calls >= SIZE / DIRECT_SHARE);
	ends_whole(&s, SIZE);
}

static void a_cold_one_is_and_is_warm_for_the_next(void **state)
{
	struct sending s;
	struct file *file;

	(void)state;
	tree_file(tree, "file", SIZE);
	begin(&s, TURNS_SEND);
	add_file(&s, "file", 0, SIZE);
	s.file->scale = &passing_scale;
	s.file->found.version.size = SIZE;
	/* No room for a copy, but for stamps. */
	passing_scale.most = 4096;
	assert_false(send_it(&s, HEAD));
	file = file_hold(s.file);
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + SIZE);
	assert_int_equal(s.heard, HEAD_LEN + SIZE);
	assert_int_equal(fake_started(), 4);
	assert_int_equal(passing.calls, 0);
	for (uint64_t at = 0; at < SIZE; at += BLOCK)
		assert_true(direct_room(file, at, SIZE - at) > 0);
	file_drop(file);
	finish(&s);
}

static void a_part_may_begin_and_end_anywhere(void **state)
{
	static const struct {
		off_t from;
		uint64_t len;
	} parts[] = {{0, 1}, {1, BLOCK}, {BLOCK - 1, 2}, {BLOCK, BLOCK},
		{5, SIZE - 5}, {SIZE - 1, 1}, {3 * BLOCK, 100}};

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct sending s;

		begin_part(&s, parts[i].from, parts[i].len);
		if (send_it(&s, HEAD)) {
			assert_int_equal(s.body.outcome, BODY_SENT);
			client_reads(&s);
			assert_int_equal(s.heard, HEAD_LEN + parts[i].len);
			finish(&s);
		} else {
			ends_whole(&s, parts[i].len);
		}
		assert_int_equal(fake_started(), 0);
	}
}

static void several_parts_have_texts_between_them(void **state)
{
	static const struct piece pieces[] = {
		{{"one:", 4}, 10, 20},
		{{"two:", 4}, BLOCK - 5, 10},
		{{"end", 3}, 0, 0},
	};
	char heard[200];
	size_t len = 0;
	struct sending s;

	(void)state;
	tree_file(tree, "file", SIZE);
	begin(&s, TURNS_SEND);
	s.file = open_file("file");
	body_add(&s.body, s.file, pieces, 3);
	warm_up(s.file);
	(void)send_it(&s, HEAD);
	while (s.resumed == 0) {
		ssize_t n = recv(s.client, heard + len, sizeof heard - len,
			MSG_DONTWAIT);

		len += n > 0 ? (size_t)n : 0;
		take_turn();
	}
	assert_int_equal(s.body.outcome, BODY_SENT);
	len += (size_t)recv(s.client, heard + len, sizeof heard - len, 0);
	assert_int_equal(len, HEAD_LEN + 4 + 20 + 4 + 10 + 3);
	assert_memory_equal(heard + HEAD_LEN, "one:", 4);
	assert_memory_equal(heard + HEAD_LEN + 24, "two:", 4);
	assert_memory_equal(heard + HEAD_LEN + 38, "end", 3);
	for (int i = 0; i < 20; i++)
		assert_int_equal(heard[HEAD_LEN + 4 + i],
			tree_pattern(10 + (uint64_t)i));
	for (int i = 0; i < 10; i++)
		assert_int_equal(heard[HEAD_LEN + 28 + i],
			tree_pattern(BLOCK - 5 + (uint64_t)i));
	assert_int_equal(fake_started(), 0);
	finish(&s);
}

/* A read for one block, in the midst of those that need none. */
static void a_cold_block_is_read(void **state)
{
	struct sending s;

	(void)state;
	begin_part(&s, 0, SIZE);
	s.file->warm[1] = 0;
	assert_false(send_it(&s, HEAD));
	go_on_until(&s, BLOCK);
	while (fake_flying() == 0)
		take_turn();
	assert_int_equal(fake_flight(0)->aio_offset, BLOCK);
	assert_int_equal(fake_flight(0)->aio_nbytes, BLOCK);
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + SIZE);
	assert_int_equal(s.heard, HEAD_LEN + SIZE);
	assert_int_equal(fake_started(), 1);
	assert_true(passing.offset > 2 * BLOCK);
	finish(&s);
}

/* ---- the disk ---- */

static void who_had_to_wait_reads_on(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	passing.takes = 2;
	passing.waits = true;
	client_reads(&s);
	take_turn();
	passing.calls = 0;
	ends_whole(&s, SIZE);
	assert_int_equal(passing.calls, 0);
	assert_true(fake_started() > 0);
}

static void who_is_refused_reads_on(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	passing.error = EINVAL;
	passing.calls = 0;
	ends_whole(&s, SIZE);
	assert_int_equal(passing.calls, 1);
}

static void a_broken_disk_is_found_by_a_read(void **state)
{
	struct sending s;
	uint64_t sent;

	(void)state;
	begin_sending(&s);
	sent = s.body.sent;
	passing.error = EIO;
	client_reads(&s);
	take_turn();
	assert_int_equal(fake_flying(), 1);
	fake_land(0, EIO);
	take_turn();
	ended(&s, BODY_FAILED, sent);
	finish(&s);
}

/* ---- the file ---- */

static void a_file_that_was_changed_is_not_begun(void **state)
{
	struct sending s;

	(void)state;
	begin_part(&s, 3 * BLOCK, 100);
	tree_poke(tree, "file", 0, "other bytes");
	assert_true(send_it(&s, HEAD));
	assert_int_equal(s.body.outcome, BODY_CHANGED);
	assert_int_equal(s.body.sent, 0);
	finish(&s);
}

static void or_does_not_end(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	tree_poke(tree, "file", 0, "other bytes");
	goes_its_way(&s);
	assert_int_equal(s.body.outcome, BODY_CHANGED);
	assert_true(s.body.sent < HEAD_LEN + SIZE);
	finish(&s);
}

static void nor_does_one_that_was_cut(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	assert_return_code(truncate(tree_path(tree, "file"), BLOCK), errno);
	goes_its_way(&s);
	ended(&s, BODY_CHANGED, HEAD_LEN + BLOCK);
	finish(&s);
}

/* Its name may mean another one meanwhile. */
static void one_that_was_replaced_does(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	tree_file(tree, "other", 10);
	assert_return_code(
		rename(tree_path(tree, "other"), tree_path(tree, "file")),
		errno);
	ends_whole(&s, SIZE);
	assert_int_equal(fake_started(), 0);
}

/* ---- the client ---- */

static void a_client_may_leave(void **state)
{
	struct sending s;
	uint64_t sent;

	(void)state;
	begin_sending(&s);
	sent = s.body.sent;
	client_reads(&s);
	client_leaves(&s);
	take_turn();
	ended(&s, BODY_GONE, sent);
	finish(&s);
}

static void who_takes_nothing_is_cut_off(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	for (int i = 0; i < 10 && s.resumed == 0; i++) {
		warm_up(s.file);
		take_turn_after(TURNS_SEND);
	}
	assert_int_equal(s.resumed, 1);
	assert_int_equal(s.body.outcome, BODY_SLOW);
	finish(&s);
}

static void who_comes_back_late_has_it_read(void **state)
{
	struct sending s;

	(void)state;
	cont_within(WITHIN_SEND, 0);
	begin_sending(&s);
	s.body.stretch.time = 0;
	take_turn_after(DIRECT_WARM * 1000);
	passing.calls = 0;
	client_reads(&s);
	take_turn();
	assert_int_equal(passing.calls, 0);
	assert_int_equal(fake_flying(), 1);
	assert_int_equal(fake_flight(0)->aio_offset, s.body.at);
	assert_int_equal(fake_flight(0)->aio_nbytes, BLOCK - s.body.at);
	ends_whole(&s, SIZE);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_passing, shut_passing)
	const struct CMUnitTest tests[] = {
		TEST(a_warm_file_is_not_read),
		TEST(a_cold_one_is_and_is_warm_for_the_next),
		TEST(a_part_may_begin_and_end_anywhere),
		TEST(several_parts_have_texts_between_them),
		TEST(a_cold_block_is_read),
		TEST(who_had_to_wait_reads_on),
		TEST(who_is_refused_reads_on),
		TEST(a_broken_disk_is_found_by_a_read),
		TEST(a_file_that_was_changed_is_not_begun),
		TEST(or_does_not_end),
		TEST(nor_does_one_that_was_cut),
		TEST(one_that_was_replaced_does),
		TEST(a_client_may_leave),
		TEST(who_takes_nothing_is_cut_off),
		TEST(who_comes_back_late_has_it_read),
	};

	return cmocka_run_group_tests_name(
		"files/body_direct", tests, NULL, NULL);
}
