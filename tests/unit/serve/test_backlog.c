/* test_backlog.c - a batch that waits: whose it is, and for how long. */
#include "wire.h"

#include "serve/backlog.h"
#include "support/turns.h"

enum { TIME = 4000, SHARE = TIME / 1000 * STRETCH_RATE };

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void __real_free(void *at);
void __wrap_free(void *at);

/* How many blocks were taken and not given back; and so many more are there. */
static struct {
	int out, left;
} memory;

void *__wrap_malloc(size_t size)
{
	void *at = memory.left > 0 ? __real_malloc(size) : NULL;

	memory.left--;
	memory.out += at != NULL;
	return at;
}

void __wrap_free(void *at)
{
	memory.out -= at != NULL;
	__real_free(at);
}

static struct pool pool;
static int before; /* blocks that others hold */

static int begin(void **state)
{
	memory.left = INT32_MAX;
	turns_open(state);
	pool_init(&pool, sizeof(struct backlog), 1);
	return 0;
}

static int end(void **state)
{
	memory.left = INT32_MAX;
	pool_free(&pool);
	return turns_shut(state);
}

/* One more text for the batch, of so many bytes. */
static void add_text(struct batch *batch, size_t len)
{
	size_t from = batch->text.len;

	for (size_t i = 0; i < len; i++)
		buf_byte(&batch->text, (char)('a' + i % 26));
	assert_true(want_len + len <= sizeof want);
	memcpy(want + want_len, text + from, len);
	want_len += len;
	batch_add_text(batch, from);
}

/* Its user writes other texts to the same place then. */
static struct backlog *wait_with(const struct batch *batch)
{
	struct backlog *backlog;

	before = memory.out;
	backlog = backlog_new(&pool, batch, TIME);
	assert_non_null(backlog);
	memset(text, '?', sizeof text);
	return backlog;
}

static void is_over(struct backlog *backlog, size_t count)
{
	backlog_free(&pool, backlog);
	all_are_let_go(count);
	assert_int_equal(pool.taken, 0);
	pool_free(&pool);
	assert_int_equal(memory.out, before);
}

/* ---- what is left ---- */

static void what_is_left_leaves_later(void **state)
{
	struct batch batch;
	struct backlog *backlog;

	(void)state;
	load(&batch, 8);
	add_text(&batch, 100);
	add_text(&batch, 1);
	backlog = wait_with(&batch);
	for (size_t i = 1; i < want_len; i++) {
		wire.room = 1;
		assert_int_equal(backlog_send(backlog, 0), BATCH_WAITS);
	}
	/* The last byte is in time, however late it is. */
	take_turn_after(10 * TIME);
	wire.room = 1;
	assert_int_equal(backlog_send(backlog, 0), BATCH_SENT);
	all_were_sent();
	is_over(backlog, 8);
}

static void a_part_of_a_text_may_have_left(void **state)
{
	struct batch batch;
	struct backlog *backlog;
	size_t sent;

	(void)state;
	load(&batch, 0);
	add_text(&batch, 100);
	wire.room = 90;
	assert_int_equal(batch_send(&batch, 0, &sent), BATCH_WAITS);
	backlog = wait_with(&batch);
	wire.room = 10;
	assert_int_equal(backlog_send(backlog, 0), BATCH_SENT);
	all_were_sent();
	is_over(backlog, 0);
}

static void it_may_end_before_it_is_sent(void **state)
{
	struct batch batch;
	struct backlog *backlog;

	(void)state;
	load(&batch, 8);
	add_text(&batch, 100);
	backlog = wait_with(&batch);
	wire.room = 3;
	assert_int_equal(backlog_send(backlog, 0), BATCH_WAITS);
	is_over(backlog, 8);
	backlog_free(&pool, NULL);
}

/* ---- memory ---- */

/* None of the pool; none for the backlog; none for the text. */
static void without_it_the_batch_stays_its_users(void **state)
{
	(void)state;
	for (int blocks = -1; blocks < 2; blocks++) {
		struct batch batch;
		size_t sent;

		load(&batch, 8);
		add_text(&batch, 100);
		pool_init(&pool, sizeof(struct backlog), blocks < 0 ? 0 : 1);
		before = memory.out;
		memory.left = blocks < 0 ? INT32_MAX : blocks;
		assert_null(backlog_new(&pool, &batch, TIME));
		memory.left = INT32_MAX;
		assert_int_equal(pool.taken, 0);
		wire.room = want_len;
		assert_int_equal(batch_send(&batch, 0, &sent), BATCH_SENT);
		all_were_sent();
		all_are_let_go(8);
		pool_free(&pool);
		assert_int_equal(memory.out, before);
	}
}

/* Files are held as they are. */
static void only_a_text_needs_more_of_it(void **state)
{
	struct batch batch;
	struct backlog *backlog;

	(void)state;
	load(&batch, 8);
	memory.left = 1;
	backlog = wait_with(&batch);
	memory.left = INT32_MAX;
	is_over(backlog, 8);
}

/* ---- time ---- */

static struct backlog *wait_with_much(void)
{
	struct batch batch;

	load(&batch, 0);
	add_text(&batch, 3 * SHARE);
	return wait_with(&batch);
}

static void who_takes_too_little_is_too_slow(void **state)
{
	struct backlog *backlog = wait_with_much();

	(void)state;
	wire.room = SHARE / 2;
	assert_int_equal(backlog_send(backlog, 0), BATCH_WAITS);
	take_turn_after(TIME - 1);
	assert_int_equal(backlog_send(backlog, 0), BATCH_WAITS);
	take_turn_after(1);
	wire.room = SHARE / 2 - 1;
	assert_int_equal(backlog_send(backlog, 0), BATCH_SLOW);
	is_over(backlog, 0);
}

/* All that leaves in a stretch counts, and each is counted by itself. */
static void who_takes_enough_goes_on(void **state)
{
	struct backlog *backlog = wait_with_much();

	(void)state;
	for (int i = 0; i < 2; i++) {
		wire.room = SHARE / 2;
		assert_int_equal(backlog_send(backlog, 0), BATCH_WAITS);
		take_turn_after(TIME);
		wire.room = SHARE / 2;
		assert_int_equal(backlog_send(backlog, 0), BATCH_WAITS);
	}
	wire.error = ECONNRESET;
	take_turn_after(TIME);
	assert_int_equal(backlog_send(backlog, 0), BATCH_BROKEN);
	is_over(backlog, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(what_is_left_leaves_later),
		TEST(a_part_of_a_text_may_have_left),
		TEST(it_may_end_before_it_is_sent),
		TEST(without_it_the_batch_stays_its_users),
		TEST(only_a_text_needs_more_of_it),
		TEST(who_takes_too_little_is_too_slow),
		TEST(who_takes_enough_goes_on),
	};

	return cmocka_run_group_tests_name("serve/backlog", tests, NULL, NULL);
}
