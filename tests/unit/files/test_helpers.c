/* test_helpers.c - the way of a task, to a helper and back. */
#include "tasks.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>

#include "base/slice.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- given and answered ---- */

static void an_task_goes_to_an_idle_helper_at_once(void **state)
{
	int helper = played_helper(pool, 0);
	struct asker asker;

	(void)state;
	assert_int_equal(ask_for(&asker, "a/b.txt", false), 0);
	played_expects(helper, "a/b.txt", false);
	assert_int_equal(asker.resumed, 0);
	played_says(helper, FOUND_NOTHING);
	take_turn();
	was_told(&asker, 1, HELPERS_ANSWERED);
	assert_int_equal(asker.found.kind, FOUND_NOTHING);
	assert_int_equal(asker.fd, -1);
	close(helper);
}

static void a_directory_is_asked_for_as_one(void **state)
{
	int helper = played_helper(pool, 0);
	struct asker asker;

	(void)state;
	assert_int_equal(ask_for(&asker, "", true), 0);
	played_expects(helper, "", true);
	played_says(helper, FOUND_NO_INDEX);
	take_turn();
	was_told(&asker, 1, HELPERS_ANSWERED);
	assert_int_equal(asker.found.kind, FOUND_NO_INDEX);
	close(helper);
}

static void a_file_comes_with_its_descriptor(void **state)
{
	const struct found found = {.kind = FOUND_FILE,
		.index = 1,
		.version = {.size = 7, .modified = 8}};
	int helper = played_helper(pool, 0);
	struct asker asker;

	(void)state;
	ask(&asker, "file");
	played_answer(helper, &found, open("/dev/null", O_RDONLY));
	take_turn();
	was_told(&asker, 1, HELPERS_ANSWERED);
	assert_memory_equal(&asker.found, &found, sizeof found);
	assert_return_code(fcntl(asker.fd, F_GETFD), errno);
	close(asker.fd);
	close(helper);
}

static void a_helper_that_answered_is_given_the_next(void **state)
{
	int helper = played_helper(pool, 0);
	struct asker asker;

	(void)state;
	for (int i = 0; i < 5; i++) {
		ask(&asker, "again");
		played_expects(helper, "again", false);
		played_says(helper, FOUND_DENIED);
		take_turn();
		was_told(&asker, 1, HELPERS_ANSWERED);
	}
	close(helper);
}

/* ---- the line ---- */

static void each_helper_has_one_task_at_a_time(void **state)
{
	int helpers[2] = {played_helper(pool, 0), played_helper(pool, 1)};
	struct asker askers[3];
	int first, second;

	(void)state;
	ask(&askers[0], "0");
	first = taker(helpers, 2, "0", false);
	ask(&askers[1], "1");
	second = taker(helpers, 2, "1", false);
	assert_int_not_equal(first, second);
	ask(&askers[2], "2");
	assert_int_equal(helpers_line(pool), 1);
	hears_nothing(first);
	hears_nothing(second);
	played_says(second, FOUND_NOTHING);
	take_turn();
	played_expects(second, "2", false);
	hears_nothing(first);
	assert_int_equal(helpers_line(pool), 0);
	close(first);
	close(second);
}

static void who_came_first_goes_first(void **state)
{
	static const char *const names[] = {"0", "1", "2", "3", "4"};
	struct asker askers[COUNT(names)];
	int helper;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		ask(&askers[i], names[i]);
	assert_int_equal(helpers_line(pool), COUNT(names));
	helper = played_helper(pool, 0);
	for (size_t i = 0; i < COUNT(names); i++) {
		played_expects(helper, names[i], false);
		assert_int_equal(askers[i].resumed, 0);
		played_says(helper, FOUND_NOTHING);
		take_turn();
		was_told(&askers[i], 1, HELPERS_ANSWERED);
	}
	close(helper);
}

