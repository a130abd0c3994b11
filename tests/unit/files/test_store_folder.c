/* test_store_folder.c - one name that is looked up holds for those beside it,
 * and only as long as nothing there has changed. */
#include "names.h"

#include "files/folder.h"
#include "loop/loop.h"

static void make_files(void)
{
	ground_directory(&ground, "root/d");
	ground_file(&ground, "root/d/a", "text");
	ground_file(&ground, "root/d/b", "text");
	ground_directory(&ground, "outside/new");
	ground_file(&ground, "outside/new/a", "text");
	ground_file(&ground, "outside/new/b", "new text");
}

static struct stat stat_of(const char *name)
{
	struct stat st;

	assert_int_equal(fstatat(ground.dir, name, &st, 0), 0);
	return st;
}

/* Here a minute passes at once, for files it does not: until their clock has
 * ticked two changes have one time. */
static void let_tick(const char *directory, const struct stat *before)
{
	struct stat now = stat_of(directory);

	while (now.st_ino == before->st_ino &&
		now.st_ctim.tv_sec == before->st_ctim.tv_sec &&
		now.st_ctim.tv_nsec == before->st_ctim.tv_nsec) {
		assert_int_equal(fchmodat(ground.dir, directory, 0755, 0), 0);
		now = stat_of(directory);
	}
}

static void know_both(void)
{
	make_files();
	know("d/a");
	know("d/b");
}

/* One of them is used when it is time, and looked up for both. */
static void one_is_sent(void)
{
	take_turn_after(NAMES_AHEAD);
	is_known("d/a", "text");
	is_known("d/b", "text");
}

/* ---- nothing has changed ---- */

static void one_is_looked_up_for_all(void **state)
{
	(void)state;
	know_both();
	for (int i = 0; i < 5; i++) {
		one_is_sent();
		assert_int_equal(helpers_look(), 1);
		is_known("d/b", "text");
		assert_int_equal(count_jobs(), 0);
	}
}

static void an_index_is_in_its_directory(void **state)
{
	struct seeker seeker;

	(void)state;
	make_files();
	ground_file(&ground, "root/d/index.html", "index");
	know("d/a");
	assert_false(seek_for(&seeker, "d", JOB_SLASH));
	assert_int_equal(helpers_look(), 1);
	leaves(&seeker);
	take_turn_after(NAMES_AHEAD);
	is_known("d/a", "text");
	assert_int_equal(helpers_look(), 1);
	take_turn_after(NAMES_FRESH - NAMES_AHEAD);
	assert_true(seek_for(&seeker, "d", JOB_SLASH));
	found_text(&seeker, "index");
	leaves(&seeker);
	assert_int_equal(count_jobs(), 0);
}

/* Nobody used the directory in time: each answer is too old. */
static void what_nobody_used_is_looked_up(void **state)
{
	struct seeker one, other;

	(void)state;
	know_both();
	take_turn_after(NAMES_FRESH);
	assert_false(seek(&one, "d/a"));
	assert_false(seek(&other, "d/b"));
	assert_int_equal(helpers_look(), 2);
	found_text(&one, "text");
	found_text(&other, "text");
	leaves(&one);
	leaves(&other);
}

static void one_answer_makes_all_fresh_again(void **state)
{
	(void)state;
	know_both();
	take_turn_after(NAMES_FRESH);
	is_looked_up("d/a", "text");
	is_known("d/b", "text");
	assert_int_equal(count_jobs(), 0);
}

static void each_is_looked_up_itself_at_last(void **state)
{
	const int64_t last = FOLDER_TRUST * NAMES_FRESH;
	int64_t passed = 0;

	(void)state;
	know_both();
	/* The other one goes each time. */
	for (; passed + NAMES_AHEAD < last - NAMES_FRESH + NAMES_AHEAD;
		passed += NAMES_AHEAD) {
		take_turn_after(NAMES_AHEAD);
		is_known("d/a", "text");
		assert_int_equal(helpers_look(), 1);
		is_known("d/b", "text");
		assert_int_equal(count_jobs(), 0);
	}
	take_turn_after(last - NAMES_FRESH + NAMES_AHEAD - passed);
	is_known("d/b", "text");
	assert_int_equal(helpers_look(), 1);
}

