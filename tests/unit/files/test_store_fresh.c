/* test_store_fresh.c - how long what is known may be believed. */
#include "names.h"

/* ---- what the kernel vouches for ---- */

static void edit(void)
{
	ground_file(&ground, "root/a", "new text");
}

static void replace(void)
{
	ground_file(&ground, "outside/a", "new text");
	ground_rename(&ground, "outside/a", "root/a");
}

/* The same name, but the old file lives on under another. */
static void move_and_make(void)
{
	ground_rename(&ground, "root/a", "root/b");
	ground_file(&ground, "root/a", "new text");
}

static void delete_and_make(void)
{
	assert_int_equal(unlinkat(ground.dir, "root/a", 0), 0);
	ground_file(&ground, "root/a", "new text");
}

/* Each is seen by the very next request, in the next turn. */
static void a_changed_file_is_seen_at_once(void **state)
{
	static void (*const changes[])(void) = {
		edit, replace, move_and_make, delete_and_make};

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		ground_file(&ground, "root/a", "text");
		know("a");
		is_known("a", "text");
		changes[i]();
		is_looked_up("a", "new text");
		store_shrink(store);
		assert_int_equal(unlinkat(ground.dir, "root/a", 0), 0);
	}
}

static void a_deleted_file_is_gone_at_once(void **state)
{
	struct seeker seeker;

	(void)state;
	ground_file(&ground, "root/a", "text");
	know("a");
	assert_int_equal(unlinkat(ground.dir, "root/a", 0), 0);
	assert_false(seek(&seeker, "a"));
	assert_int_equal(helpers_look(), 1);
	found_kind(&seeker, FOUND_NOTHING);
	leaves(&seeker);
}

static void permissions_that_changed_are_asked_for(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text");
	know("a");
	assert_int_equal(fchmodat(ground.dir, "root/a", 0400, 0), 0);
	is_looked_up("a", "text");
}

static void a_turn_believes_what_it_has_seen(void **state)
{
	struct seeker first, second;

	(void)state;
	ground_file(&ground, "root/a", "text");
	know("a");
	assert_true(seek(&first, "a"));
	edit();
	assert_true(seek(&second, "a"));
	leaves(&first);
	leaves(&second);
	is_looked_up("a", "new text");
}

/* It changed between the helper's look and the answer: who asked before may
 * have what it was, who came after must not. */
static void who_asked_after_a_change_gets_what_it_is(void **state)
{
	struct seeker before, after;

	(void)state;
	ground_file(&ground, "root/a", "text");
	assert_false(seek(&before, "a"));
	for (int i = 0; i < NAMES_HELPERS; i++)
		played_looks(helper[i], root);
	replace();
	assert_false(seek(&after, "a"));
	take_turn();
	assert_int_equal(before.resumed, 1);
	found_text(&before, "text");
	assert_int_equal(after.resumed, 0);
	assert_int_equal(helpers_look(), 1);
	assert_int_equal(after.resumed, 1);
	found_text(&after, "new text");
	leaves(&before);
	leaves(&after);
	is_known("a", "new text");
}

/* ---- what only a new lookup can see ---- */

static void swap_directories(void)
{
	ground_rename(&ground, "root/d", "outside/old");
	ground_rename(&ground, "outside/new", "root/d");
}

static void make_directories(void)
{
	ground_directory(&ground, "root/d");
	ground_file(&ground, "root/d/a", "text");
	ground_directory(&ground, "outside/new");
	ground_file(&ground, "outside/new/a", "new text");
}

static void swapped_directories_are_seen_after_a_second(void **state)
{
	(void)state;
	make_directories();
	know("d/a");
	swap_directories();
	take_turn_after(NAMES_AHEAD - 1);
	is_known("d/a", "text");
	take_turn_after(NAMES_FRESH - NAMES_AHEAD + 1);
	is_looked_up("d/a", "new text");
}

static void who_comes_second_does_not_get_the_old_one(void **state)
{
	struct seeker first, second;

	(void)state;
	make_directories();
	know("d/a");
	swap_directories();
	take_turn_after(NAMES_FRESH);
	assert_false(seek(&first, "d/a"));
	assert_false(seek(&second, "d/a"));
	assert_int_equal(helpers_look(), 1);
	found_text(&first, "new text");
	found_text(&second, "new text");
	leaves(&first);
	leaves(&second);
}

