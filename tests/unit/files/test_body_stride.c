/* test_body_stride.c - who takes much is given much. */
#include "sending.h"

#define HEAD "HTTP/1.1 200 OK\r\n\r\n"

enum { HEAD_LEN = sizeof HEAD - 1, SIZE = 4 * BLOCK };

/* A file of some blocks, for a client of whom nothing is known. */
static void begin_unknown(struct sending *s)
{
	tree_file(tree, "file", SIZE);
	begin(s, TURNS_SEND);
	stride_begin(&s->body.stride);
	add_file(s, "file", 0, SIZE);
	assert_false(send_it(s, HEAD));
}

/* The disk answers, and the socket takes a part. */
static void sends_a_part(struct sending *s)
{
	assert_int_equal(fake_flying(), 1);
	land_all();
	take_turns(2);
	assert_int_equal(s->resumed, 0);
}

/* Reads from where the client is, so much. */
static void reads_next(const struct sending *s, size_t len)
{
	assert_int_equal(fake_flying(), 1);
	assert_int_equal(fake_flight(0)->aio_offset, s->body.sent - HEAD_LEN);
	assert_int_equal(fake_flight(0)->aio_nbytes, len);
}

static void goes_well(struct sending *s)
{
	goes_its_way(s);
	ended(s, BODY_SENT, HEAD_LEN + SIZE);
	assert_int_equal(s->heard, HEAD_LEN + SIZE);
	finish(s);
}

static void who_is_unknown_gets_little_and_keeps_nothing(void **state)
{
	struct sending s;

	(void)state;
	begin_unknown(&s);
	assert_int_equal(fake_flight(0)->aio_nbytes, STRIDE_SMALL);
	sends_a_part(&s);
	assert_true(s.body.sent < HEAD_LEN + STRIDE_SMALL);
	assert_null(s.body.stream);
	assert_int_equal(fake_flying(), 0);
	goes_well(&s);
}

static void who_is_prompt_gets_much_and_keeps_it(void **state)
{
	struct sending s;

	(void)state;
	begin_unknown(&s);
	sends_a_part(&s);
	client_reads(&s);
	take_turn_after(STRIDE_PROMPT - 1);
	reads_next(&s, BLOCK);
	sends_a_part(&s);
	assert_non_null(s.body.stream);
	goes_well(&s);
}

static void who_is_late_does_not(void **state)
{
	struct sending s;

	(void)state;
	begin_unknown(&s);
	s.body.stride.is_fast = true;
	sends_a_part(&s);
	/* The block behind it has come as well. */
	land_all();
	take_turn_after(STRIDE_PROMPT);
	assert_null(s.body.stream);
	client_reads(&s);
	take_turns(2);
	reads_next(&s, STRIDE_SMALL);
	goes_well(&s);
}

/* A socket that takes all at once never lets us wait. */
static void who_takes_much_is_fast(void **state)
{
	enum { LONG = 2 * STRIDE_PROOF };
	int much = LONG;
	struct sending s;
	uint64_t small = 0;

	(void)state;
	tree_file(tree, "file", LONG);
	begin(&s, TURNS_SEND);
	stride_begin(&s.body.stride);
	setsockopt(s.body.socket, SOL_SOCKET, SO_SNDBUF, &much, sizeof much);
	add_file(&s, "file", 0, LONG);
	assert_false(send_it(&s, HEAD));
	while (s.resumed == 0) {
		if (fake_flying() > 0 &&
			fake_flight(0)->aio_nbytes == STRIDE_SMALL)
			small++;
		land_all();
		take_turn();
		client_reads(&s);
	}
	ended(&s, BODY_SENT, HEAD_LEN + LONG);
	assert_true(small <= STRIDE_PROOF / STRIDE_SMALL + 1);
	finish(&s);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_bodies, shut_bodies)
	const struct CMUnitTest tests[] = {
		TEST(who_is_unknown_gets_little_and_keeps_nothing),
		TEST(who_is_prompt_gets_much_and_keeps_it),
		TEST(who_is_late_does_not),
		TEST(who_takes_much_is_fast),
	};

	return cmocka_run_group_tests_name(
		"files/body_stride", tests, NULL, NULL);
}
