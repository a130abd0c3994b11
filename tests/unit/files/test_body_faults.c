/* test_body_faults.c - what can come between a body and its end. */
#include "sending.h"

#include <stdio.h>

#define HEAD "HTTP/1.1 200 OK\r\n\r\n"

enum { HEAD_LEN = sizeof HEAD - 1 };

/* The whole of a new file of size bytes, its first read in flight. */
static void send_file(struct sending *s, size_t size)
{
	tree_file(tree, "file", size);
	begin(s, TURNS_SEND);
	add_file(s, "file", 0, size);
	assert_false(send_it(s, HEAD));
	assert_int_equal(fake_flying(), 1);
}

/* On to the time when so many bytes of the file have left and the next read is
 * in flight. */
static void go_on_until(struct sending *s, uint64_t bytes)
{
	while (s->body.sent < HEAD_LEN + bytes) {
		if (s->body.block.len == 0)
			land_all();
		take_turn();
		client_reads(s);
		assert_int_equal(s->resumed, 0);
	}
	assert_int_equal(s->body.sent, HEAD_LEN + bytes);
	assert_int_equal(fake_flying(), 1);
}

static void answer_reads(void)
{
	land_all();
	take_turn();
}

/* ---- the client is gone ---- */

static void a_client_may_leave_while_the_disk_is_asked(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, 100);
	client_leaves(&s);
	take_turn();
	ended(&s, BODY_GONE, 0);
	finish(&s);
	assert_int_equal(fileread_detached(), 1);
	answer_reads();
	assert_int_equal(fileread_detached(), 0);
}

static void a_client_may_leave_as_its_block_comes(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, 100);
	client_leaves(&s);
	answer_reads();
	ended(&s, BODY_GONE, 0);
	finish(&s);
}

static void a_client_may_leave_while_there_is_no_room(void **state)
{
	struct sending s;
	uint64_t sent;

	(void)state;
	send_file(&s, BLOCK);
	answer_reads();
	sent = s.body.sent;
	assert_true(sent > 0 && sent < HEAD_LEN + BLOCK);
	client_reads(&s);
	client_leaves(&s);
	take_turn();
	ended(&s, BODY_GONE, sent);
	finish(&s);
}

static void a_client_may_leave_between_two_blocks(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, BLOCK + 1);
	go_on_until(&s, BLOCK);
	client_leaves(&s);
	take_turn();
	ended(&s, BODY_GONE, HEAD_LEN + BLOCK);
	finish(&s);
}

static void a_client_may_be_gone_before_the_head(void **state)
{
	struct sending s;

	(void)state;
	begin(&s, TURNS_SEND);
	client_leaves(&s);
	assert_true(send_it(&s, HEAD));
	assert_int_equal(s.body.outcome, BODY_GONE);
	assert_int_equal(s.body.sent, 0);
	finish(&s);
}

/* Bytes that it has not read make its end a reset. */
static void a_client_may_reset(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, BLOCK);
	answer_reads();
	client_leaves(&s);
	take_turn();
	assert_int_equal(s.resumed, 1);
	assert_int_equal(s.body.outcome, BODY_GONE);
	finish(&s);
}

static void a_body_may_be_cut_off_by_its_user(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, 100);
	finish(&s);
	answer_reads();
	assert_int_equal(s.resumed, 0);
}

/* ---- the file is not what the head says ---- */

static void truncate_to(size_t size)
{
	assert_return_code(
		truncate(tree_path(tree, "file"), (off_t)size), errno);
}

static void a_file_that_became_empty_sends_nothing(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, 100);
	truncate_to(0);
	answer_reads();
	ended(&s, BODY_CHANGED, 0);
	assert_int_equal(client_reads(&s), 0);
	finish(&s);
}

/* It is a pity to send a head, and then not to keep its promise. */
static void nor_does_one_that_became_shorter(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, 100);
	truncate_to(10);
	answer_reads();
	ended(&s, BODY_CHANGED, 0);
	assert_int_equal(client_reads(&s), 0);
	finish(&s);
}

static void a_file_that_becomes_shorter_does_not_end_well(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, 2 * BLOCK);
	go_on_until(&s, BLOCK);
	truncate_to(BLOCK + 10);
	answer_reads();
	ended(&s, BODY_CHANGED, HEAD_LEN + BLOCK);
	finish(&s);
}

