/* test_batch.c - answers in a row, and what a socket takes of them. */
#include "wire.h"

#include "support/aborts.h"

/* ---- a batch ---- */

static void nothing_is_sent_at_once(void **state)
{
	struct batch batch;
	size_t sent = 7;

	(void)state;
	load(&batch, 0);
	assert_int_equal(batch_send(&batch, 0, &sent), BATCH_SENT);
	assert_int_equal(sent, 0);
	batch_end(&batch);
}

static void answers_leave_in_order(void **state)
{
	(void)state;
	for (size_t count = 1; count <= BATCH_MAX; count++) {
		struct batch batch;
		size_t sent;

		load(&batch, count);
		assert_int_equal(batch_is_full(&batch), count > BATCH_MAX - 2);
		wire.room = want_len;
		assert_int_equal(batch_send(&batch, 0, &sent), BATCH_SENT);
		assert_int_equal(sent, want_len);
		all_were_sent();
		all_are_let_go(count);
		/* It may be loaded again. */
		assert_int_equal(batch.count, 0);
		assert_false(batch_is_full(&batch));
	}
}

static void a_socket_may_take_a_part(void **state)
{
	struct batch batch;

	(void)state;
	load(&batch, BATCH_MAX);
	for (size_t first = 0; first < want_len; first++) {
		size_t sent, gone = 0;

		load(&batch, BATCH_MAX);
		wire.room = first;
		assert_int_equal(batch_send(&batch, 0, &sent), BATCH_WAITS);
		assert_int_equal(sent, first);
		/* Who is sent is let go, and nobody else. */
		while ((gone + 1) * (gone + 2) / 2 <= first)
			gone++;
		for (size_t i = 0; i < BATCH_MAX; i++)
			assert_int_equal(files[i].holders, i < gone ? 1 : 2);
		wire.room = want_len;
		assert_int_equal(batch_send(&batch, 0, &sent), BATCH_SENT);
		assert_int_equal(sent, want_len - first);
		all_were_sent();
		all_are_let_go(BATCH_MAX);
	}
}

static void or_byte_by_byte(void **state)
{
	struct batch batch;
	size_t sent;

	(void)state;
	load(&batch, BATCH_MAX);
	for (size_t i = 1; i < want_len; i++) {
		wire.room = 1;
		assert_int_equal(batch_send(&batch, 0, &sent), BATCH_WAITS);
		assert_int_equal(sent, 1);
	}
	wire.room = 1;
	assert_int_equal(batch_send(&batch, 0, &sent), BATCH_SENT);
	all_were_sent();
	all_are_let_go(BATCH_MAX);
}

static void the_last_one_may_leave_with_the_end(void **state)
{
	struct batch batch;
	size_t sent;

	(void)state;
	load(&batch, 2);
	wire.room = want_len;
	assert_int_equal(batch_send(&batch, 0, &sent), BATCH_SENT);
	assert_int_equal(wire.lasts, 0);
	load(&batch, 2);
	batch.last = true;
	wire.room = want_len;
	assert_int_equal(batch_send(&batch, 0, &sent), BATCH_SENT);
	assert_int_equal(wire.lasts, 1);
	all_were_sent();
	all_are_let_go(2);
}

static void a_broken_socket_takes_no_more(void **state)
{
	(void)state;
	for (size_t first = 0; first < 10; first++) {
		struct batch batch;
		size_t sent;

		load(&batch, 4);
		wire.room = first;
		wire.error = EPIPE;
		assert_int_equal(batch_send(&batch, 0, &sent),
			first < 10 ? BATCH_BROKEN : BATCH_SENT);
		assert_int_equal(sent, first);
		batch_end(&batch);
		all_are_let_go(4);
		batch_end(&batch);
		all_are_let_go(4);
	}
}

static void add_to_a_full_one(void *state)
{
	struct batch batch;

	(void)state;
	load(&batch, BATCH_MAX);
	batch_add(&batch, &files[0], SLICE("x"));
}

static void a_full_one_takes_no_more(void **state)
{
	(void)state;
	assert_aborts(add_to_a_full_one, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_sent_at_once),
		cmocka_unit_test(answers_leave_in_order),
		cmocka_unit_test(a_socket_may_take_a_part),
		cmocka_unit_test(or_byte_by_byte),
		cmocka_unit_test(the_last_one_may_leave_with_the_end),
		cmocka_unit_test(a_broken_socket_takes_no_more),
		cmocka_unit_test(a_full_one_takes_no_more),
	};

	return cmocka_run_group_tests_name("serve/batch", tests, NULL, NULL);
}
