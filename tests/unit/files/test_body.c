/* test_body.c - how bytes leave, while all goes well. */
#include "sending.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define HEAD "HTTP/1.1 200 OK\r\n\r\n"

enum { HEAD_LEN = sizeof HEAD - 1 };

/* ---- what is sent ---- */

static void a_head_alone_leaves_at_once(void **state)
{
	struct sending s;

	(void)state;
	begin(&s, TURNS_SEND);
	assert_true(send_it(&s, HEAD));
	assert_int_equal(s.body.outcome, BODY_SENT);
	assert_int_equal(s.body.sent, HEAD_LEN);
	assert_int_equal(client_reads(&s), HEAD_LEN);
	assert_int_equal(s.resumed, 0);
	finish(&s);
}

static void a_long_head_waits_for_room(void **state)
{
	static char head[10 * SMALL];
	struct sending s;

	(void)state;
	memset(head, 'h', sizeof head - 1);
	begin(&s, TURNS_SEND);
	assert_false(send_it(&s, head));
	take_turn();
	assert_int_equal(s.resumed, 0);
	goes_its_way(&s);
	ended(&s, BODY_SENT, sizeof head - 1);
	assert_int_equal(s.heard, sizeof head - 1);
	finish(&s);
}

struct part {
	size_t size; /* of the file */
	off_t from;
	uint64_t len;
};

static const struct part parts[] = {
	/* whole files */
	{0, 0, 0},
	{1, 0, 1},
	{BLOCK - 1, 0, BLOCK - 1},
	{BLOCK, 0, BLOCK},
	{BLOCK + 1, 0, BLOCK + 1},
	{3 * BLOCK, 0, 3 * BLOCK},
	/* parts of them */
	{BLOCK, 0, 1},
	{BLOCK, BLOCK - 1, 1},
	{2 * BLOCK, BLOCK - 1, 2},
	{3 * BLOCK, 5, BLOCK},
	{3 * BLOCK, 5, 2 * BLOCK + 1},
	{3 * BLOCK, 3 * BLOCK - 7, 7},
};

/* In as many reads as there are blocks in it, one byte after the other. */
static void a_part_of_a_file_leaves_behind_the_head(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(parts); i++) {
		const struct part *part = &parts[i];
		size_t reads = fake_started();
		struct sending s;

		tree_file(tree, "file", part->size);
		begin(&s, TURNS_SEND);
		add_file(&s, "file", part->from, part->len);
		s.resumed = send_it(&s, HEAD);
		goes_its_way(&s);
		ended(&s, BODY_SENT, HEAD_LEN + part->len);
		assert_int_equal(s.heard, HEAD_LEN + part->len);
		assert_int_equal(fake_started() - reads,
			(part->len + BLOCK - 1) / BLOCK);
		finish(&s);
	}
}

static void the_head_leaves_with_the_first_block(void **state)
{
	struct sending s;

	(void)state;
	tree_file(tree, "file", 100);
	begin(&s, TURNS_SEND);
	add_file(&s, "file", 0, 100);
	assert_false(send_it(&s, HEAD));
	assert_int_equal(fake_flying(), 1);
	take_turn();
	assert_int_equal(client_reads(&s), 0);
	land_all();
	take_turn();
	ended(&s, BODY_SENT, HEAD_LEN + 100);
	assert_int_equal(client_reads(&s), HEAD_LEN + 100);
	finish(&s);
}

static void a_turn_sends_one_block(void **state)
{
	int much = 4 * BLOCK;
	struct sending s;

	(void)state;
	tree_file(tree, "file", 3 * BLOCK);
	begin(&s, TURNS_SEND);
	setsockopt(s.body.socket, SOL_SOCKET, SO_SNDBUF, &much, sizeof much);
	add_file(&s, "file", 0, 3 * BLOCK);
	assert_false(send_it(&s, HEAD));
	for (uint64_t i = 1; i <= 3; i++) {
		assert_int_equal(fake_flying(), 1);
		land_all();
		take_turn();
		/* The system may give the socket less room than asked for. */
		while (client_reads(&s) > 0 && s.resumed == 0 &&
			fake_flying() == 0)
			take_turn();
		client_reads(&s);
		assert_int_equal(s.heard, HEAD_LEN + i * BLOCK);
	}
	ended(&s, BODY_SENT, HEAD_LEN + 3 * BLOCK);
	finish(&s);
}

