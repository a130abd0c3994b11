/* test_store_bounds.c - what the store keeps open, and until when. */
#include "names.h"

#include <errno.h>
#include <stdlib.h>

/* ---- memory that runs out ---- */

static int allocations_left = -1; /* -1: no limit */

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);

static bool is_out(void)
{
	if (allocations_left <= 0)
		return allocations_left == 0;
	allocations_left--;
	return false;
}

void *__wrap_malloc(size_t size)
{
	return is_out() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return is_out() ? NULL : __real_calloc(count, size);
}

/* ---- so many names ---- */

static void make_files(int count)
{
	for (int i = 0; i < count; i++) {
		char path[16];

		snprintf(path, sizeof path, "root/%d", i);
		ground_file(&ground, path, "text");
	}
}

static void know_number(int i)
{
	char name[8];

	snprintf(name, sizeof name, "%d", i);
	know(name);
}

static void the_least_recently_used_name_is_let_go(void **state)
{
	size_t before = descriptors_open();

	(void)state;
	make_files(NAMES_LIMIT + 2);
	for (int i = 0; i < NAMES_LIMIT; i++)
		know_number(i);
	assert_int_equal(store_count(store), NAMES_LIMIT);
	assert_int_equal(descriptors_open(), before + NAMES_LIMIT);
	is_known("0", "text");
	know_number(NAMES_LIMIT);
	know_number(NAMES_LIMIT + 1);
	assert_int_equal(store_count(store), NAMES_LIMIT);
	assert_int_equal(descriptors_open(), before + NAMES_LIMIT);
	is_known("0", "text");
	is_known("3", "text");
	is_known("4", "text");
	is_known("5", "text");
	is_looked_up("1", "text");
	is_looked_up("2", "text");
}

static void a_name_in_the_middle_may_be_used_again(void **state)
{
	(void)state;
	make_files(NAMES_LIMIT + 1);
	for (int i = 0; i < NAMES_LIMIT; i++)
		know_number(i);
	is_known("1", "text");
	is_known("3", "text");
	is_known("0", "text");
	know_number(NAMES_LIMIT);
	is_known("3", "text");
	is_known("1", "text");
	is_looked_up("2", "text");
}

static void fewer_may_be_kept_and_then_more(void **state)
{
	(void)state;
	make_files(NAMES_LIMIT + 2);
	for (int i = 0; i < NAMES_LIMIT; i++)
		know_number(i);
	store_keep(store, 1);
	assert_int_equal(store_count(store), 1);
	is_known("3", "text");
	know_number(0);
	assert_int_equal(store_count(store), 1);
	store_keep(store, NAMES_LIMIT + 1);
	for (int i = 1; i < NAMES_LIMIT + 2; i++)
		know_number(i);
	assert_int_equal(store_count(store), NAMES_LIMIT);
	store_keep(store, 0);
	assert_int_equal(store_count(store), 0);
	take_turn();
}

/* ---- for want of descriptors ---- */

static void shrinking_closes_what_nobody_uses(void **state)
{
	size_t before = descriptors_open();
	struct seeker seeker;

	(void)state;
	make_files(3);
	for (int i = 0; i < 3; i++)
		know_number(i);
	assert_true(seek(&seeker, "1"));
	store_shrink(store);
	take_turn();
	assert_int_equal(store_count(store), 0);

	/* The file of who uses it, and the row of its own. */
	assert_int_equal(descriptors_open(), before + 2);
	found_text(&seeker, "text");
	leaves(&seeker);
	assert_int_equal(descriptors_open(), before);
}

static void a_shortage_of_the_helpers_is_ours_too(void **state)
{
	size_t before = descriptors_open();
	struct seeker seeker;

	(void)state;
	make_files(3);
	for (int i = 0; i < 3; i++)
		know_number(i);
	assert_false(seek(&seeker, "x"));
	played_says(taken_job(), FOUND_SHORTAGE);
	take_turn();
	found_kind(&seeker, FOUND_SHORTAGE);
	leaves(&seeker);
	assert_int_equal(store_count(store), 0);
	assert_int_equal(descriptors_open(), before);
}

/* ---- for nobody ---- */

static void what_nobody_asks_for_is_closed_after_a_while(void **state)
{
	size_t before = descriptors_open();

	(void)state;
	make_files(2);
	take_turn_after(TURNS_SWEEP / 2);
	know_number(0);
	take_turn_after(TURNS_SWEEP / 2);
	know_number(1);
	assert_int_equal(store_count(store), 2);
	take_turn_after(TURNS_SWEEP / 2);
	assert_int_equal(store_count(store), 2);
	take_turn_after(TURNS_SWEEP / 2);
	assert_int_equal(store_count(store), 1);
	take_turn_after(TURNS_SWEEP);
	take_turn();
	assert_int_equal(store_count(store), 0);
	assert_int_equal(descriptors_open(), before);
}

static void what_is_asked_for_stays(void **state)
{
	(void)state;
	make_files(2);
	know_number(0);
	for (int i = 0; i < 130; i++) {
		take_turn_after(NAMES_FRESH);
		is_looked_up("0", "text");
	}
	assert_int_equal(store_count(store), 1);
}

