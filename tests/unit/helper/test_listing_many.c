/* test_listing_many.c - a directory with more entries than are shown. */
#include "looking.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "helper/listing.h"
#include "page.h"

enum { LIST = JOB_SLASH | JOB_LISTING, FILES = LISTING_MAX + 1 };

static char place[64];
static int root;

/* In memory, where there is such a place: it is about our time, not the
 * disk's. */
static int make(void **state)
{
	char name[32];

	(void)state;
	strcpy(place, "/dev/shm/contd-test-XXXXXX");
	if (mkdtemp(place) == NULL) {
		strcpy(place, "/tmp/contd-test-XXXXXX");
		assert_non_null(mkdtemp(place));
	}
	root = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(root >= 0);
	for (int i = 0; i < FILES; i++) {
		int fd;

		snprintf(name, sizeof(name), "file %d.txt", i);
		fd = openat(root, name, O_WRONLY | O_CREAT | O_EXCL, 0644);
		assert_true(fd >= 0);
		close(fd);
	}
	return 0;
}

static int unmake(void **state)
{
	char name[32];

	(void)state;
	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "file %d.txt", i);
		unlinkat(root, name, 0);
	}
	close(root);
	return rmdir(place);
}

/* The listing, for free(); its file has the size that was told. */
static char *list(uint32_t flags)
{
	size_t before = descriptors_open();
	struct found found;
	struct job job;
	char *text;
	int fd;

	assert_true(job_make(&job, SLICE(""), flags));
	fd = lookup_find(root, &job, &looked_in, &found);
	assert_true(fd >= 0);
	assert_int_equal(found.kind, FOUND_LISTING);
	text = malloc((size_t)found.version.size + 1);
	assert_non_null(text);
	assert_int_equal(pread(fd, text, (size_t)found.version.size + 1, 0),
		found.version.size);
	text[found.version.size] = '\0';
	close(fd);
	assert_int_equal(descriptors_open(), before);
	return text;
}

static void the_page_has_its_limit_and_says_so(void **state)
{
	char *page = list(LIST | JOB_DESCENDING);
	const char *at = page;
	size_t rows = 0;
	struct page_row row, before;

	(void)state;
	while (page_row(&at, &row)) {
		if (rows++ > 0)
			assert_true(memcmp(before.href.at, row.href.at,
					    row.href.len) > 0);
		before = row;
	}
	assert_int_equal(rows, LISTING_MAX);
	assert_int_equal(page_count(page, "<p>0 folders, 100000 files</p>"), 1);
	assert_int_equal(page_count(page, "only 100000 of them are shown"), 1);
	free(page);
}

static void json_has_the_same_limit(void **state)
{
	char *text = list(LIST | JOB_JSON | JOB_BY_TIME);

	(void)state;
	assert_int_equal(page_count(text, "\n{\"name\":\"file "), LISTING_MAX);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_has_its_limit_and_says_so),
		cmocka_unit_test(json_has_the_same_limit),
	};

	return cmocka_run_group_tests_name(
		"helper/listing_many", tests, make, unmake);
}