static void who_finds_the_line_full_is_refused(void **state)
{
	static struct asker askers[HELPERS_LINE_MAX + 2];
	int helper = played_helper(pool, 0);

	(void)state;
	for (size_t i = 0; i <= HELPERS_LINE_MAX; i++)
		ask(&askers[i], "name");
	assert_int_equal(helpers_line(pool), HELPERS_LINE_MAX);
	assert_int_equal(
		ask_for(&askers[HELPERS_LINE_MAX + 1], "name", false), -1);
	assert_int_equal(helpers_line(pool), HELPERS_LINE_MAX);
	played_says(helper, FOUND_NOTHING);
	take_turn();
	assert_int_equal(
		ask_for(&askers[HELPERS_LINE_MAX + 1], "name", false), 0);
	close(helper);
}

/* ---- death ---- */

static void the_task_of_a_dead_helper_goes_to_another(void **state)
{
	int helpers[2] = {played_helper(pool, 0), played_helper(pool, 1)};
	struct asker asker;
	int first, second;

	(void)state;
	ask(&asker, "name");
	first = taker(helpers, 2, "name", false);
	second = helpers[0] == first ? helpers[1] : helpers[0];
	dies(first);
	was_told(&asker, 1, HELPERS_AGAIN);
	assert_int_equal(helpers_count(pool), 1);
	played_expects(second, "name", false);
	played_says(second, FOUND_NOTHING);
	take_turn();
	was_told(&asker, 2, HELPERS_ANSWERED);
	close(second);
}

static void it_stands_at_the_head_of_the_line(void **state)
{
	int helper = played_helper(pool, 0);
	struct asker askers[3];

	(void)state;
	ask(&askers[0], "0");
	ask(&askers[1], "1");
	ask(&askers[2], "2");
	dies(helper);
	assert_int_equal(helpers_count(pool), 0);
	assert_int_equal(helpers_line(pool), 3);
	helper = played_helper(pool, 0);
	for (int i = 0; i < 3; i++) {
		char name[2] = {(char)('0' + i), '\0'};

		played_expects(helper, name, false);
		played_says(helper, FOUND_NOTHING);
		take_turn();
	}
	close(helper);
}

static void a_dead_one_alone_in_line_is_also_its_end(void **state)
{
	int helper = played_helper(pool, 0);
	struct asker askers[2];

	(void)state;
	ask(&askers[0], "0");
	dies(helper);
	ask(&askers[1], "1");
	assert_int_equal(helpers_line(pool), 2);
	helper = played_helper(pool, 0);
	played_expects(helper, "0", false);
	played_says(helper, FOUND_NOTHING);
	take_turn();
	played_expects(helper, "1", false);
	close(helper);
}

static void nobody_is_asked_for_what_three_died_of(void **state)
{
	struct asker poison, other;
	int helper;

	(void)state;
	ask(&poison, "poison");
	ask(&other, "other");
	for (int i = 1; i < HELPERS_TRIES; i++) {
		helper = played_helper(pool, 0);
		played_expects(helper, "poison", false);
		dies(helper);
		was_told(&poison, i, HELPERS_AGAIN);
	}
	helper = played_helper(pool, 0);
	dies(helper);
	was_told(&poison, HELPERS_TRIES, HELPERS_FAILED);
	helper = played_helper(pool, 0);
	played_expects(helper, "other", false);
	played_says(helper, FOUND_NOTHING);
	take_turn();
	hears_nothing(helper);
	was_told(&poison, HELPERS_TRIES, HELPERS_FAILED);
	close(helper);
}

static void what_failed_may_be_asked_anew(void **state)
{
	struct asker asker;
	int helper;

	(void)state;
	ask(&asker, "name");
	for (int i = 0; i < HELPERS_TRIES; i++)
		dies(played_helper(pool, 0));
	was_told(&asker, HELPERS_TRIES, HELPERS_FAILED);
	ask(&asker, "name");
	dies(played_helper(pool, 0));
	was_told(&asker, 1, HELPERS_AGAIN);
	helper = played_helper(pool, 0);
	played_says(helper, FOUND_NOTHING);
	take_turn();
	was_told(&asker, 2, HELPERS_ANSWERED);
	close(helper);
}

