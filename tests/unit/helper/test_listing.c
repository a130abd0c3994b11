/* test_listing.c - what is shown of a directory, and in which order. */
#include "helper/listing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "below.h"
#include "helper/job.h"

enum { NOBODY = 65534 };

static struct listing l;

/* A file of so many bytes, or a directory (-1), with a time. */
static void put(const char *name, int size, time_t modified)
{
	const struct timespec times[2] = {
		{.tv_sec = modified}, {.tv_sec = modified}};

	if (size < 0)
		ground_directory(&ground, name);
	else
		ground_file(&ground, name, &"123456789"[9 - size]);
	assert_int_equal(utimensat(ground.dir, name, times, 0), 0);
}

static int make(void **state)
{
	(void)state;
	ground_make(&ground);
	root = ground_open(&ground, "root");
	return 0;
}

static void walk_to(struct walk *w, const char *path, enum site_links links)
{
	const char *name;
	struct stat st;

	walk_begin(w, root, links);
	assert_int_equal(walk_push(w, slice_text(path), true), 0);
	assert_int_equal(walk_on(w, &name, &st), 0);
}

/* Reads and sorts the directory at the end of path. */
static int read_at(
	const char *path, enum site_links links, uint32_t flags, size_t max)
{
	size_t before = descriptors_open();
	static struct walk w;
	int result;

	walk_to(&w, path, links);
	result = listing_read(&l, &w, slice_text(path), max);
	walk_end(&w);
	assert_int_equal(descriptors_open(), before);
	listing_sort(&l, flags);
	return result;
}

/* The names in their order, joined by blanks; directories with a slash. */
static void expect_names(const char *path, enum site_links links,
	uint32_t flags, const char *names)
{
	char text[1024] = "";

	assert_int_equal(read_at(path, links, flags, LISTING_MAX), 0);
	assert_false(l.more);
	for (size_t i = 0; i < l.count; i++) {
		strcat(text, i > 0 ? " " : "");
		strcat(text, l.entries[i]->name);
		strcat(text, l.entries[i]->directory ? "/" : "");
	}
	assert_string_equal(text, names);
	listing_free(&l);
	assert_int_equal(l.count, 0);
}

/* ---- what is shown ---- */

static void an_empty_directory_has_no_entries(void **state)
{
	(void)state;
	ground_directory(&ground, "root/empty");
	expect_names("empty", SITE_LINKS_WITHIN_ROOT, 0, "");
}

static void names_with_a_dot_are_hidden(void **state)
{
	(void)state;
	ground_directory(&ground, "root/dots");
	put("root/dots/.htaccess", 1, 1);
	put("root/dots/.git", -1, 1);
	put("root/dots/..a", 1, 1);
	put("root/dots/...", 1, 1);
	put("root/dots/a.", 1, 1);
	put("root/dots/.well-known", -1, 1);
	expect_names("dots", SITE_LINKS_WITHIN_ROOT, 0, "a.");
}

static void the_root_shows_well_known(void **state)
{
	int whole = root;

	(void)state;
	ground_directory(&ground, "root/site");
	put("root/site/.well-known", -1, 1);
	put("root/site/.well-known/.deep", 1, 1);
	put("root/site/.well-known/shown", 1, 1);
	put("root/site/.hidden", 1, 1);
	expect_names("site", SITE_LINKS_WITHIN_ROOT, 0, "");
	root = ground_open(&ground, "root/site");
	expect_names("", SITE_LINKS_WITHIN_ROOT, 0, ".well-known/");
	expect_names(".well-known", SITE_LINKS_WITHIN_ROOT, 0, "shown");
	close(root);
	root = whole;
}

static void only_files_and_directories_are_shown(void **state)
{
	(void)state;
	ground_directory(&ground, "root/kinds");
	put("root/kinds/file", 3, 1700000000);
	put("root/kinds/directory", -1, 1600000000);
	assert_int_equal(mkfifoat(root, "kinds/fifo", 0644), 0);
	ground_link(&ground, "root/kinds/to-fifo", "fifo");
	ground_link(&ground, "root/kinds/to-null", "/dev/null");
	expect_names("kinds", SITE_LINKS_ALL, 0, "directory/ file");

	assert_int_equal(read_at("kinds", SITE_LINKS_NONE, 0, LISTING_MAX), 0);
	assert_int_equal(l.count, 2);
	assert_int_equal(l.directories, 1);
	assert_int_equal(l.entries[0]->size, 0);
	assert_int_equal(l.entries[0]->modified, 1600000000);
	assert_int_equal(l.entries[1]->size, 3);
	assert_int_equal(l.entries[1]->modified, 1700000000);
	listing_free(&l);
}

static void links_are_shown_as_the_policy_has_it(void **state)
{
	(void)state;
	ground_file(&ground, "outside/secret", "outside");
	ground_directory(&ground, "root/links");
	ground_directory(&ground, "root/links/sub");
	put("root/links/a", 5, 1);
	ground_link(&ground, "root/links/file", "a");
	ground_link(&ground, "root/links/directory", "sub");
	ground_link(&ground, "root/links/up", "..");
	ground_link(&ground, "root/links/twice", "file");
	ground_link(&ground, "root/links/over", "../links/sub/../a");
	ground_link(&ground, "root/links/dangling", "missing");
	ground_link(&ground, "root/links/circle", "circle");
	ground_link(&ground, "root/links/out", "../../outside/secret");
	ground_link(&ground, "root/links/slash", "/");
	expect_names("links", SITE_LINKS_NONE, 0, "sub/ a");
	expect_names("links", SITE_LINKS_WITHIN_ROOT, 0,
		"directory/ sub/ up/ a file over twice");
	expect_names("links", SITE_LINKS_ALL, 0,
		"directory/ slash/ sub/ up/ a file out over twice");
}

