/* test_waiting.c - a list that anybody may leave and join again. The rest of it
 * is the store's (test_store*.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files/waiting.h"

static void who_left_may_wait_again(void **state)
{
	static struct entry entry;
	struct lookup first = {.fd = 1}, second = {.fd = 2};

	(void)state;
	waiting_join(&entry, &first, false);
	waiting_join(&entry, &second, true);
	/* It was behind another one, and that is gone. */
	waiting_leave(&first);
	waiting_leave(&second);
	assert_null(entry.waiting);
	waiting_join(&entry, &first, false);
	assert_ptr_equal(entry.waiting, &first);
	waiting_leave(&first);
	assert_null(entry.waiting);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_left_may_wait_again),
	};

	return cmocka_run_group_tests_name("files/waiting", tests, NULL, NULL);
}
