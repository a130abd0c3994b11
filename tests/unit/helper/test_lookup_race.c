/*
 * test_lookup_race.c - nobody who moves things about gets a lookup outside.
 *
 * A racer works on the tree while it is looked through: it changes a directory
 * or a file of the path into a link that leads outside and back, or moves a
 * directory of the path outside and back. Names inside and outside are the
 * same, so every mistake would find something.
 */
#include "below.h"
#include "looking.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>

enum { LOOKUPS = 20000, SWAPS = 500, SAVES = 200 };

struct racer {
	pthread_t thread;
	atomic_bool stop;
	atomic_bool failed;
	atomic_ulong swaps;
	bool (*swap)(void); /* false: it could not */
};

static struct version secrets[2]; /* of the files outside */

static struct version make_secret(const char *name)
{
	struct stat st;

	ground_file(&ground, name, "outside");
	assert_int_equal(fstatat(ground.dir, name, &st, 0), 0);
	return version_of(&st);
}

/* A link that climbs three directories, and takes its time. */
static void make_climbing_link(const char *name)
{
	enum { DOTS = 2000 };
	char target[DOTS + sizeof("../../../file")];

	for (size_t i = 0; i < DOTS; i += 2)
		memcpy(target + i, "./", 2);
	strcpy(target + DOTS, "../../../file");
	ground_link(&ground, name, target);
}

static int make(void **state)
{
	(void)state;
	ground_make(&ground);
	ground_directory(&ground, "outside/dir");
	secrets[0] = make_secret("outside/dir/file");
	secrets[1] = make_secret("file");

	ground_file(&ground, "root/file", "inside");
	ground_directory(&ground, "root/swap");
	ground_directory(&ground, "root/swap/dir");
	ground_file(&ground, "root/swap/dir/file", "inside");
	ground_link(&ground, "root/link", "../outside");

	ground_directory(&ground, "root/from");
	ground_directory(&ground, "root/from/moved");
	ground_directory(&ground, "root/from/moved/sub");
	make_climbing_link("root/from/moved/sub/up");
	root = ground_open(&ground, "root");
	return 0;
}

/* ---- the racers ---- */

static bool move(const char *from, const char *to)
{
	return renameat(ground.dir, from, ground.dir, to) == 0;
}

/* A directory and a link change places: POSIX knows no exchange in one step. */
static bool swap_directory_with_link(void)
{
	return move("root/swap", "root/aside") &&
	       move("root/link", "root/swap") &&
	       move("root/swap", "root/link") &&
	       move("root/aside", "root/swap");
}

/* A file and a link, by renaming a new one over the name. */
static bool swap_file_with_link(void)
{
	return symlinkat("../outside/dir/file", ground.dir, "root/new") == 0 &&
	       move("root/new", "root/leaf") &&
	       linkat(ground.dir, "root/file", ground.dir, "root/new", 0) ==
		       0 &&
	       move("root/new", "root/leaf");
}

/* A directory leaves the root and comes back. */
static bool swap_sides(void)
{
	return move("root/from/moved", "outside/moved") &&
	       move("outside/moved", "root/from/moved");
}

/* A file is saved as editors do it. */
static bool save_file(void)
{
	int fd = openat(ground.dir, "root/new",
		O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	bool written = fd >= 0 && write(fd, "inside", 6) == 6;

	if (fd >= 0)
		close(fd);
	return written && move("root/new", "root/file");
}

static void *race(void *arg)
{
	struct racer *racer = arg;

	/* It never yields: where both share a core, it must be stopped half-way
	 * through a swap, not between two. */
	while (!atomic_load(&racer->stop)) {
		if (!racer->swap()) {
			atomic_store(&racer->failed, true);
			break;
		}
		atomic_fetch_add(&racer->swaps, 1);
	}
	return NULL;
}

static unsigned long swaps_of(struct racer *racer)
{
	assert_false(atomic_load(&racer->failed));
	return atomic_load(&racer->swaps);
}

static void start(struct racer *racer, bool (*swap)(void))
{
	atomic_init(&racer->stop, false);
	atomic_init(&racer->failed, false);
	atomic_init(&racer->swaps, 0);
	racer->swap = swap;
	assert_int_equal(pthread_create(&racer->thread, NULL, race, racer), 0);
	/* On a busy machine all lookups might be over before it runs. */
	while (swaps_of(racer) == 0)
		sched_yield();
}

static unsigned long stop(struct racer *racer)
{
	atomic_store(&racer->stop, true);
	assert_int_equal(pthread_join(racer->thread, NULL), 0);
	return swaps_of(racer);
}

/* ---- the lookups ---- */

static bool is_secret(const struct version *v, const char *text)
{
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		if (v->device == secrets[i].device &&
			v->inode == secrets[i].inode)
			return true;
	}
	return strcmp(text, "inside") != 0;
}

