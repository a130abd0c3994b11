/*
 * test_pool.c - objects of one size and their limit; and that a broken promise
 * ends the process (base/bug.h).
 */
#include "base/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 100 };

/* The linker puts this in place of malloc (test_pool.link). */
void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

static bool no_memory;

void *__wrap_malloc(size_t size)
{
	return no_memory ? NULL : __real_malloc(size);
}

static void an_object_taken_is_all_zeros(void **state)
{
	static const char zeros[SIZE];
	struct pool p;
	void *object;

	(void)state;
	pool_init(&p, SIZE, 1);
	for (int i = 0; i < 2; i++) {
		object = pool_take(&p);
		assert_non_null(object);
		assert_memory_equal(object, zeros, SIZE);
		memset(object, 0xff, SIZE);
		pool_give(&p, object);
	}
	pool_free(&p);
}

static void a_raw_object_keeps_its_bytes(void **state)
{
	struct pool p;
	char *object;

	(void)state;
	pool_init(&p, SIZE, 1);
	object = pool_take(&p);
	assert_non_null(object);
	memset(object, 'x', SIZE);
	pool_give(&p, object);
	object = pool_take_raw(&p);
	assert_non_null(object);
	assert_int_equal(object[SIZE - 1], 'x');
	pool_give(&p, object);
	pool_free(&p);
}

static void there_are_never_more_than_the_limit(void **state)
{
	struct pool p;
	void *a, *b;

	(void)state;
	pool_init(&p, SIZE, 2);
	a = pool_take(&p);
	b = pool_take_raw(&p);
	assert_non_null(a);
	assert_non_null(b);
	assert_ptr_not_equal(a, b);
	assert_null(pool_take(&p));
	assert_null(pool_take_raw(&p));
	assert_int_equal(p.taken, 2);

	pool_give(&p, a);
	assert_ptr_equal(pool_take(&p), a);
	assert_null(pool_take(&p));
	pool_give(&p, a);
	pool_give(&p, b);
	pool_free(&p);
}

static void the_last_one_given_is_taken_first(void **state)
{
	struct pool p;
	void *a, *b;

	(void)state;
	pool_init(&p, SIZE, 2);
	a = pool_take(&p);
	b = pool_take(&p);
	pool_give(&p, a);
	pool_give(&p, b);
	assert_int_equal(p.taken, 0);
	assert_int_equal(p.kept, 2);
	assert_ptr_equal(pool_take(&p), b);
	assert_ptr_equal(pool_take(&p), a);
	assert_int_equal(p.taken, 2);
	assert_int_equal(p.kept, 0);
	pool_give(&p, a);
	pool_give(&p, b);
	pool_free(&p);
	assert_int_equal(p.kept, 0);
	assert_null(p.free);
}

static void small_objects_have_room_to_be_kept(void **state)
{
	struct pool p;
	void *object;

	(void)state;
	pool_init(&p, 1, 1);
	assert_true(p.size >= sizeof(void *));
	object = pool_take(&p);
	pool_give(&p, object);
	pool_free(&p);
}

static void no_memory_is_null_and_counts_nothing(void **state)
{
	struct pool p;
	void *object;

	(void)state;
	pool_init(&p, SIZE, 1);
	no_memory = true;
	assert_null(pool_take(&p));
	assert_null(pool_take_raw(&p));
	no_memory = false;
	assert_int_equal(p.taken, 0);

	object = pool_take(&p);
	assert_non_null(object);
	pool_give(&p, object);
	pool_free(&p);
}

static void what_is_kept_can_be_freed_at_any_time(void **state)
{
	struct pool p;
	char *used;

	(void)state;
	pool_init(&p, SIZE, 2);
	used = pool_take(&p);
	pool_give(&p, pool_take(&p));
	assert_int_equal(p.kept, 1);
	pool_trim(&p);
	assert_int_equal(p.kept, 0);
	assert_null(p.free);
	assert_int_equal(p.taken, 1);
	assert_int_equal(used[SIZE - 1], 0);
	/* Nothing is kept that could be taken without memory. */
	no_memory = true;
	assert_null(pool_take(&p));
	no_memory = false;
	pool_give(&p, used);
	pool_free(&p);
}

static void giving_null_is_let_pass(void **state)
{
	struct pool p;

	(void)state;
	pool_init(&p, SIZE, 0);
	assert_null(pool_take(&p));
	pool_give(&p, NULL);
	assert_int_equal(p.kept, 0);
	pool_free(&p);
}

/* Runs `broken` in a child, and reads what it says before it dies. */
static void assert_bug(void (*broken)(void), const char *said)
{
	char text[256];
	size_t len = 0;
	ssize_t n;
	int ends[2], status;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		dup2(ends[1], STDERR_FILENO);
		broken();
		_exit(0);
	}
	close(ends[1]);
	while ((n = read(ends[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_non_null(strstr(text, said));
}

static void give_one_too_many(void)
{
	char object[SIZE];
	struct pool p;

	pool_init(&p, SIZE, 1);
	pool_give(&p, object);
}

static void free_with_one_in_use(void)
{
	struct pool p;

	pool_init(&p, SIZE, 1);
	pool_take(&p);
	pool_free(&p);
}

static void giving_what_was_never_taken_is_a_bug(void **state)
{
	(void)state;
	assert_bug(give_one_too_many, "BUG: p->taken > 0 (");
}

static void freeing_a_pool_in_use_is_a_bug(void **state)
{
	(void)state;
	assert_bug(free_with_one_in_use, "BUG: p->taken == 0 (");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_object_taken_is_all_zeros),
		cmocka_unit_test(a_raw_object_keeps_its_bytes),
		cmocka_unit_test(there_are_never_more_than_the_limit),
		cmocka_unit_test(the_last_one_given_is_taken_first),
		cmocka_unit_test(small_objects_have_room_to_be_kept),
		cmocka_unit_test(no_memory_is_null_and_counts_nothing),
		cmocka_unit_test(what_is_kept_can_be_freed_at_any_time),
		cmocka_unit_test(giving_null_is_let_pass),
		cmocka_unit_test(giving_what_was_never_taken_is_a_bug),
		cmocka_unit_test(freeing_a_pool_in_use_is_a_bug),
	};

	return cmocka_run_group_tests_name("base/pool", tests, NULL, NULL);
}