/* Answers hold as long as they are kept; and they are, while they are used. */
static void without_a_limit_a_name_is_looked_up_once(void **state)
{
	struct store_limits limits = names_limits;

	(void)state;
	store_shut(store);
	limits.fresh = 0;
	store = store_open(pool, dup(control), &limits);
	make_directories();
	know("d/a");
	swap_directories();
	for (int i = 0; i < 5; i++) {
		take_turn_after(TURNS_SWEEP / 2);
		is_known("d/a", "text");
	}
	assert_int_equal(count_jobs(), 0);
	take_turn_after(TURNS_SWEEP);
	take_turn_after(TURNS_SWEEP);
	is_looked_up("d/a", "new text");
}

static void a_busy_name_is_looked_up_ahead_of_time(void **state)
{
	(void)state;
	make_directories();
	know("d/a");
	swap_directories();
	take_turn_after(NAMES_AHEAD);
	is_known("d/a", "text");
	is_known("d/a", "text");
	assert_int_equal(helpers_look(), 1);
	is_known("d/a", "new text");
	assert_int_equal(helpers_look(), 0);
	assert_int_equal(store_count(store), 1);
}

static void the_second_begins_when_the_helper_is_asked(void **state)
{
	struct seeker seeker;

	(void)state;
	make_directories();
	know("d/a");
	take_turn_after(NAMES_AHEAD);
	is_known("d/a", "text");
	take_turn_after(TURNS_HELPER - 1);
	assert_int_equal(helpers_look(), 1);
	assert_false(seek(&seeker, "d/a"));
	assert_int_equal(helpers_look(), 1);
	leaves(&seeker);
}

static void the_same_file_stays_open(void **state)
{
	struct seeker before, after;

	(void)state;
	ground_file(&ground, "root/a", "text");
	know("a");
	assert_true(seek(&before, "a"));
	take_turn_after(NAMES_FRESH);
	assert_false(seek(&after, "a"));
	assert_int_equal(helpers_look(), 1);
	found_text(&after, "text");
	assert_ptr_equal(before.lookup.file, after.lookup.file);
	leaves(&before);
	leaves(&after);
}

static void a_name_that_is_gone_is_forgotten_in_the_background(void **state)
{
	struct seeker seeker;

	(void)state;
	make_directories();
	know("d/a");
	ground_rename(&ground, "root/d", "outside/old");
	take_turn_after(NAMES_AHEAD);
	is_known("d/a", "text");
	assert_int_equal(helpers_look(), 1);
	assert_false(seek(&seeker, "d/a"));
	assert_int_equal(helpers_look(), 1);
	found_kind(&seeker, FOUND_NOTHING);
	leaves(&seeker);
}

/* ---- what is not there, again and again ---- */

static void a_name_that_is_asked_for_too_often_is_believed_to_be_gone(
	void **state)
{
	struct seeker seeker;

	(void)state;
	for (int i = 0; i < STORE_BRIEF_AFTER; i++) {
		assert_false(seek(&seeker, "a"));
		assert_int_equal(helpers_look(), 1);
		found_kind(&seeker, FOUND_NOTHING);
		leaves(&seeker);
		take_turn_after(STORE_BRIEF - 1);
	}
	ground_file(&ground, "root/a", "text");
	assert_true(seek(&seeker, "a"));
	found_kind(&seeker, FOUND_NOTHING);
	leaves(&seeker);
	take_turn_after(1);
	is_looked_up("a", "text");
}

static void a_pause_is_the_end_of_the_row(void **state)
{
	struct seeker seeker;

	(void)state;
	for (int i = 0; i < 2 * STORE_BRIEF_AFTER; i++) {
		assert_false(seek(&seeker, "a"));
		assert_int_equal(helpers_look(), 1);
		leaves(&seeker);
		take_turn_after(STORE_BRIEF);
	}
}

/* The last look found a file; then another one took its place. */
static void a_file_is_the_end_of_it_too(void **state)
{
	struct seeker first, later;

	(void)state;
	for (int i = 1; i < STORE_BRIEF_AFTER; i++) {
		assert_false(seek(&first, "a"));
		assert_int_equal(helpers_look(), 1);
		leaves(&first);
	}
	assert_false(seek(&first, "a"));
	assert_false(seek(&later, "a"));
	for (int i = 0; i < NAMES_HELPERS; i++)
		played_looks(helper[i], root);
	ground_file(&ground, "root/a", "text");
	take_turn();
	found_kind(&first, FOUND_NOTHING);
	assert_int_equal(helpers_look(), 1);
	found_text(&later, "text");
	leaves(&first);
	leaves(&later);
	replace();
	is_looked_up("a", "new text");
}

