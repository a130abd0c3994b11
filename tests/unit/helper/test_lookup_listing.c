/* test_lookup_listing.c - a directory without an index becomes a listing. */
#include "below.h"
#include "looking.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "page.h"
#include "sys/system.h"

enum { NOBODY = 65534, LIST = JOB_SLASH | JOB_LISTING };

static bool full; /* the place for anonymous files is */

int __real_sys_scratch(void);
int __wrap_sys_scratch(void);

int __wrap_sys_scratch(void)
{
	return full ? open("/dev/full", O_RDWR | O_CLOEXEC)
		    : __real_sys_scratch();
}

static int make(void **state)
{
	(void)state;
	ground_make(&ground);
	ground_directory(&ground, "root/dir");
	ground_file(&ground, "root/dir/a file", "a file");
	ground_directory(&ground, "root/dir/sub");
	ground_link(&ground, "root/dir/up", "..");
	ground_directory(&ground, "root/indexed");
	ground_file(&ground, "root/indexed/index.html", "an index");
	ground_directory(&ground, "root/empty");
	ground_link(&ground, "root/way", "dir");
	root = ground_open(&ground, "root");
	return 0;
}

struct listed {
	enum found_kind kind;
	struct version version;
	char *text; /* for free(); NULL unless it is a FOUND_LISTING */
};

static char *text_of(int fd, size_t len)
{
	char *text = malloc(len + 1);

	assert_non_null(text);
	assert_int_equal(pread(fd, text, len + 1, 0), len);
	text[len] = '\0';
	return text;
}

/* What is always true of it: as in look_for. */
static struct listed list(const char *path, uint32_t flags)
{
	size_t before = descriptors_open();
	struct listed listed = {.text = NULL};
	struct found found;
	struct version now;
	struct stat st;
	struct job job;
	int fd;

	assert_true(job_make(&job, slice_text(path), flags));
	assert_true(job_is_valid(&job, job_size(&job)));
	memset(&found, 0xa5, sizeof(found));
	fd = lookup_find(root, &job, &looked_in, &found);
	assert_int_equal(descriptors_open(), before + (fd >= 0));
	assert_true(found_is_valid(&found, sizeof(found), fd >= 0));
	listed.kind = (enum found_kind)found.kind;
	listed.version = found.version;
	if (listed.kind == FOUND_LISTING) {
		assert_int_equal(fstat(fd, &st), 0);
		assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		now = version_of(&st);
		assert_true(version_has_same_bytes(&found.version, &now));
		listed.text = text_of(fd, (size_t)found.version.size);
	}
	if (fd >= 0)
		close(fd);
	return listed;
}

/* The references of the page's rows, joined by blanks. */
static void expect_rows(const char *path, uint32_t flags, const char *rows)
{
	struct listed listed = list(path, flags);
	const char *at = listed.text;
	char text[1024] = "";
	struct page_row row;

	assert_int_equal(listed.kind, FOUND_LISTING);
	page_check(listed.text);
	while (page_row(&at, &row)) {
		strcat(text, *text != '\0' ? " " : "");
		strncat(text, row.href.at, row.href.len);
	}
	assert_string_equal(text, rows);
	free(listed.text);
}

static void expect_no_listing(
	const char *path, uint32_t flags, enum found_kind kind)
{
	struct listed listed = list(path, flags);

	if (listed.kind != kind)
		fail_msg("%s: %d, not %d", path, (int)listed.kind, (int)kind);
}

/* ---- when there is one ---- */

static void a_directory_is_listed(void **state)
{
	(void)state;
	expect_rows("dir", LIST, "../ sub/ up/ a%20file");
	expect_rows("dir", LIST | JOB_DESCENDING, "../ up/ sub/ a%20file");
	expect_rows("dir/sub", LIST, "../");
	expect_rows("empty", LIST | JOB_VARIANTS, "../");
	expect_rows("", LIST, "dir/ empty/ indexed/ way/");
}

static void a_link_on_the_way_changes_no_title(void **state)
{
	struct listed listed = list("way", LIST);

	(void)state;
	assert_int_equal(listed.kind, FOUND_LISTING);
	assert_int_equal(page_count(listed.text, "Index of /way/<"), 1);
	free(listed.text);
	expect_rows("way", LIST, "../ sub/ up/ a%20file");
	expect_rows("dir/up/dir/up/way", LIST, "../ sub/ up/ a%20file");
}

static void it_may_be_json(void **state)
{
	struct listed listed = list("dir", LIST | JOB_JSON);

	(void)state;
	assert_int_equal(listed.kind, FOUND_LISTING);
	assert_int_equal(strncmp(listed.text, "[\n{\"name\":\"sub\",", 16), 0);
	assert_int_equal(page_count(listed.text, "\"name\":"), 3);
	free(listed.text);
}