static void but_not_in_vain_when_it_is_too_late(void **state)
{
	int64_t passed = 0;

	(void)state;
	know_both();
	for (; passed < FOLDER_TRUST * NAMES_FRESH; passed += NAMES_AHEAD) {
		take_turn_after(NAMES_AHEAD);
		is_known("d/a", "text");
		assert_int_equal(helpers_look(), 1);
	}
	assert_int_equal(store_count(store), 2);
	is_looked_up("d/b", "text");
}

/* ---- something has ---- */

static void swap_directory(void)
{
	ground_rename(&ground, "root/d", "outside/old");
	ground_rename(&ground, "outside/new", "root/d");
}

static void replace(void)
{
	ground_rename(&ground, "outside/new/b", "root/d/b");
}

/* The old file has another name still. */
static void replace_one_of_two_names(void)
{
	assert_int_equal(
		linkat(ground.dir, "root/d/b", ground.dir, "outside/kept", 0),
		0);
	replace();
}

static void delete_and_make(void)
{
	assert_int_equal(unlinkat(ground.dir, "root/d/b", 0), 0);
	ground_file(&ground, "root/d/b", "new text");
}

static void make_it_a_link(void)
{
	ground_link(&ground, "outside/link", "../n");
	ground_file(&ground, "root/n", "new text");
	ground_rename(&ground, "outside/link", "root/d/b");
}

static void what_has_changed_is_seen_in_time(void **state)
{
	static void (*const changes[])(void) = {swap_directory, replace,
		replace_one_of_two_names, delete_and_make, make_it_a_link};

	(void)state;
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		struct stat before;

		know_both();
		before = stat_of("root/d");
		take_turn_after(NAMES_AHEAD);
		is_known("d/a", "text");
		changes[i]();
		let_tick("root/d", &before);
		/* The answer for the other one does not hold for this. */
		assert_int_equal(helpers_look(), 1);
		is_known("d/a", "text");
		take_turn_after(NAMES_FRESH - NAMES_AHEAD);
		is_looked_up("d/b", "new text");
		shut_names(state);
		open_names(state);
	}
}

static void a_link_on_the_way_is_seen_in_time(void **state)
{
	(void)state;
	make_files();
	ground_rename(&ground, "outside/new", "root/n");
	ground_link(&ground, "root/l", "d");
	ground_link(&ground, "outside/l", "n");
	know("l/a");
	know("l/b");
	take_turn_after(NAMES_AHEAD);
	is_known("l/a", "text");
	ground_rename(&ground, "outside/l", "root/l");
	assert_int_equal(helpers_look(), 1);
	take_turn_after(NAMES_FRESH - NAMES_AHEAD);
	is_looked_up("l/b", "new text");
}

/* The directory that it stands in is not where its file is. */
static void a_link_at_the_end_is_followed_each_time(void **state)
{
	struct stat before;

	(void)state;
	make_files();
	ground_link(&ground, "root/d/l", "../n/b");
	ground_rename(&ground, "outside/new", "root/n");
	before = stat_of("root/d");
	know("d/a");
	know("d/l");
	assert_int_equal(
		linkat(ground.dir, "root/n/b", ground.dir, "outside/kept", 0),
		0);
	take_turn_after(NAMES_AHEAD);
	is_known("d/a", "text");
	ground_file(&ground, "outside/b", "newer text");
	ground_rename(&ground, "outside/b", "root/n/b");
	assert_int_equal(helpers_look(), 1);
	assert_int_equal(
		stat_of("root/d").st_ctim.tv_nsec, before.st_ctim.tv_nsec);
	take_turn_after(NAMES_FRESH - NAMES_AHEAD);
	is_looked_up("d/l", "newer text");
}