/* ---- the way to it hangs ---- */

static void what_is_open_is_served_while_the_way_to_it_hangs(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text");
	know("a");
	take_turn_after(NAMES_AHEAD);
	is_known("a", "text");
	taken_job();
	take_turn_after(NAMES_FRESH);
	is_known("a", "text");
	assert_int_equal(count_jobs(), 0);

	/* The helper is given up, and nobody is asked for a while. */
	take_turn_after(TURNS_HELPER - NAMES_FRESH);
	assert_int_equal(helpers_count(pool), NAMES_HELPERS - 1);
	is_known("a", "text");
	take_turn_after(STORE_REFUSE - 1);
	is_known("a", "text");
	assert_int_equal(count_jobs(), 0);
	take_turn_after(1);
	is_looked_up("a", "text");
}

static void but_not_when_it_has_changed(void **state)
{
	struct seeker seeker;

	(void)state;
	ground_file(&ground, "root/a", "text");
	know("a");
	take_turn_after(NAMES_AHEAD);
	is_known("a", "text");
	taken_job();
	edit();
	assert_false(seek(&seeker, "a"));
	take_turn_after(TURNS_HELPER);
	assert_int_equal(seeker.resumed, 1);
	found_kind(&seeker, FOUND_SHORTAGE);
	leaves(&seeker);
}

static void who_waited_for_a_late_lookup_gets_what_is_open(void **state)
{
	struct seeker seeker;

	(void)state;
	ground_file(&ground, "root/a", "text");
	know("a");
	take_turn_after(NAMES_FRESH);
	assert_false(seek(&seeker, "a"));
	take_turn_after(TURNS_HELPER);
	assert_int_equal(seeker.resumed, 1);
	found_text(&seeker, "text");
	leaves(&seeker);
}

/* All helpers hang, and so many names wait for them that there is no room for
 * one more. */
static void what_is_open_is_served_when_nobody_can_be_asked(void **state)
{
	static struct seeker seekers[STORE_LOOKING_MAX];
	static char names[STORE_LOOKING_MAX][8];
	struct seeker seeker;

	(void)state;
	ground_file(&ground, "root/a", "text");
	know("a");
	for (int i = 0; i < STORE_LOOKING_MAX; i++) {
		snprintf(names[i], sizeof names[i], "x%d", i);
		/* Descriptors for so many are not at hand: they leave. */
		assert_false(seek(&seekers[i], names[i]));
		store_forget(&seekers[i].lookup);
		cont_drop(seekers[i].fd);
		close(seekers[i].fd);
	}
	assert_true(seek(&seeker, "one too many"));
	found_kind(&seeker, FOUND_SHORTAGE);
	leaves(&seeker);
	take_turn_after(NAMES_FRESH);
	is_known("a", "text");

	/* Unless it has changed. */
	edit();
	assert_true(seek(&seeker, "a"));
	found_kind(&seeker, FOUND_SHORTAGE);
	leaves(&seeker);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_names, shut_names)
	const struct CMUnitTest tests[] = {
		TEST(a_changed_file_is_seen_at_once),
		TEST(a_deleted_file_is_gone_at_once),
		TEST(permissions_that_changed_are_asked_for),
		TEST(a_turn_believes_what_it_has_seen),
		TEST(who_asked_after_a_change_gets_what_it_is),
		TEST(swapped_directories_are_seen_after_a_second),
		TEST(who_comes_second_does_not_get_the_old_one),
		TEST(without_a_limit_a_name_is_looked_up_once),
		TEST(a_busy_name_is_looked_up_ahead_of_time),
		TEST(the_second_begins_when_the_helper_is_asked),
		TEST(the_same_file_stays_open),
		TEST(a_name_that_is_asked_for_too_often_is_believed_to_be_gone),
		TEST(a_pause_is_the_end_of_the_row),
		TEST(a_file_is_the_end_of_it_too),
		TEST(a_name_that_is_gone_is_forgotten_in_the_background),
		TEST(what_is_open_is_served_while_the_way_to_it_hangs),
		TEST(but_not_when_it_has_changed),
		TEST(who_waited_for_a_late_lookup_gets_what_is_open),
		TEST(what_is_open_is_served_when_nobody_can_be_asked),
	};

	return cmocka_run_group_tests_name(
		"files/store_fresh", tests, NULL, NULL);
}
