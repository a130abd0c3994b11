/* test_lookup_variants.c - which precompressed neighbours a file has. */
#include "below.h"
#include "looking.h"

#include <sys/stat.h>

#include "http/accept.h"

enum { BR = 1 << CODING_BR, ZSTD = 1 << CODING_ZSTD, GZIP = 1 << CODING_GZIP };

static int make(void **state)
{
	(void)state;
	ground_make(&ground);
	ground_file(&ground, "root/none", "a file");
	ground_file(&ground, "root/one", "a file");
	ground_file(&ground, "root/one.gz", "gzip");
	ground_file(&ground, "root/all", "a file");
	ground_file(&ground, "root/all.br", "br");
	ground_file(&ground, "root/all.zst", "zstd");
	ground_file(&ground, "root/all.gz", "gzip");
	ground_directory(&ground, "root/dir");
	ground_file(&ground, "root/dir/none", "a file");
	ground_file(&ground, "root/dir/none.br", "br");
	ground_file(&ground, "root/dir/index.html", "the index of dir");
	ground_file(&ground, "root/dir/index.html.zst", "zstd");
	ground_directory(&ground, "root/odd");
	ground_file(&ground, "root/odd/a", "a file");
	ground_directory(&ground, "root/odd/a.br");
	assert_int_equal(mkfifoat(ground.dir, "root/odd/a.zst", 0644), 0);
	ground_link(&ground, "root/odd/a.gz", "../all.gz");
	ground_link(&ground, "root/alias", "dir/none");
	ground_file(&ground, "root/alias.gz", "gzip");
	root = ground_open(&ground, "root");
	return 0;
}

static uint32_t codings_of(const char *path, uint32_t flags)
{
	struct seen seen = look_with(root, path, flags);

	assert_int_equal(seen.kind, FOUND_FILE);
	return seen.codings;
}

static void neighbours_are_seen_by_their_suffix(void **state)
{
	static const struct {
		const char *path;
		uint32_t flags;
		uint32_t codings;
	} cases[] = {
		{"none", 0, 0},
		{"one", 0, GZIP},
		{"all", 0, BR | ZSTD | GZIP},
		{"all.gz", 0, 0},
		{"dir/none", 0, BR},
		{"dir", JOB_SLASH, ZSTD},
		{"dir", JOB_SLASH | JOB_LISTING, ZSTD},
		/* no directory, no FIFO, but a link */
		{"odd/a", 0, GZIP},
		/* beside the link, not beside what it leads to */
		{"alias", 0, GZIP},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t codings = codings_of(
			cases[i].path, cases[i].flags | JOB_VARIANTS);

		if (codings != cases[i].codings)
			fail_msg("%s: %x", cases[i].path, (unsigned)codings);
	}
}

static void nobody_looks_for_them_unasked(void **state)
{
	(void)state;
	assert_int_equal(codings_of("all", 0), 0);
	assert_int_equal(codings_of("dir", JOB_SLASH), 0);
}

static void only_a_file_has_them(void **state)
{
	static const char *const paths[] = {"dir", "odd", "", "missing"};

	(void)state;
	ground_file(&ground, "root/dir.gz", "gzip");
	ground_file(&ground, "root/missing.gz", "gzip");
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_int_equal(
			look_with(root, paths[i], JOB_VARIANTS).codings, 0);
	assert_int_equal(
		look_with(root, "odd", JOB_SLASH | JOB_VARIANTS).codings, 0);
}

static void where_links_are_not_followed_they_do_not_count(void **state)
{
	(void)state;
	looked_in.links = SITE_LINKS_NONE;
	assert_int_equal(codings_of("odd/a", JOB_VARIANTS), 0);
	assert_int_equal(codings_of("all", JOB_VARIANTS), BR | ZSTD | GZIP);
	looked_in.links = SITE_LINKS_WITHIN_ROOT;
}

/* The suffix makes a name too long for the system. */
static void the_longest_name_has_none(void **state)
{
	char full[sizeof("root/") + 255] = "root/";

	(void)state;
	memset(full + 5, 'n', 255);
	ground_file(&ground, full, "a file");
	assert_int_equal(codings_of(full + 5, JOB_VARIANTS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(neighbours_are_seen_by_their_suffix),
		cmocka_unit_test(nobody_looks_for_them_unasked),
		cmocka_unit_test(only_a_file_has_them),
		cmocka_unit_test(
			where_links_are_not_followed_they_do_not_count),
		cmocka_unit_test(the_longest_name_has_none),
	};

	return cmocka_run_group_tests_name(
		"helper/lookup_variants", tests, make, unmake);
}