static void an_idle_helper_may_die(void **state)
{
	int helper = played_helper(pool, 0);
	struct asker asker;

	(void)state;
	assert_int_equal(helpers_count(pool), 1);
	dies(helper);
	assert_int_equal(helpers_count(pool), 0);
	ask(&asker, "name");
	assert_int_equal(helpers_line(pool), 1);
	master_hears_nothing();
}

/* Its death is there, but has not been seen when the task is given to it. */
static void an_task_given_to_a_dead_helper_is_not_lost(void **state)
{
	int helper = played_helper(pool, 0);
	struct asker asker;

	(void)state;
	close(helper);
	ask(&asker, "name");
	take_turn();
	was_told(&asker, 1, HELPERS_AGAIN);
	helper = played_helper(pool, 0);
	played_expects(helper, "name", false);
	close(helper);
}

static void an_idle_helper_has_nothing_to_say(void **state)
{
	int helper = played_helper(pool, 0);

	(void)state;
	played_says(helper, FOUND_NOTHING);
	take_turn();
	assert_int_equal(helpers_count(pool), 0);
	assert_true(played_is_alone(helper));
	close(helper);
}

/* ---- nonsense ---- */

struct nonsense {
	const char *what;
	struct found found;
	size_t len;
	bool with_fd;
};

static const struct nonsense nonsenses[] = {
	{"a byte", {.kind = FOUND_NOTHING}, 1, false},
	{"a byte and a descriptor", {.kind = FOUND_FILE}, 1, true},
	{"one byte less", {.kind = FOUND_NOTHING}, sizeof(struct found) - 1,
		false},
	{"an unknown kind", {.kind = FOUND_KINDS}, sizeof(struct found), false},
	{"a file without its descriptor", {.kind = FOUND_FILE},
		sizeof(struct found), false},
	{"nothing with a descriptor", {.kind = FOUND_NOTHING},
		sizeof(struct found), true},
	{"a directory with a descriptor", {.kind = FOUND_DIRECTORY},
		sizeof(struct found), true},
	{"less than no bytes", {.kind = FOUND_FILE, .version.size = -1},
		sizeof(struct found), true},
	{"an index that is not there", {.kind = FOUND_NO_INDEX, .index = 1},
		sizeof(struct found), false},
	{"a strange index", {.kind = FOUND_FILE, .index = 2},
		sizeof(struct found), true}};

/* The end of a helper, and what it sent is closed. */
static void who_talks_nonsense_is_as_dead(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(nonsenses); i++) {
		const struct nonsense *nonsense = &nonsenses[i];
		size_t before = descriptors_open();
		int helper = played_helper(pool, 0);
		int fd = nonsense->with_fd ? open("/dev/null", O_RDONLY) : -1;
		struct asker asker;

		ask(&asker, "name");
		assert_int_equal(fdpass_send(helper, &nonsense->found,
					 nonsense->len, fd),
			0);
		if (fd >= 0)
			close(fd);
		take_turn();
		if (asker.what != HELPERS_AGAIN || asker.fd != -1 ||
			!played_is_alone(helper))
			fail_msg("%s is taken for an answer", nonsense->what);
		close(helper);
		assert_int_equal(descriptors_open(), before);
		helper = played_helper(pool, 0);
		played_says(helper, FOUND_NOTHING);
		take_turn();
		was_told(&asker, 2, HELPERS_ANSWERED);
		dies(helper);
		assert_int_equal(descriptors_open(), before);
	}
}

/* ---- the root was deployed anew ---- */

/* As many as there may be know the old directory only, and none of that counts
 * as a try. */