static void a_refusal_is_forgotten_too(void **state)
{
	struct seeker seeker;

	(void)state;
	assert_false(seek(&seeker, "hung"));
	take_turn_after(TURNS_HELPER);
	leaves(&seeker);
	assert_int_equal(store_count(store), 1);
	take_turn_after(TURNS_SWEEP);
	take_turn_after(TURNS_SWEEP);
	assert_int_equal(store_count(store), 0);
}

/* ---- files and their holders ---- */

static void a_file_closes_with_its_last_holder(void **state)
{
	size_t before = descriptors_open();
	struct seeker seeker;
	struct file *file;

	(void)state;
	make_files(1);
	assert_false(seek(&seeker, "0"));
	assert_int_equal(helpers_look(), 1);
	file = file_hold(seeker.lookup.file);
	assert_int_equal(file->holders, 3);
	leaves(&seeker);
	store_shrink(store);
	take_turn();
	assert_int_equal(file->holders, 1);
	assert_int_equal(descriptors_open(), before + 1);
	assert_true(file_has_same_bytes(file));
	file_drop(file);
	take_turn();
	assert_int_equal(descriptors_open(), before);
	file_drop(NULL);
}

/* The new one takes its place in the store; who has it goes on with it. */
static void a_replaced_file_lives_on_with_who_has_it(void **state)
{
	struct seeker seeker;

	(void)state;
	make_files(1);
	know("0");
	assert_true(seek(&seeker, "0"));
	ground_file(&ground, "outside/0", "new text");
	ground_rename(&ground, "outside/0", "root/0");
	take_turn();
	is_looked_up("0", "new text");
	found_text(&seeker, "text");
	assert_true(file_has_same_bytes(seeker.lookup.file));
	leaves(&seeker);
}

static void other_bytes_are_noticed(void **state)
{
	struct seeker seeker;
	struct file broken = {.fd = -1};

	(void)state;
	make_files(1);
	know("0");
	assert_true(seek(&seeker, "0"));
	assert_true(file_has_same_bytes(seeker.lookup.file));
	/* A time that was set back cannot be told from a chmod. */
	assert_int_equal(fchmodat(ground.dir, "root/0", 0400, 0), 0);
	assert_false(file_has_same_bytes(seeker.lookup.file));
	ground_file(&ground, "root/0", "longer than text");
	assert_false(file_has_same_bytes(seeker.lookup.file));
	leaves(&seeker);
	assert_false(file_has_same_bytes(&broken));
}

/* ---- no memory ---- */

static void without_memory_there_is_no_pool_and_no_store(void **state)
{
	size_t before = descriptors_open();

	(void)state;
	allocations_left = 0;
	assert_null(helpers_open(control));
	allocations_left = 0;
	assert_null(store_open(pool, control, &names_limits));
	allocations_left = -1;
	assert_int_equal(descriptors_open(), before);
}

static void a_name_without_memory_is_a_shortage(void **state)
{
	struct seeker seeker;
	bool is_there;

	(void)state;
	allocations_left = 0;
	is_there = seek(&seeker, "0");
	allocations_left = -1;
	assert_true(is_there);
	found_kind(&seeker, FOUND_SHORTAGE);
	leaves(&seeker);
	assert_int_equal(store_count(store), 0);
	assert_int_equal(helpers_look(), 0);
}

static void a_file_without_memory_is_a_shortage(void **state)
{
	size_t before = descriptors_open();
	struct seeker seeker;

	(void)state;
	make_files(1);
	assert_false(seek(&seeker, "0"));
	for (int i = 0; i < NAMES_HELPERS; i++)
		played_looks(helper[i], root);
	allocations_left = 0;
	take_turn();
	allocations_left = -1;
	assert_int_equal(seeker.resumed, 1);
	found_kind(&seeker, FOUND_SHORTAGE);
	leaves(&seeker);
	assert_int_equal(store_count(store), 0);
	assert_int_equal(descriptors_open(), before);
}

/* A file that somebody else has is no reason to let go of those we have. */
static void a_file_that_is_busy_is_no_shortage(void **state)
{
	struct seeker seeker;

	(void)state;
	make_files(3);
	for (int i = 0; i < 3; i++)
		know_number(i);
	assert_false(seek(&seeker, "x"));
	played_says(taken_job(), FOUND_BUSY);
	take_turn();
	found_kind(&seeker, FOUND_BUSY);
	leaves(&seeker);
	assert_int_equal(store_count(store), 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_names, shut_names)
	const struct CMUnitTest tests[] = {
		TEST(the_least_recently_used_name_is_let_go),
		TEST(a_name_in_the_middle_may_be_used_again),
		TEST(fewer_may_be_kept_and_then_more),
		TEST(shrinking_closes_what_nobody_uses),
		TEST(a_shortage_of_the_helpers_is_ours_too),
		TEST(a_file_that_is_busy_is_no_shortage),
		TEST(what_nobody_asks_for_is_closed_after_a_while),
		TEST(what_is_asked_for_stays),
		TEST(a_refusal_is_forgotten_too),
		TEST(a_file_closes_with_its_last_holder),
		TEST(a_replaced_file_lives_on_with_who_has_it),
		TEST(other_bytes_are_noticed),
		TEST(without_memory_there_is_no_pool_and_no_store),
		TEST(a_name_without_memory_is_a_shortage),
		TEST(a_file_without_memory_is_a_shortage),
	};

	return cmocka_run_group_tests_name(
		"files/store_bounds", tests, NULL, NULL);
}
