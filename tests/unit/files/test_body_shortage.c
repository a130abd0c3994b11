/* test_body_shortage.c - bodies without a descriptor, or without memory. */
#include "sending.h"

#include <sys/resource.h>

#include "base/pool.h"

#define HEAD "the head\r\n\r\n"

static bool is_out_of_memory;

void *__real_pool_take(struct pool *pool);
void *__wrap_pool_take(struct pool *pool);

void *__wrap_pool_take(struct pool *pool)
{
	return is_out_of_memory ? NULL : __real_pool_take(pool);
}

/* Descriptors come and go: the body asks again until the first stretch is over
 * and the client has seen nothing. */
static void is_a_shortage(struct sending *s)
{
	assert_int_equal(s->resumed, 0);
	take_turn_after(TURNS_SEND - 1);
	assert_int_equal(s->resumed, 0);
	take_turn_after(TURNS_RETRY);
	take_turn();
	ended(s, BODY_SHORTAGE, 0);
	assert_int_equal(s->body.sent, 0);
	assert_int_equal(fake_started(), 0);
	assert_int_equal(client_reads(s), 0);
}

/* It has begun after all, and is sent. */
static void is_over_a_shortage(struct sending *s)
{
	assert_int_equal(s->resumed, 0);
	take_turn_after(TURNS_RETRY);
	goes_its_way(s);
	ended(s, BODY_SENT, strlen(HEAD) + 100);
}

static size_t take_all_below(int end, int *taken)
{
	size_t count = 0;

	while ((taken[count] = dup(0)) >= 0 && taken[count] < end)
		count++;
	if (taken[count] >= 0)
		close(taken[count]);
	return count;
}

static void give_back(const int *taken, size_t count)
{
	while (count > 0)
		close(taken[--count]);
}

/* A file of 100 bytes is asked for. */
static void asks(struct sending *s)
{
	tree_file(tree, "file", 100);
	begin(s, TURNS_SEND);
	add_file(s, "file", 0, 100);
}

static void without_a_descriptor_there_is_no_stream(void **state)
{
	struct rlimit before, none;
	int taken[TURNS_ROWS];
	struct sending s;
	size_t count;

	(void)state;
	asks(&s);
	assert_return_code(getrlimit(RLIMIT_NOFILE, &before), errno);
	none = (struct rlimit){TURNS_ROWS, before.rlim_max};
	assert_return_code(setrlimit(RLIMIT_NOFILE, &none), errno);
	count = take_all_below(TURNS_ROWS, taken);
	assert_false(send_it(&s, HEAD));
	is_a_shortage(&s);
	give_back(taken, count);
	assert_return_code(setrlimit(RLIMIT_NOFILE, &before), errno);
	finish(&s);
}

static void a_descriptor_beyond_the_table_is_none(void **state)
{
	int taken[TURNS_ROWS];
	struct sending s;
	size_t count;

	(void)state;
	asks(&s);
	count = take_all_below(TURNS_ROWS, taken);
	assert_false(send_it(&s, HEAD));
	is_a_shortage(&s);
	give_back(taken, count);
	finish(&s);
}

static void a_shortage_that_passes_delays_only(void **state)
{
	int taken[TURNS_ROWS];
	struct sending s;
	size_t count;

	(void)state;
	asks(&s);
	count = take_all_below(TURNS_ROWS, taken);
	assert_false(send_it(&s, HEAD));
	take_turn_after(TURNS_SEND / 2);
	give_back(taken, count);
	is_over_a_shortage(&s);
	finish(&s);
}

static void without_memory_there_is_no_stream(void **state)
{
	struct sending s;

	(void)state;
	asks(&s);
	is_out_of_memory = true;
	assert_false(send_it(&s, HEAD));
	is_a_shortage(&s);
	is_out_of_memory = false;
	finish(&s);
}

int main(void)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_bodies, shut_bodies)
	const struct CMUnitTest tests[] = {
		TEST(without_a_descriptor_there_is_no_stream),
		TEST(a_descriptor_beyond_the_table_is_none),
		TEST(a_shortage_that_passes_delays_only),
		TEST(without_memory_there_is_no_stream),
	};

	return cmocka_run_group_tests_name(
		"files/body_shortage", tests, NULL, NULL);
}