static void the_task_is_passed_on_to_who_knows_the_new_root(void **state)
{
	int helper = -1;
	struct asker asker;
	int told = 0;

	(void)state;
	ask(&asker, "name");
	while (told <= HELPERS_TRIES) {
		helper = played_helper(pool, (uint32_t)told);
		played_expects(helper, "name", false);
		played_says(helper, FOUND_MOVED);
		take_turn();
		was_told(&asker, ++told, HELPERS_AGAIN);
		assert_true(played_is_alone(helper));
		close(helper);
	}
	helper = played_helper(pool, 0);
	played_expects(helper, "name", false);
	played_says(helper, FOUND_NOTHING);
	take_turn();
	was_told(&asker, told + 1, HELPERS_ANSWERED);
	assert_int_equal(asker.found.kind, FOUND_NOTHING);
	dies(helper);
}

static void an_answer_too_long_is_nonsense(void **state)
{
	char bytes[sizeof(struct found) + 1] = {FOUND_NOTHING};
	int helper = played_helper(pool, 0);
	struct asker asker;

	(void)state;
	ask(&asker, "name");
	assert_int_equal(fdpass_send(helper, bytes, sizeof bytes, -1), 0);
	take_turn();
	was_told(&asker, 1, HELPERS_AGAIN);
	assert_true(played_is_alone(helper));
	close(helper);
}

/* ---- no room for the descriptor ---- */

static void forbid_more_descriptors(struct rlimit *before)
{
	int free = dup(0);
	struct rlimit none;

	assert_return_code(getrlimit(RLIMIT_NOFILE, before), errno);
	close(free);
	none = (struct rlimit){(rlim_t)free, before->rlim_max};
	assert_return_code(setrlimit(RLIMIT_NOFILE, &none), errno);
}

static void a_file_without_room_for_it_is_a_shortage(void **state)
{
	const struct found found = {.kind = FOUND_FILE};
	int helper = played_helper(pool, 0);
	int null = open("/dev/null", O_RDONLY);
	struct rlimit before;
	struct asker asker;

	(void)state;
	ask(&asker, "name");
	played_expects(helper, "name", false);
	assert_int_equal(fdpass_send(helper, &found, sizeof found, null), 0);
	forbid_more_descriptors(&before);
	take_turn();
	assert_return_code(setrlimit(RLIMIT_NOFILE, &before), errno);
	was_told(&asker, 1, HELPERS_ANSWERED);
	assert_int_equal(asker.found.kind, FOUND_SHORTAGE);
	assert_int_equal(asker.fd, -1);

	/* It is not the helper's fault. */
	ask(&asker, "other");
	played_expects(helper, "other", false);
	close(null);
	close(helper);
}

static void without_a_descriptor_there_is_no_pool(void **state)
{
	struct rlimit before;

	(void)state;
	forbid_more_descriptors(&before);
	assert_null(helpers_open(control));
	assert_return_code(setrlimit(RLIMIT_NOFILE, &before), errno);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pool, shut_pool)
	const struct CMUnitTest tests[] = {
		TEST(an_task_goes_to_an_idle_helper_at_once),
		TEST(a_directory_is_asked_for_as_one),
		TEST(a_file_comes_with_its_descriptor),
		TEST(a_helper_that_answered_is_given_the_next),
		TEST(each_helper_has_one_task_at_a_time),
		TEST(who_came_first_goes_first),
		TEST(who_finds_the_line_full_is_refused),
		TEST(the_task_of_a_dead_helper_goes_to_another),
		TEST(it_stands_at_the_head_of_the_line),
		TEST(a_dead_one_alone_in_line_is_also_its_end),
		TEST(nobody_is_asked_for_what_three_died_of),
		TEST(what_failed_may_be_asked_anew),
		TEST(an_idle_helper_may_die),
		TEST(an_task_given_to_a_dead_helper_is_not_lost),
		TEST(an_idle_helper_has_nothing_to_say),
		TEST(who_talks_nonsense_is_as_dead),
		TEST(the_task_is_passed_on_to_who_knows_the_new_root),
		TEST(an_answer_too_long_is_nonsense),
		TEST(a_file_without_room_for_it_is_a_shortage),
		TEST(without_a_descriptor_there_is_no_pool),
	};

	return cmocka_run_group_tests_name("files/helpers", tests, NULL, NULL);
}
