/* test_body_pace.c - who takes much is given much. */
#include "sending.h"

#define HEAD "HTTP/1.1 200 OK\r\n\r\n"

enum { HEAD_LEN = sizeof HEAD - 1, SIZE = 4 * BLOCK, OTHERS = PACE_HELD + 1 };

/* A file of some blocks, for a client of whom nothing is known. */
static void begin_unknown(struct sending *s)
{
	tree_file(tree, "file", SIZE);
	begin(s, TURNS_SEND);
	pace_begin(&s->body.pace);
	add_file(s, "file", 0, SIZE);
	assert_false(send_it(s, HEAD));
}

static void blocks_grow_with_those_that_are_taken(void **state)
{
	static const size_t wanted[] = {
		PACE_FIRST, PACE_FIRST, 2 * PACE_FIRST, BLOCK, BLOCK};
	struct sending s;
	size_t at = 0;

	(void)state;
	begin_unknown(&s);
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		while (fake_flying() == 0) {
			client_reads(&s);
			take_turn();
		}
		assert_int_equal(fake_flight(0)->aio_offset, at);
		assert_int_equal(fake_flight(0)->aio_nbytes, wanted[i]);
		at += wanted[i];
		land_all();
		take_turn();
	}
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + SIZE);
	assert_int_equal(s.heard, HEAD_LEN + SIZE);
	finish(&s);
}

/* The socket has taken a part; the rest waits, the one behind it as well. */
static void stands_still(struct sending *s)
{
	land_all();
	take_turn();
	land_all();
	take_turns(2);
	assert_int_equal(fake_flying(), 0);
	assert_true(s->body.sent < HEAD_LEN + PACE_FIRST);
}

static void who_is_late_gets_small_ones(void **state)
{
	struct sending s;
	uint64_t from;

	(void)state;
	begin_unknown(&s);
	s.body.pace.block = BLOCK;
	stands_still(&s);
	take_turn_after(PACE_PROMPT);
	assert_null(s.body.stream);
	from = s.body.sent;
	client_reads(&s);
	take_turns(2);
	assert_int_equal(fake_flying(), 1);
	assert_int_equal(fake_flight(0)->aio_offset, from - HEAD_LEN);
	assert_int_equal(fake_flight(0)->aio_nbytes, PACE_FIRST);
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + SIZE);
	assert_int_equal(s.heard, HEAD_LEN + SIZE);
	finish(&s);
}

static struct fileread *others[OTHERS];

static void on_block_held(int fd, short revents, void *state)
{
	(void)fd;
	(void)revents;
	(void)state;
}

static void others_hold_blocks(void)
{
	for (int i = 0; i < OTHERS; i++) {
		int fd = open(tree_path(tree, "file"), O_RDONLY | O_CLOEXEC);

		others[i] = fileread_open(fd, (dev_t)(1000 + i));
		fileread_start(others[i], 0, 1, then(on_block_held, NULL));
	}
	land_all();
	take_turn();
	assert_int_equal(fileread_held(), OTHERS);
}

static void only_the_proven_hold_blocks_beside_others(void **state)
{
	static const size_t blocks[] = {PACE_FIRST, BLOCK / 2, BLOCK};

	(void)state;
	tree_file(tree, "file", SIZE);
	others_hold_blocks();
	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
		struct sending s;

		begin_unknown(&s);
		s.body.pace.block = blocks[i];
		land_all();
		take_turn();
		assert_int_equal(s.body.stream != NULL, blocks[i] == BLOCK);
		goes_its_way(&s);
		ended(&s, BODY_SENT, HEAD_LEN + SIZE);
		assert_int_equal(s.heard, HEAD_LEN + SIZE);
		finish(&s);
	}
	for (int i = 0; i < OTHERS; i++)
		fileread_close(others[i]);
	take_turn();
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_bodies, shut_bodies)
	const struct CMUnitTest tests[] = {
		TEST(blocks_grow_with_those_that_are_taken),
		TEST(who_is_late_gets_small_ones),
		TEST(only_the_proven_hold_blocks_beside_others),
	};

	return cmocka_run_group_tests_name(
		"files/body_pace", tests, NULL, NULL);
}