/* What says that it is the same file, and has an end before its end. */
static void a_file_that_ends_early_does_not_end_well(void **state)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}};
	struct sending s;
	struct stat st;

	(void)state;
	send_file(&s, 100);
	assert_return_code(fstat(s.file->fd, &st), errno);
	times[1] = st.st_mtim;
	truncate_to(0);
	land_all();
	tree_file(tree, "file", 100);
	assert_return_code(futimens(s.file->fd, times), errno);
	take_turn();
	ended(&s, BODY_CHANGED, 0);
	finish(&s);
}

static void the_last_bytes_of_a_file_that_grew_do_not_leave(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, BLOCK + 10);
	go_on_until(&s, BLOCK);
	tree_poke(tree, "file", BLOCK + 10, "more");
	answer_reads();
	ended(&s, BODY_CHANGED, HEAD_LEN + BLOCK);
	finish(&s);
}

static void nor_do_those_of_a_file_that_was_rewritten(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, BLOCK + 10);
	go_on_until(&s, BLOCK);
	tree_poke(tree, "file", 0, "other bytes");
	answer_reads();
	ended(&s, BODY_CHANGED, HEAD_LEN + BLOCK);
	finish(&s);
}

static void a_small_file_that_was_rewritten_sends_nothing(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, 100);
	tree_poke(tree, "file", 0, "other bytes");
	answer_reads();
	ended(&s, BODY_CHANGED, 0);
	finish(&s);
}

static void a_file_that_was_replaced_is_still_the_file(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, BLOCK + 10);
	go_on_until(&s, BLOCK);
	tree_text(tree, "new", "another file");
	assert_return_code(
		rename(tree_path(tree, "new"), tree_path(tree, "file")), errno);
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + BLOCK + 10);
	finish(&s);
}

static void so_is_one_that_was_deleted(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, 100);
	assert_return_code(unlink(tree_path(tree, "file")), errno);
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + 100);
	finish(&s);
}

/* A read may come short for the file system's own reasons. */
static void a_short_read_in_the_middle_is_no_end(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, 2 * BLOCK);
	fake_land_short(0, 1000);
	while (fake_flying() == 0) {
		take_turn();
		client_reads(&s);
		assert_int_equal(s.resumed, 0);
	}
	assert_int_equal(s.body.sent, HEAD_LEN + 1000);
	assert_int_equal(fake_flight(0)->aio_offset, 1000);
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + 2 * BLOCK);
	finish(&s);
}

/* ---- the disk ---- */

static void a_disk_that_fails_sends_nothing(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, 100);
	fake_land(0, EIO);
	take_turn();
	ended(&s, BODY_FAILED, 0);
	assert_int_equal(client_reads(&s), 0);
	finish(&s);
}

static void a_disk_may_fail_later(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, 2 * BLOCK);
	go_on_until(&s, BLOCK);
	fake_land(0, EIO);
	take_turn();
	ended(&s, BODY_FAILED, HEAD_LEN + BLOCK);
	finish(&s);
}

static void a_late_read_is_told_apart(void **state)
{
	struct sending s;

	(void)state;
	send_file(&s, 100);
	take_turn_after(TURNS_READ - 1);
	assert_int_equal(s.resumed, 0);
	take_turn_after(1);
	ended(&s, BODY_LATE, 0);
	finish(&s);
	assert_int_equal(fileread_detached(), 1);
	answer_reads();
	assert_int_equal(fileread_detached(), 0);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_bodies, shut_bodies)
	const struct CMUnitTest tests[] = {
		TEST(a_client_may_leave_while_the_disk_is_asked),
		TEST(a_client_may_leave_as_its_block_comes),
		TEST(a_client_may_leave_while_there_is_no_room),
		TEST(a_client_may_leave_between_two_blocks),
		TEST(a_client_may_be_gone_before_the_head),
		TEST(a_client_may_reset),
		TEST(a_body_may_be_cut_off_by_its_user),
		TEST(a_file_that_became_empty_sends_nothing),
		TEST(nor_does_one_that_became_shorter),
		TEST(a_file_that_becomes_shorter_does_not_end_well),
		TEST(a_file_that_ends_early_does_not_end_well),
		TEST(the_last_bytes_of_a_file_that_grew_do_not_leave),
		TEST(nor_do_those_of_a_file_that_was_rewritten),
		TEST(a_small_file_that_was_rewritten_sends_nothing),
		TEST(a_file_that_was_replaced_is_still_the_file),
		TEST(so_is_one_that_was_deleted),
		TEST(a_short_read_in_the_middle_is_no_end),
		TEST(a_disk_that_fails_sends_nothing),
		TEST(a_disk_may_fail_later),
		TEST(a_late_read_is_told_apart),
	};

	return cmocka_run_group_tests_name(
		"files/body_faults", tests, NULL, NULL);
}
