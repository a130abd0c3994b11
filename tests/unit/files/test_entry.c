/* test_entry.c - the names that the store knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files/entry.h"
#include "support/aborts.h"
#include "support/turns.h"

enum { NAMES = 1000 };

static struct entries entries;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

static bool is_out_of_memory;

void *__wrap_malloc(size_t size)
{
	return is_out_of_memory ? NULL : __real_malloc(size);
}

static struct entry *make(const char *path, uint32_t flags)
{
	struct entry *entry = entry_new(&entries, slice_text(path), flags);

	assert_non_null(entry);
	assert_true(slice_is(entry->task.path, slice_text(path)));
	assert_ptr_equal(entry->task.path.at, entry->path);
	assert_int_equal(entry->task.flags, flags);
	return entry;
}

static struct entry *find(const char *path, uint32_t flags)
{
	return entry_find(&entries, slice_text(path), flags);
}

/* From the least recently used one to the other end, and back. */
static void order_is(const char *names)
{
	char forth[16] = "", back[16] = "";
	size_t len = strlen(names);

	for (struct entry *e = entries.oldest; e; e = e->newer)
		strncat(forth, e->path, 1);
	for (struct entry *e = entries.newest; e; e = e->older)
		strncat(back, e->path, 1);
	assert_string_equal(forth, names);
	assert_int_equal(strlen(back), len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(back[i], names[len - 1 - i]);
}

static int open_entries(void **state)
{
	turns_open(state);
	return entries_open(&entries, NAMES);
}

static int all_gone(void **state)
{
	entries_shut(&entries);
	assert_int_equal(entries.count, 0);
	order_is("");
	return turns_shut(state);
}

/* ---- by name ---- */

static void a_name_is_found(void **state)
{
	struct entry *entry = make("a/b", 0);

	(void)state;
	assert_int_equal(entries.count, 1);
	assert_ptr_equal(find("a/b", 0), entry);
	assert_null(find("a/", 0));
	assert_null(find("a/bc", 0));
	assert_null(find("", 0));
	entry_free(entry);
	assert_null(find("a/b", 0));
}

static void what_is_asked_of_it_makes_it_another(void **state)
{
	struct entry *made[JOB_FLAGS + 1];

	(void)state;
	for (uint32_t flags = 0; flags <= JOB_FLAGS; flags++) {
		assert_null(find("a", flags));
		made[flags] = make("a", flags);
	}
	for (uint32_t flags = 0; flags <= JOB_FLAGS; flags++)
		assert_ptr_equal(find("a", flags), made[flags]);
	assert_int_equal(entries.count, JOB_FLAGS + 1);
}

static void a_name_may_have_any_bytes(void **state)
{
	static const char bytes[] = "\0\xff\n";
	struct entry *root = make("", 0);
	struct entry *entry = entry_new(&entries, slice_of(bytes, 3), 0);

	(void)state;
	assert_ptr_equal(entry_find(&entries, slice_of(bytes, 3), 0), entry);
	assert_null(entry_find(&entries, slice_of(bytes, 2), 0));
	assert_ptr_equal(entry_find(&entries, slice_of(NULL, 0), 0), root);
}

/* More names than buckets: some stand behind others, and any may go. */
static void names_that_share_a_bucket_are_kept_apart(void **state)
{
	enum { MANY = 4 * NAMES };
	char name[16];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "%d", i);
		entry_touch(make(name, 0));
	}
	for (int i = 0; i < MANY; i += 3) {
		snprintf(name, sizeof name, "%d", i);
		entry_free(find(name, 0));
	}
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "%d", i);
		assert_int_equal(find(name, 0) != NULL, i % 3 != 0);
	}
}

/* However they are chosen: a table for one name has two buckets. */
static void a_bucket_is_never_deep(void **state)
{
	char name[16];

	(void)state;
	entries_shut(&entries);
	assert_int_equal(entries_open(&entries, 1), 0);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "%d", i);
		entry_touch(make(name, 0));
		assert_non_null(find(name, 0));
		assert_in_range(entries.count, 1, 2 * ENTRY_DEEP);
	}
}

