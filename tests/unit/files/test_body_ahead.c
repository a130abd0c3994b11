/* test_body_ahead.c - the next block is read while one is sent. */
#include "sending.h"

#define HEAD "HTTP/1.1 200 OK\r\n\r\n"

enum { HEAD_LEN = sizeof HEAD - 1, SIZE = 3 * BLOCK };

/* A file of three blocks: the first is being sent, the second in flight. */
static void begin_sending(struct sending *s)
{
	tree_file(tree, "file", SIZE);
	begin(s, TURNS_SEND);
	add_file(s, "file", 0, SIZE);
	assert_false(send_it(s, HEAD));
	land_all();
	take_turn();
	assert_true(s->body.block.len > 0 && s->body.block.len < BLOCK);
	assert_int_equal(fake_flying(), 1);
	assert_int_equal(fake_flight(0)->aio_offset, BLOCK);
	assert_int_equal(fake_flight(0)->aio_nbytes, BLOCK);
}

/* The client takes all of the first block; the disk stands still. */
static void client_takes_block(struct sending *s)
{
	while (s->body.sent < HEAD_LEN + BLOCK) {
		client_reads(s);
		take_turn();
		assert_int_equal(s->resumed, 0);
	}
}

/* ---- as it should go ---- */

static void a_block_that_came_early_is_there_at_once(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	land_all();
	client_takes_block(&s);
	take_turn();
	assert_true(s.body.sent > HEAD_LEN + BLOCK);
	assert_int_equal(fake_flight(0)->aio_offset, 2 * BLOCK);
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + SIZE);
	assert_int_equal(s.heard, HEAD_LEN + SIZE);
	assert_int_equal(fake_started(), 3);
	finish(&s);
}

static void one_that_did_not_is_waited_for(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	client_takes_block(&s);
	take_turns(3);
	assert_int_equal(s.body.sent, HEAD_LEN + BLOCK);
	assert_int_equal(fake_flying(), 1);
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + SIZE);
	assert_int_equal(s.heard, HEAD_LEN + SIZE);
	assert_int_equal(fake_started(), 3);
	finish(&s);
}

static void nothing_is_read_behind_the_end(void **state)
{
	struct sending s;

	(void)state;
	tree_file(tree, "file", SIZE);
	begin(&s, TURNS_SEND);
	add_file(&s, "file", BLOCK, BLOCK + 7);
	assert_false(send_it(&s, HEAD));
	land_all();
	take_turn();
	assert_int_equal(fake_flight(0)->aio_offset, 2 * BLOCK);
	assert_int_equal(fake_flight(0)->aio_nbytes, 7);
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + BLOCK + 7);
	assert_int_equal(fake_started(), 2);
	finish(&s);
}

/* ---- the client ---- */

static void who_leaves_has_two_blocks_to_give_back(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	land_all();
	take_turn();
	client_leaves(&s);
	take_turn();
	assert_int_equal(s.resumed, 1);
	assert_int_equal(s.body.outcome, BODY_GONE);
	finish(&s);
	assert_int_equal(fileread_detached(), 0);
}

static void or_one_that_is_yet_to_come(void **state)
{
	struct sending s;
	size_t closed;

	(void)state;
	begin_sending(&s);
	client_leaves(&s);
	take_turn();
	assert_int_equal(s.resumed, 1);
	finish(&s);
	assert_int_equal(fileread_detached(), 1);
	closed = fake_closed();
	land_all();
	take_turn();
	assert_int_equal(fileread_detached(), 0);
	assert_int_equal(fake_closed(), closed + 1);
}

static void who_is_slow_keeps_no_block(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	land_all();
	take_turn_after(TURNS_BLOCK - 1);
	assert_non_null(s.body.stream);
	take_turn_after(1);
	assert_null(s.body.stream);
	take_turns(3);
	assert_int_equal(fake_flying(), 0);

	/* It goes on where it was, and nothing is read ahead for it. */
	client_reads(&s);
	take_turn();
	assert_int_equal(fake_flying(), 1);
	assert_int_equal(fake_flight(0)->aio_offset, s.heard - HEAD_LEN);
	land_all();
	take_turn();
	assert_null(s.body.stream);
	assert_int_equal(fake_flying(), 0);
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + SIZE);
	assert_int_equal(s.heard, HEAD_LEN + SIZE);
	finish(&s);
}

