/* test_store.c - who asks for a name, and who is answered. */
#include "names.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- one asks ---- */

static void an_unknown_name_is_looked_for(void **state)
{
	struct seeker seeker;

	(void)state;
	ground_file(&ground, "root/a", "text of a");
	assert_false(seek(&seeker, "a"));
	assert_int_equal(store_count(store), 1);
	take_turn();
	assert_int_equal(seeker.resumed, 0);
	assert_int_equal(helpers_look(), 1);
	assert_int_equal(seeker.resumed, 1);
	found_text(&seeker, "text of a");
	assert_int_equal(seeker.lookup.found.index, 0);
	leaves(&seeker);
}

static void a_known_name_needs_no_helper(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text of a");
	know("a");
	is_known("a", "text of a");
	is_known("a", "text of a");
	assert_int_equal(helpers_look(), 0);
	assert_int_equal(store_count(store), 1);
}

static void a_name_with_a_slash_is_another(void **state)
{
	struct seeker plain, slash;

	(void)state;
	ground_directory(&ground, "root/d");
	ground_file(&ground, "root/d/index.html", "an index");
	assert_false(seek(&plain, "d"));
	assert_false(seek_for(&slash, "d", JOB_SLASH));
	assert_int_equal(helpers_look(), 2);
	found_kind(&plain, FOUND_DIRECTORY);
	found_text(&slash, "an index");
	assert_int_equal(slash.lookup.found.index, 1);
	leaves(&plain);
	leaves(&slash);
	assert_int_equal(store_count(store), 2);

	/* It is still one when it is known. */
	assert_true(seek_for(&slash, "d", JOB_SLASH));
	assert_int_equal(slash.lookup.found.index, 1);
	leaves(&slash);
}

static void the_root_is_a_name(void **state)
{
	struct seeker seeker;

	(void)state;
	ground_file(&ground, "root/index.html", "the index");
	assert_false(seek_for(&seeker, "", true));
	assert_int_equal(helpers_look(), 1);
	found_text(&seeker, "the index");
	leaves(&seeker);
	assert_true(seek_for(&seeker, "", true));
	leaves(&seeker);
}

/* More names than there are buckets would have to be asked for to be sure; so
 * many that some share one, at least. */
static void names_do_not_get_in_each_others_way(void **state)
{
	enum { MANY = 200 };
	static struct seeker seekers[MANY];
	static char names[MANY][8], texts[MANY][8];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		char path[16];

		snprintf(names[i], sizeof names[i], "n%d", i);
		snprintf(texts[i], sizeof texts[i], "text%d", i);
		snprintf(path, sizeof path, "root/%s", names[i]);
		ground_file(&ground, path, texts[i]);
		assert_false(seek(&seekers[i], names[i]));
	}
	assert_int_equal(store_count(store), MANY);
	assert_int_equal(helpers_look(), MANY);
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(seekers[i].resumed, 1);
		found_text(&seekers[i], texts[i]);
		leaves(&seekers[i]);
	}
	assert_int_equal(store_count(store), NAMES_LIMIT);
}

/* ---- many ask ---- */

static void those_who_ask_together_wait_for_one_answer(void **state)
{
	struct seeker seekers[3];

	(void)state;
	ground_file(&ground, "root/a", "text of a");
	for (int i = 0; i < 3; i++)
		assert_false(seek(&seekers[i], "a"));
	assert_int_equal(store_count(store), 1);
	assert_int_equal(helpers_look(), 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(seekers[i].resumed, 1);
		found_text(&seekers[i], "text of a");
		assert_ptr_equal(
			seekers[i].lookup.file, seekers[0].lookup.file);
	}
	for (int i = 0; i < 3; i++)
		leaves(&seekers[i]);
}

/* It may have come into being after the helper looked. */
static void not_there_is_asked_again_for_those_who_came_later(void **state)
{
	struct seeker first, later, last;
	int asked;

	(void)state;
	assert_false(seek(&first, "a"));
	asked = taken_job();
	ground_file(&ground, "root/a", "text of a");
	assert_false(seek(&later, "a"));
	assert_false(seek(&last, "a"));
	played_says(asked, FOUND_NOTHING);
	take_turn();
	assert_int_equal(first.resumed, 1);
	found_kind(&first, FOUND_NOTHING);
	assert_int_equal(later.resumed, 0);
	assert_int_equal(helpers_look(), 1);
	assert_int_equal(later.resumed, 1);
	found_text(&later, "text of a");
	found_text(&last, "text of a");
	leaves(&first);
	leaves(&later);
	leaves(&last);
}

static void but_only_once(void **state)
{
	struct seeker first, later;

	(void)state;
	assert_false(seek(&first, "a"));
	assert_false(seek(&later, "a"));
	assert_int_equal(helpers_look(), 2);
	assert_int_equal(first.resumed, 1);
	found_kind(&first, FOUND_NOTHING);
	assert_int_equal(later.resumed, 1);
	found_kind(&later, FOUND_NOTHING);
	leaves(&first);
	leaves(&later);
}

/* ---- what was not found is not kept ---- */

static void only_files_are_kept(void **state)
{
	static const enum found_kind kinds[] = {FOUND_DIRECTORY, FOUND_NO_INDEX,
		FOUND_NOTHING, FOUND_DENIED, FOUND_SHORTAGE, FOUND_BUSY,
		FOUND_BROKEN};

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct seeker seeker;

		assert_false(seek(&seeker, "a"));
		played_says(taken_job(), kinds[i]);
		take_turn();
		assert_int_equal(seeker.resumed, 1);
		found_kind(&seeker, kinds[i]);
		leaves(&seeker);
	}
}