/* Counts what is found by its kind; returns 1 for a file outside. */
static size_t look_and_count(const char *path, size_t found[FOUND_KINDS])
{
	char text[16];
	struct found answer;
	struct job job;
	int fd;

	assert_true(job_make(&job, slice_text(path), 0));
	fd = lookup_find(root, &job, &looked_in, &answer);
	assert_true(found_is_valid(&answer, sizeof(answer), fd >= 0));
	found[answer.kind]++;
	if (fd < 0)
		return 0;
	read_text(fd, text, sizeof(text));
	close(fd);
	return is_secret(&answer.version, text);
}

/* What a server does that trusts the kernel with the path. */
static size_t open_and_count(const char *path)
{
	int fd = openat(root, path, O_RDONLY | O_CLOEXEC);
	char text[16] = "";

	if (fd < 0)
		return 0;
	read_text(fd, text, sizeof(text));
	close(fd);
	return strcmp(text, "outside") == 0;
}

struct tally {
	size_t found[FOUND_KINDS];
	size_t lookups;
	size_t escaped;
	size_t opens;
	size_t left; /* of the opens: the root */
};

/* Looks the path up while the racer runs; and then what a plain open makes of
 * it. On a busy machine 20,000 of them fit between two swaps, so these are
 * counted as well. */
static void look_and_open(
	struct racer *racer, const char *path, struct tally *t)
{
	unsigned long end = swaps_of(racer) + SWAPS;

	while (t->lookups < LOOKUPS || swaps_of(racer) < end) {
		t->escaped += look_and_count(path, t->found);
		t->lookups++;
	}
	end = swaps_of(racer) + SWAPS;
	while (t->opens < LOOKUPS || swaps_of(racer) < end) {
		t->left += open_and_count(path);
		t->opens++;
	}
}

static void look_during(bool (*swap)(void), const char *path)
{
	size_t before = descriptors_open();
	struct tally t = {.lookups = 0};
	struct racer racer;

	/* In peace the file inside is there. */
	assert_true(swap());
	expect_text(root, path, "inside");

	start(&racer, swap);
	look_and_open(&racer, path, &t);
	print_message("%lu swaps\n", stop(&racer));
	print_message("%zu lookups: %zu files, %zu denied, %zu missing\n",
		t.lookups, t.found[FOUND_FILE], t.found[FOUND_DENIED],
		t.found[FOUND_NOTHING]);
	print_message("%zu plain opens left the root %zu times%s\n", t.opens,
		t.left, t.left > 0 ? "" : ": the racer did not bite");

	assert_int_equal(t.escaped, 0);
	assert_int_equal(t.found[FOUND_BROKEN] + t.found[FOUND_SHORTAGE], 0);
	assert_int_equal(descriptors_open(), before);
}

static void a_link_swapped_in_is_never_followed_outside(void **state)
{
	(void)state;
	look_during(swap_directory_with_link, "swap/dir/file");
}

static void a_link_in_place_of_the_file_is_never_opened(void **state)
{
	(void)state;
	look_during(swap_file_with_link, "leaf");
}

static void without_links_none_is_followed_anywhere(void **state)
{
	(void)state;
	looked_in.links = SITE_LINKS_NONE;
	look_during(swap_directory_with_link, "swap/dir/file");
	look_during(swap_file_with_link, "leaf");
	looked_in.links = SITE_LINKS_WITHIN_ROOT;
}

/* While moved/ is outside, the kernel's ".." leads there. */
static void a_directory_moved_out_takes_no_lookup_with_it(void **state)
{
	(void)state;
	look_during(swap_sides, "from/moved/sub/up");
}

static void a_file_that_is_saved_all_the_time_is_always_found(void **state)
{
	size_t found[FOUND_KINDS] = {0};
	size_t lookups = 0;
	struct racer racer;

	(void)state;
	start(&racer, save_file);
	while (swaps_of(&racer) < SAVES) {
		assert_int_equal(look_and_count("file", found), 0);
		lookups++;
	}
	stop(&racer);

	print_message("%zu lookups, %d saves\n", lookups, SAVES);
	assert_int_equal(found[FOUND_FILE], lookups);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_link_swapped_in_is_never_followed_outside),
		cmocka_unit_test(a_link_in_place_of_the_file_is_never_opened),
		cmocka_unit_test(without_links_none_is_followed_anywhere),
		cmocka_unit_test(a_directory_moved_out_takes_no_lookup_with_it),
		cmocka_unit_test(
			a_file_that_is_saved_all_the_time_is_always_found),
	};

	return cmocka_run_group_tests_name(
		"helper/lookup_race", tests, make, unmake);
}