/* ---- a client that is not in a hurry ---- */

static void a_block_waits_for_a_slow_client(void **state)
{
	struct sending s;
	int error;

	(void)state;
	tree_file(tree, "file", BLOCK + 10);
	begin(&s, 0);
	add_file(&s, "file", 0, BLOCK + 10);
	assert_false(send_it(&s, HEAD));
	land_all();
	take_turns(3);
	assert_true(s.body.left > 10);
	assert_true(fileread_block(s.body.stream, &error).len == BLOCK);
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + BLOCK + 10);
	assert_int_equal(fake_started(), 2);
	finish(&s);
}

/* Its block is given back soon; what the socket holds was taken in the first
 * stretch. Each time it is tried with the block read again. */
static void who_takes_nothing_is_cut_off(void **state)
{
	struct sending s;

	(void)state;
	tree_file(tree, "file", BLOCK);
	begin(&s, TURNS_SEND);
	add_file(&s, "file", 0, BLOCK);
	assert_false(send_it(&s, HEAD));
	for (int i = 0; i < 2; i++) {
		land_all();
		take_turn();
		/* A late one keeps none. */
		assert_int_equal(s.body.stream != NULL, i == 0);
		if (i == 0)
			take_turn_after(TURNS_BLOCK);
		assert_null(s.body.stream);
		take_turn_after(TURNS_SEND - 1);
		assert_int_equal(fake_flying(), 0);
		take_turn_after(1);
		assert_int_equal(fake_flying(), 1);
		assert_int_equal(s.resumed, 0);
	}
	land_all();
	take_turn();
	assert_int_equal(s.resumed, 1);
	assert_int_equal(s.body.outcome, BODY_SLOW);
	assert_int_equal(s.body.sent, client_reads(&s));
	finish(&s);
}

/* A client that takes what there is to take, at so many bytes a second. Returns
 * how long that went well, in milliseconds. */
static int64_t drink(struct sending *s, int64_t rate)
{
	int64_t begin_time = loop_now();

	cont_within(WITHIN_SEND, 60 * 60 * 1000);
	assert_false(send_it(s, HEAD));
	land_all();
	take_turn();
	while (s->resumed == 0) {
		int64_t mouthful = (int64_t)client_reads(s);

		/* Blocks that end leave little or nothing. */
		take_turn_after(mouthful * 1000 / rate);
		land_all();
	}
	return loop_now() - begin_time;
}

enum { STRETCH = 20000 };

static void dripping_buys_no_time(void **state)
{
	struct sending s;
	int64_t time;

	(void)state;
	tree_file(tree, "file", 3 * BLOCK);
	begin(&s, STRETCH);
	add_file(&s, "file", 0, 3 * BLOCK);
	time = drink(&s, STRETCH_RATE / 2);
	assert_int_equal(s.body.outcome, BODY_SLOW);
	assert_true(time >= STRETCH && time < 2 * STRETCH);
	finish(&s);
}

static void a_steady_client_has_all_the_time_it_needs(void **state)
{
	struct sending s;
	int64_t time;

	(void)state;
	tree_file(tree, "file", 3 * BLOCK);
	begin(&s, STRETCH);
	add_file(&s, "file", 0, 3 * BLOCK);
	time = drink(&s, 4 * STRETCH_RATE);
	ended(&s, BODY_SENT, HEAD_LEN + 3 * BLOCK);
	assert_true(time > 5 * STRETCH);
	client_reads(&s);
	assert_int_equal(s.heard, HEAD_LEN + 3 * BLOCK);
	finish(&s);
}