static void a_link_has_size_and_time_of_its_target(void **state)
{
	(void)state;
	ground_directory(&ground, "root/target");
	put("root/target/a", 7, 1500000000);
	ground_link(&ground, "root/target/b", "a");
	assert_int_equal(read_at("target", SITE_LINKS_WITHIN_ROOT, 0, 9), 0);
	assert_int_equal(l.count, 2);
	assert_string_equal(l.entries[1]->name, "b");
	assert_int_equal(l.entries[1]->size, 7);
	assert_int_equal(l.entries[1]->modified, 1500000000);
	listing_free(&l);
}

/* ---- orders ---- */

static void entries_come_in_the_order_asked_for(void **state)
{
	static const struct {
		uint32_t flags;
		const char *names;
	} cases[] = {
		{0, "dir1/ Dir2/ A a B b1 b10 b2 C"},
		{JOB_DESCENDING, "Dir2/ dir1/ C b2 b10 b1 B a A"},
		{JOB_BY_SIZE, "dir1/ Dir2/ b2 B C A a b1 b10"},
		{JOB_BY_SIZE | JOB_DESCENDING, "dir1/ Dir2/ b10 a b1 A C B b2"},
		{JOB_BY_TIME, "Dir2/ dir1/ C b10 A a b1 b2 B"},
		{JOB_BY_TIME | JOB_DESCENDING, "dir1/ Dir2/ B A a b1 b2 b10 C"},
	};

	(void)state;
	ground_directory(&ground, "root/order");
	put("root/order/dir1", -1, 200);
	put("root/order/Dir2", -1, 100);
	put("root/order/A", 4, 500);
	put("root/order/a", 5, 500);
	put("root/order/B", 1, 900);
	put("root/order/b1", 5, 500);
	put("root/order/b10", 9, 400);
	put("root/order/b2", 0, 500);
	put("root/order/C", 3, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_names("order", SITE_LINKS_WITHIN_ROOT,
			JOB_SLASH | JOB_LISTING | cases[i].flags,
			cases[i].names);
}

static void bytes_beyond_ascii_come_last(void **state)
{
	(void)state;
	ground_directory(&ground, "root/bytes");
	put("root/bytes/~", 1, 1);
	put("root/bytes/_", 1, 1);
	put("root/bytes/Z", 1, 1);
	put("root/bytes/\xc3\x84", 1, 1);
	put("root/bytes/\xc3\xa4", 1, 1);
	put("root/bytes/\xff", 1, 1);
	put("root/bytes/!", 1, 1);
	expect_names("bytes", SITE_LINKS_WITHIN_ROOT, 0,
		"! _ Z ~ \xc3\x84 \xc3\xa4 \xff");
}

/* ---- limits and failures ---- */

static void what_is_too_much_is_left_out_and_told(void **state)
{
	(void)state;
	ground_directory(&ground, "root/five");
	put("root/five/.hidden", 1, 1);
	for (char c = 'a'; c <= 'e'; c++) {
		char name[] = {'r', 'o', 'o', 't', '/', 'f', 'i', 'v', 'e', '/',
			c, '\0'};

		put(name, 1, 1);
	}
	for (size_t max = 0; max < 8; max++) {
		assert_int_equal(
			read_at("five", SITE_LINKS_WITHIN_ROOT, 0, max), 0);
		assert_int_equal(l.count, max < 5 ? max : 5);
		assert_int_equal(l.more, max < 5);
		listing_free(&l);
	}
}

static void the_time_is_the_directorys_own(void **state)
{
	(void)state;
	ground_directory(&ground, "root/old");
	put("root/old/new", 1, 1700000000);
	assert_int_equal(
		utimensat(root, "old",
			(const struct timespec[2]){{5, 0}, {1400000000, 999}},
			0),
		0);
	assert_int_equal(read_at("old", SITE_LINKS_WITHIN_ROOT, 0, 9), 0);
	assert_true(l.modified.tv_sec == 1400000000);
	assert_int_equal(l.modified.tv_nsec, 999);
	listing_free(&l);
}

static void what_may_not_be_read_is_an_error(void **state)
{
	bool is_root = geteuid() == 0;
	static struct walk w;
	int result, error;

	(void)state;
	ground_directory(&ground, "root/closed");
	put("root/closed/file", 1, 1);
	/* Not every system can walk where it cannot read. */
	walk_to(&w, "closed", SITE_LINKS_WITHIN_ROOT);
	assert_int_equal(fchmodat(root, "closed", 0311, 0), 0);
	if (is_root)
		assert_int_equal(seteuid(NOBODY), 0);
	result = listing_read(&l, &w, SLICE("closed"), LISTING_MAX);
	error = errno;
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(fchmodat(root, "closed", 0700, 0), 0);
	walk_end(&w);
	assert_int_equal(result, -1);
	assert_int_equal(error, EACCES);
	assert_int_equal(l.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_directory_has_no_entries),
		cmocka_unit_test(names_with_a_dot_are_hidden),
		cmocka_unit_test(the_root_shows_well_known),
		cmocka_unit_test(only_files_and_directories_are_shown),
		cmocka_unit_test(links_are_shown_as_the_policy_has_it),
		cmocka_unit_test(a_link_has_size_and_time_of_its_target),
		cmocka_unit_test(entries_come_in_the_order_asked_for),
		cmocka_unit_test(bytes_beyond_ascii_come_last),
		cmocka_unit_test(what_is_too_much_is_left_out_and_told),
		cmocka_unit_test(the_time_is_the_directorys_own),
		cmocka_unit_test(what_may_not_be_read_is_an_error),
	};

	return cmocka_run_group_tests_name(
		"helper/listing", tests, make, unmake);
}