static void a_new_neighbour_is_seen_in_time(void **state)
{
	struct stat before;
	struct seeker seeker;

	(void)state;
	make_files();
	know("d/a");
	assert_false(seek_for(&seeker, "d/b", JOB_VARIANTS));
	assert_int_equal(helpers_look(), 1);
	assert_int_equal(seeker.lookup.found.codings, 0);
	leaves(&seeker);
	before = stat_of("root/d");
	take_turn_after(NAMES_AHEAD);
	is_known("d/a", "text");
	ground_file(&ground, "root/d/b.gz", "zipped");
	let_tick("root/d", &before);
	assert_int_equal(helpers_look(), 1);
	take_turn_after(NAMES_FRESH - NAMES_AHEAD);
	assert_false(seek_for(&seeker, "d/b", JOB_VARIANTS));
	assert_int_equal(helpers_look(), 1);
	assert_int_not_equal(seeker.lookup.found.codings, 0);
	leaves(&seeker);
}

/* It was changed a moment ago: it may be changing still. */
static void a_young_directory_vouches_for_nothing(void **state)
{
	const int64_t date = loop_date() / 1000000000;
	const struct timespec times[2] = {
		{.tv_nsec = UTIME_OMIT}, {.tv_sec = (time_t)date - 1}};

	(void)state;
	make_files();
	assert_int_equal(utimensat(ground.dir, "root/d", times, 0), 0);
	know("d/a");
	know("d/b");
	for (int i = 0; i < 2; i++) {
		one_is_sent();
		assert_int_equal(helpers_look(), 2);
	}
	/* Then it is old enough. */
	take_turn_after(FOLDER_YOUNG - 2 * NAMES_AHEAD);
	is_looked_up("d/a", "text");
	is_looked_up("d/b", "text");
	one_is_sent();
	assert_int_equal(helpers_look(), 1);
}

/* ---- the way there hangs ---- */

static void all_are_served_while_the_way_to_them_hangs(void **state)
{
	(void)state;
	know_both();
	one_is_sent();
	taken_job();
	take_turn_after(NAMES_FRESH);
	one_is_sent();
	assert_int_equal(count_jobs(), 0);
	take_turn_after(TURNS_HELPER - NAMES_FRESH - NAMES_AHEAD);
	assert_int_equal(helpers_count(pool), NAMES_HELPERS - 1);
	take_turn_after(STORE_REFUSE - 1);
	is_known("d/a", "text");
	is_known("d/b", "text");
	assert_int_equal(count_jobs(), 0);
	take_turn_after(1);
	is_looked_up("d/b", "text");
}

/* Nobody was sent in time, and who is asked for now waits itself. */
static void who_is_too_old_is_not_served_for_another(void **state)
{
	struct seeker one, other;

	(void)state;
	know_both();
	take_turn_after(NAMES_FRESH);
	assert_false(seek(&one, "d/a"));
	taken_job();
	assert_false(seek(&other, "d/b"));
	take_turn_after(TURNS_HELPER);
	found_text(&one, "text");
	leaves(&one);
	leaves(&other);
}

/* A helper that has no descriptors tells nothing of the directory. */
static void what_is_no_answer_vouches_for_nothing(void **state)
{
	static const enum found_kind kinds[] = {FOUND_SHORTAGE, FOUND_BUSY,
		FOUND_BROKEN, FOUND_DENIED, FOUND_NOTHING};

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		know_both();
		one_is_sent();
		played_says(taken_job(), kinds[i]);
		take_turn();
		take_turn_after(NAMES_FRESH - NAMES_AHEAD);
		is_looked_up("d/b", "text");
		shut_names(state);
		open_names(state);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_names, shut_names)
	const struct CMUnitTest tests[] = {
		TEST(one_is_looked_up_for_all),
		TEST(an_index_is_in_its_directory),
		TEST(what_nobody_used_is_looked_up),
		TEST(one_answer_makes_all_fresh_again),
		TEST(each_is_looked_up_itself_at_last),
		TEST(but_not_in_vain_when_it_is_too_late),
		TEST(what_has_changed_is_seen_in_time),
		TEST(a_link_on_the_way_is_seen_in_time),
		TEST(a_link_at_the_end_is_followed_each_time),
		TEST(a_new_neighbour_is_seen_in_time),
		TEST(a_young_directory_vouches_for_nothing),
		TEST(all_are_served_while_the_way_to_them_hangs),
		TEST(who_is_too_old_is_not_served_for_another),
		TEST(what_is_no_answer_vouches_for_nothing),
	};

	return cmocka_run_group_tests_name(
		"files/store_folder", tests, NULL, NULL);
}