/* A good beginning is used up with its stretch. */
static void each_stretch_counts_for_itself(void **state)
{
	struct sending s;

	(void)state;
	cont_within(WITHIN_SEND, 60 * 60 * 1000);
	tree_file(tree, "file", 3 * BLOCK);
	begin(&s, STRETCH);
	add_file(&s, "file", 0, 3 * BLOCK);
	assert_false(send_it(&s, HEAD));
	while (s.body.left > BLOCK) {
		land_all();
		take_turn();
		client_reads(&s);
	}
	land_all();
	take_turn();
	client_reads(&s);
	take_turn_after(STRETCH);
	assert_int_equal(s.resumed, 0);
	land_all();
	take_turn();
	client_reads(&s);
	take_turn_after(STRETCH);
	/* What it was late for is read again, and tried. */
	land_all();
	take_turn();
	assert_int_equal(s.resumed, 1);
	assert_int_equal(s.body.outcome, BODY_SLOW);
	finish(&s);
}

static void without_a_stretch_nobody_is_too_slow(void **state)
{
	struct sending s;

	(void)state;
	tree_file(tree, "file", 10 * SMALL);
	begin(&s, 0);
	add_file(&s, "file", 0, 10 * SMALL);
	assert_true(drink(&s, 16) > 10 * STRETCH);
	ended(&s, BODY_SENT, HEAD_LEN + 10 * SMALL);
	finish(&s);
}

/* ---- blocks are scarce ---- */

enum { HELD = FILEREAD_FLYING / 2 };

static struct fileread *held[HELD];

static void on_block_held(int fd, short revents, void *state)
{
	(void)fd;
	(void)revents;
	(void)state;
}

/* Half of all blocks are held by others. */
static void hold_blocks(void)
{
	for (int i = 0; i < HELD; i++) {
		int fd = open(tree_path(tree, "file"), O_RDONLY | O_CLOEXEC);

		held[i] = fileread_open(fd, (dev_t)(1000 + i));
		fileread_start(held[i], 0, 1, then(on_block_held, NULL));
	}
	land_all();
	take_turn();
	assert_false(fileread_is_scarce());
}

static void let_blocks_go(void)
{
	for (int i = 0; i < HELD; i++)
		fileread_close(held[i]);
	take_turn();
}

static void a_scarce_block_is_given_back_and_read_again(void **state)
{
	struct sending s;

	(void)state;
	tree_file(tree, "file", BLOCK);
	hold_blocks();
	begin(&s, TURNS_SEND);
	add_file(&s, "file", 0, BLOCK);
	assert_false(send_it(&s, HEAD));
	land_all();
	take_turn();
	assert_false(fileread_is_scarce());
	assert_int_equal(s.resumed, 0);

	/* Only when there is room for more is it read, from where it was. */
	take_turns(3);
	assert_int_equal(fake_flying(), 0);
	client_reads(&s);
	take_turn();
	assert_int_equal(fake_flying(), 1);
	assert_int_equal(fake_flight(0)->aio_offset, s.heard - HEAD_LEN);
	assert_int_equal(
		fake_flight(0)->aio_nbytes, BLOCK - (s.heard - HEAD_LEN));
	goes_its_way(&s);
	ended(&s, BODY_SENT, HEAD_LEN + BLOCK);
	assert_int_equal(s.heard, HEAD_LEN + BLOCK);
	finish(&s);
	let_blocks_go();
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_bodies, shut_bodies)
	const struct CMUnitTest tests[] = {
		TEST(a_head_alone_leaves_at_once),
		TEST(a_long_head_waits_for_room),
		TEST(a_part_of_a_file_leaves_behind_the_head),
		TEST(the_head_leaves_with_the_first_block),
		TEST(a_turn_sends_one_block),
		TEST(a_block_waits_for_a_slow_client),
		TEST(who_takes_nothing_is_cut_off),
		TEST(dripping_buys_no_time),
		TEST(a_steady_client_has_all_the_time_it_needs),
		TEST(each_stretch_counts_for_itself),
		TEST(without_a_stretch_nobody_is_too_slow),
		TEST(a_scarce_block_is_given_back_and_read_again),
	};

	return cmocka_run_group_tests_name("files/body", tests, NULL, NULL);
}
