/* test_heap.c - who is asked when there is no memory. */
#include "base/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>

/* The linker puts this in place of malloc (test_heap.link). */
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

static bool no_memory;

void *__wrap_malloc(size_t size)
{
	return no_memory ? NULL : __real_malloc(size);
}

struct giver {
	int asked;
	int has; /* memory the so many-th time */
};

static void give(void *state)
{
	struct giver *giver = state;

	giver->asked++;
	if (giver->asked == giver->has)
		no_memory = false;
}

static void while_there_is_memory_nobody_is_asked(void **state)
{
	struct giver giver = {0, 1};
	void *at;

	(void)state;
	heap_on_shortage(give, &giver);
	at = heap_take(10);
	assert_non_null(at);
	assert_int_equal(giver.asked, 0);
	free(at);
}

static void what_is_given_is_taken(void **state)
{
	struct giver giver = {0, 1};
	void *at;

	(void)state;
	heap_on_shortage(give, &giver);
	no_memory = true;
	at = heap_take(10);
	assert_non_null(at);
	assert_int_equal(giver.asked, 1);
	free(at);
}

static void it_is_asked_for_once(void **state)
{
	struct giver giver = {0, 2};

	(void)state;
	heap_on_shortage(give, &giver);
	no_memory = true;
	assert_null(heap_take(10));
	assert_int_equal(giver.asked, 1);
	no_memory = false;
}

static void there_may_be_nobody_to_ask(void **state)
{
	struct giver giver = {0, 1};

	(void)state;
	heap_on_shortage(give, &giver);
	heap_on_shortage(NULL, NULL);
	no_memory = true;
	assert_null(heap_take(10));
	assert_int_equal(giver.asked, 0);
	no_memory = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(while_there_is_memory_nobody_is_asked),
		cmocka_unit_test(what_is_given_is_taken),
		cmocka_unit_test(it_is_asked_for_once),
		cmocka_unit_test(there_may_be_nobody_to_ask),
	};

	return cmocka_run_group_tests_name("base/heap", tests, NULL, NULL);
}