/* A name that failed is no name: the others are remembered, though they are not
 * believed yet. */
static void an_answer_without_a_file_is_remembered_if_it_says_something(
	void **state)
{
	static const struct {
		enum found_kind kind;
		size_t count;
	} kinds[] = {{FOUND_SHORTAGE, 0}, {FOUND_BUSY, 0}, {FOUND_BROKEN, 0},
		{FOUND_DIRECTORY, 1}, {FOUND_NO_INDEX, 1}, {FOUND_NOTHING, 1},
		{FOUND_DENIED, 1}, {FOUND_SHORTAGE, 0}};

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct seeker seeker;

		assert_false(seek(&seeker, "a"));
		played_says(taken_job(), kinds[i].kind);
		take_turn();
		assert_int_equal(store_count(store), kinds[i].count);
		leaves(&seeker);
	}
}

/* ---- who is not interested any more ---- */

static void who_leaves_is_not_resumed(void **state)
{
	(void)state;
	ground_file(&ground, "root/a", "text of a");
	/* The first, the one between, the last to come. */
	for (int gone = 0; gone < 3; gone++) {
		struct seeker seekers[3];

		for (int i = 0; i < 3; i++)
			assert_false(seek(&seekers[i], "a"));
		leaves(&seekers[gone]);
		assert_int_equal(helpers_look(), 1);
		for (int i = 0; i < 3; i++) {
			assert_int_equal(seekers[i].resumed, i != gone);
			if (i != gone)
				leaves(&seekers[i]);
		}
		store_shrink(store);
	}
}

static void an_answer_for_nobody_is_kept(void **state)
{
	struct seeker seeker;

	(void)state;
	ground_file(&ground, "root/a", "text of a");
	assert_false(seek(&seeker, "a"));
	leaves(&seeker);
	assert_int_equal(helpers_look(), 1);
	is_known("a", "text of a");
}

static void to_leave_twice_is_harmless(void **state)
{
	struct seeker seeker;

	(void)state;
	ground_file(&ground, "root/a", "text of a");
	know("a");
	assert_true(seek(&seeker, "a"));
	store_forget(&seeker.lookup);
	store_forget(&seeker.lookup);
	assert_null(seeker.lookup.file);
	cont_close(seeker.fd);
}

/* ---- no answer ---- */

static void a_lookup_that_takes_too_long_is_a_shortage(void **state)
{
	struct seeker seeker;

	(void)state;
	assert_false(seek(&seeker, "hung"));
	take_turn_after(TURNS_HELPER);
	assert_int_equal(seeker.resumed, 1);
	found_kind(&seeker, FOUND_SHORTAGE);
	leaves(&seeker);
}

static void its_name_is_refused_for_a_while(void **state)
{
	struct seeker seeker;

	(void)state;
	assert_false(seek(&seeker, "hung"));
	taken_job();
	take_turn_after(TURNS_HELPER);
	leaves(&seeker);
	take_turn_after(STORE_REFUSE - 1);
	assert_true(seek(&seeker, "hung"));
	found_kind(&seeker, FOUND_SHORTAGE);
	leaves(&seeker);
	assert_int_equal(count_jobs(), 0);

	/* Another name is not. */
	ground_file(&ground, "root/a", "text of a");
	know("a");
	take_turn_after(1);
	ground_file(&ground, "root/hung", "no more");
	is_looked_up("hung", "no more");
	is_known("hung", "no more");
}

static void a_name_that_kills_helpers_is_broken(void **state)
{
	struct seeker seeker;

	(void)state;
	assert_false(seek(&seeker, "poison"));
	for (int i = 0; i < HELPERS_TRIES; i++) {
		int dead = taken_job();

		for (int j = 0; j < NAMES_HELPERS; j++)
			if (helper[j] == dead)
				helper[j] = played_helper(pool, 9);
		close(dead);
		assert_int_equal(seeker.resumed, 0);
		take_turn();
	}
	assert_int_equal(seeker.resumed, 1);
	found_kind(&seeker, FOUND_BROKEN);
	leaves(&seeker);
	assert_true(seek(&seeker, "poison"));
	leaves(&seeker);
	take_turn_after(STORE_REFUSE);
	ground_file(&ground, "root/poison", "cured");
	is_looked_up("poison", "cured");
}

static void a_store_may_end_while_it_looks(void **state)
{
	struct seeker seeker;

	(void)state;
	assert_false(seek(&seeker, "a"));
	leaves(&seeker);
	assert_int_equal(store_count(store), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_names, shut_names)
	const struct CMUnitTest tests[] = {
		TEST(an_unknown_name_is_looked_for),
		TEST(a_known_name_needs_no_helper),
		TEST(a_name_with_a_slash_is_another),
		TEST(the_root_is_a_name),
		TEST(names_do_not_get_in_each_others_way),
		TEST(those_who_ask_together_wait_for_one_answer),
		TEST(not_there_is_asked_again_for_those_who_came_later),
		TEST(but_only_once),
		TEST(only_files_are_kept),
		TEST(an_answer_without_a_file_is_remembered_if_it_says_something),
		TEST(who_leaves_is_not_resumed),
		TEST(an_answer_for_nobody_is_kept),
		TEST(to_leave_twice_is_harmless),
		TEST(a_lookup_that_takes_too_long_is_a_shortage),
		TEST(its_name_is_refused_for_a_while),
		TEST(a_name_that_kills_helpers_is_broken),
		TEST(a_store_may_end_while_it_looks),
	};

	return cmocka_run_group_tests_name("files/store", tests, NULL, NULL);
}