static void its_time_is_the_directorys(void **state)
{
	const struct timespec times[2] = {{5, 0}, {1400000000, 123456789}};
	struct listed listed;

	(void)state;
	assert_int_equal(utimensat(root, "empty", times, 0), 0);
	listed = list("empty", LIST);
	assert_int_equal(listed.kind, FOUND_LISTING);
	assert_true(listed.version.modified == INT64_C(1400000000123456789));
	free(listed.text);
}

static void links_are_left_out_where_none_is_followed(void **state)
{
	(void)state;
	looked_in.links = SITE_LINKS_NONE;
	expect_rows("dir", LIST, "../ sub/ a%20file");
	expect_no_listing("way", LIST, FOUND_DENIED);
	looked_in.links = SITE_LINKS_WITHIN_ROOT;
}

/* ---- when there is none ---- */

static void an_index_wins(void **state)
{
	struct seen seen = look_with(root, "indexed", LIST);

	(void)state;
	assert_int_equal(seen.kind, FOUND_FILE);
	assert_true(seen.index);
	assert_string_equal(seen.text, "an index");
}

static void an_index_that_may_not_be_read_is_no_reason_for_one(void **state)
{
	(void)state;
	ground_directory(&ground, "root/out");
	ground_link(&ground, "root/out/index.html", "/etc/passwd");
	expect_no_listing("out", LIST, FOUND_DENIED);
	ground_directory(&ground, "root/odd");
	ground_directory(&ground, "root/odd/index.html");
	expect_rows("odd", LIST, "../ index.html/");
	assert_int_equal(unlinkat(root, "odd/index.html", AT_REMOVEDIR), 0);
	ground_link(&ground, "root/odd/index.html", "../dir/sub");
	expect_rows("odd", LIST, "../ index.html/");
}

static void only_directories_are_listed(void **state)
{
	(void)state;
	expect_no_listing("dir", JOB_SLASH, FOUND_NO_INDEX);
	expect_no_listing("dir", 0, FOUND_DIRECTORY);
	expect_no_listing("dir/a file", LIST, FOUND_NOTHING);
	expect_no_listing("missing", LIST, FOUND_NOTHING);
}

static void what_may_not_be_read_is_denied(void **state)
{
	bool is_root = geteuid() == 0;
	struct listed listed;

	(void)state;
	ground_directory(&ground, "root/closed");
	assert_int_equal(fchmodat(root, "closed", 0311, 0), 0);
	if (is_root)
		assert_int_equal(seteuid(NOBODY), 0);
	listed = list("closed", LIST);
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(fchmodat(root, "closed", 0700, 0), 0);
	assert_int_equal(listed.kind, FOUND_DENIED);
}

/* ---- shortages ---- */

static void no_room_for_it_is_a_shortage(void **state)
{
	(void)state;
	if (access("/dev/full", W_OK) != 0) {
		print_message("there is no /dev/full here\n");
		skip();
	}
	full = true;
	expect_no_listing("dir", LIST, FOUND_SHORTAGE);
	expect_no_listing("dir", LIST | JOB_JSON, FOUND_SHORTAGE);
	full = false;
}

static void too_few_descriptors_are_a_shortage(void **state)
{
	size_t listed = 0, short_of = 0;
	struct rlimit limit, little;
	rlim_t lowest = 0;

	(void)state;
	while (fcntl((int)lowest, F_GETFD) >= 0)
		lowest++;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	little = limit;
	for (rlim_t more = 0; more <= 3; more++) {
		struct listed got;

		little.rlim_cur = lowest + more;
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &little), 0);
		got = list("dir", LIST);
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
		listed += got.kind == FOUND_LISTING;
		short_of += got.kind == FOUND_SHORTAGE;
		/* Never one that lacks what could not be looked at. */
		if (got.text != NULL)
			assert_int_equal(page_count(got.text, "<tr><td>"), 4);
		free(got.text);
	}
	assert_int_equal(listed + short_of, 4);
	assert_true(listed > 0 && short_of > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_directory_is_listed),
		cmocka_unit_test(a_link_on_the_way_changes_no_title),
		cmocka_unit_test(it_may_be_json),
		cmocka_unit_test(its_time_is_the_directorys),
		cmocka_unit_test(links_are_left_out_where_none_is_followed),
		cmocka_unit_test(an_index_wins),
		cmocka_unit_test(
			an_index_that_may_not_be_read_is_no_reason_for_one),
		cmocka_unit_test(only_directories_are_listed),
		cmocka_unit_test(what_may_not_be_read_is_denied),
		cmocka_unit_test(no_room_for_it_is_a_shortage),
		cmocka_unit_test(too_few_descriptors_are_a_shortage),
	};

	return cmocka_run_group_tests_name(
		"helper/lookup_listing", tests, make, unmake);
}