static void until_it_keeps_up_again(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	land_all();
	take_turn_after(TURNS_BLOCK);
	client_reads(&s);
	take_turn();
	land_all();
	take_turn();
	while (fake_flying() == 0) {
		client_reads(&s);
		take_turn();
	}
	land_all();
	take_turn();
	assert_true(s.body.block.len > 0);
	assert_int_equal(fake_flying(), 1);
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + SIZE);
	finish(&s);
}

/* ---- the disk ---- */

static void a_disk_has_its_time_from_when_it_is_waited_for(void **state)
{
	struct sending s;

	(void)state;
	cont_within(WITHIN_BLOCK, 0);
	begin_sending(&s);
	take_turn_after(STRIDE_PROMPT - 1);
	client_takes_block(&s);
	take_turn_after(TURNS_READ - 1);
	assert_int_equal(s.resumed, 0);
	take_turn_after(1);
	ended(&s, BODY_LATE, HEAD_LEN + BLOCK);
	finish(&s);
}

static void a_disk_that_fails_ahead_fails_behind_the_block(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	fake_land(0, EIO);
	take_turns(3);
	assert_int_equal(s.resumed, 0);
	client_takes_block(&s);
	take_turn();
	ended(&s, BODY_FAILED, HEAD_LEN + BLOCK);
	finish(&s);
}

static void a_shortage_is_no_failure(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	fake_land(0, EAGAIN);
	take_turn();
	assert_int_equal(fake_flying(), 0);
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + SIZE);
	assert_int_equal(s.heard, HEAD_LEN + SIZE);
	finish(&s);
}

/* ---- the file ---- */

static void a_file_that_shrinks_meanwhile_does_not_end_well(void **state)
{
	struct sending s;

	(void)state;
	begin_sending(&s);
	assert_return_code(truncate(tree_path(tree, "file"), BLOCK + 9), errno);
	land_all();
	take_turn();
	client_takes_block(&s);
	take_turn();
	ended(&s, BODY_CHANGED, HEAD_LEN + BLOCK);
	finish(&s);
}

static void bytes_read_before_a_change_are_not_the_last_to_leave(void **state)
{
	struct sending s;

	(void)state;
	tree_file(tree, "file", 2 * BLOCK);
	begin(&s, TURNS_SEND);
	add_file(&s, "file", 0, 2 * BLOCK);
	assert_false(send_it(&s, HEAD));
	land_all();
	take_turn();
	land_all();
	take_turn();
	tree_poke(tree, "file", 0, "other bytes");
	client_takes_block(&s);
	take_turn();
	ended(&s, BODY_CHANGED, HEAD_LEN + BLOCK);
	finish(&s);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_bodies, shut_bodies)
	const struct CMUnitTest tests[] = {
		TEST(a_block_that_came_early_is_there_at_once),
		TEST(one_that_did_not_is_waited_for),
		TEST(nothing_is_read_behind_the_end),
		TEST(who_leaves_has_two_blocks_to_give_back),
		TEST(or_one_that_is_yet_to_come),
		TEST(who_is_slow_keeps_no_block),
		TEST(until_it_keeps_up_again),
		TEST(a_disk_has_its_time_from_when_it_is_waited_for),
		TEST(a_disk_that_fails_ahead_fails_behind_the_block),
		TEST(a_shortage_is_no_failure),
		TEST(a_file_that_shrinks_meanwhile_does_not_end_well),
		TEST(bytes_read_before_a_change_are_not_the_last_to_leave),
	};

	return cmocka_run_group_tests_name(
		"files/body_ahead", tests, NULL, NULL);
}