static void who_is_looked_up_stays_in_the_deepest_bucket(void **state)
{
	enum { MANY = 4 * ENTRY_DEEP };
	struct entry *made[MANY];
	char name[16];

	(void)state;
	entries_shut(&entries);
	assert_int_equal(entries_open(&entries, 1), 0);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "%d", i);
		made[i] = make(name, 0);
		made[i]->looking = true;
	}
	assert_int_equal(entries.count, MANY);
}

/* Names as they are: alike but for a byte somewhere. */
static void like_names_are_spread(void **state)
{
	enum { MANY = 1000 };
	size_t used = 0;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		char name[64];

		snprintf(name, sizeof name, "%0*d/%s", i % 37 + 1, i,
			i % 2 ? "index.html" : "");
		(void)make(name, 0);
	}
	for (size_t i = 0; i < entries.size; i++)
		used += entries.bucket[i] != NULL;
	/* By chance alone, 1000 fall into 790 of 2048. */
	assert_in_range(used, 700, MANY);
}

static void without_memory_there_is_no_entry(void **state)
{
	struct entry *entry;

	(void)state;
	is_out_of_memory = true;
	entry = entry_new(&entries, SLICE("a"), 0);
	is_out_of_memory = false;
	assert_null(entry);
	assert_int_equal(entries.count, 0);
	assert_null(find("a", 0));
}

/* ---- by use ---- */

static void the_list_is_in_order_of_use(void **state)
{
	struct entry *a = make("a", 0), *b = make("b", 0), *c = make("c", 0);

	(void)state;
	order_is("");
	entry_touch(a);
	order_is("a");
	entry_touch(a);
	order_is("a");
	entry_touch(b);
	entry_touch(c);
	order_is("abc");
	entry_touch(b);
	order_is("acb");
	entry_touch(a);
	order_is("cba");
}

static void who_is_taken_out_is_in_nobodys_way(void **state)
{
	static const char *const left[] = {"bcd", "acd", "abd", "abc"};

	(void)state;
	for (int i = 0; i < 4; i++) {
		static const char *const names[] = {"a", "b", "c", "d"};
		struct entry *made[4];

		for (int j = 0; j < 4; j++)
			entry_touch(made[j] = make(names[j], 0));
		entry_unlist(made[i]);
		order_is(left[i]);
		entry_unlist(made[i]);
		order_is(left[i]);
		/* It is in the table still. */
		assert_ptr_equal(find(names[i], 0), made[i]);
		for (int j = 0; j < 4; j++)
			entry_free(made[j]);
		order_is("");
	}
}

/* ---- with a file ---- */

static void an_entry_takes_its_file_along(void **state)
{
	const struct found found = {.kind = FOUND_FILE};
	struct entry *entry = make("a", 0);
	int fd = dup(0);

	(void)state;
	entry->file = file_new(fd, &found);
	entry_drop_file(entry);
	assert_null(entry->file);
	entry_drop_file(entry);
	take_turn();
	assert_int_equal(dup(0), fd);
	entry->file = file_new(fd, &found);
	entry_free(entry);
}

static void free_one_that_is_looked_up(void *state)
{
	struct entry *entry = make("a", 0);

	(void)state;
	entry->looking = true;
	entry_free(entry);
}

static void free_one_that_is_waited_for(void *state)
{
	struct entry *entry = make("a", 0);

	(void)state;
	entry->waiting = (struct lookup *)entry;
	entry_free(entry);
}

static void who_is_needed_must_not_go(void **state)
{
	(void)state;
	assert_aborts(free_one_that_is_looked_up, NULL);
	assert_aborts(free_one_that_is_waited_for, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_entries, all_gone)
	const struct CMUnitTest tests[] = {
		TEST(a_name_is_found),
		TEST(what_is_asked_of_it_makes_it_another),
		TEST(a_name_may_have_any_bytes),
		TEST(names_that_share_a_bucket_are_kept_apart),
		TEST(a_bucket_is_never_deep),
		TEST(who_is_looked_up_stays_in_the_deepest_bucket),
		TEST(like_names_are_spread),
		TEST(without_memory_there_is_no_entry),
		TEST(the_list_is_in_order_of_use),
		TEST(who_is_taken_out_is_in_nobodys_way),
		TEST(an_entry_takes_its_file_along),
		TEST(who_is_needed_must_not_go),
	};

	return cmocka_run_group_tests_name("files/entry", tests, NULL, NULL);
}
