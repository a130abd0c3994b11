/* test_lookup_folder.c - with a file comes the directory that it stands in. */
#include "below.h"
#include "looking.h"

#include <sys/stat.h>

static int make(void **state)
{
	(void)state;
	ground_make(&ground);
	ground_file(&ground, "root/file", "a file");
	ground_file(&ground, "root/index.html", "the root's index");
	ground_link(&ground, "root/link", "dir/file");
	ground_link(&ground, "root/way", "dir");
	ground_directory(&ground, "root/dir");
	ground_file(&ground, "root/dir/file", "a file in dir");
	ground_file(&ground, "root/dir/index.html", "the index of dir");
	ground_link(&ground, "root/dir/here", "file");
	ground_link(&ground, "root/dir/back", "..");
	ground_directory(&ground, "root/linked");
	ground_link(&ground, "root/linked/index.html", "../file");
	ground_directory(&ground, "root/bare");
	root = ground_open(&ground, "root");
	return 0;
}

static bool is_version_of(const struct version *version, const char *directory)
{
	struct version now;
	struct stat st;

	assert_int_equal(fstatat(ground.dir, directory, &st, 0), 0);
	now = version_of(&st);
	return version_is_same(version, &now);
}

static void a_file_tells_where_it_stands(void **state)
{
	static const struct {
		const char *path;
		uint32_t flags;
		const char *folder; /* NULL: none */
	} cases[] = {
		{"file", 0, "root"},
		{"file", JOB_VARIANTS, "root"},
		{"", JOB_SLASH, "root"},
		{"dir/file", 0, "root/dir"},
		{"dir", JOB_SLASH, "root/dir"},
		{"dir", JOB_SLASH | JOB_LISTING, "root/dir"},
		{"way/file", 0, "root/dir"},
		{"way", JOB_SLASH, "root/dir"},
		{"dir/back/file", 0, "root"},

		{"link", 0, NULL},
		{"dir/here", 0, NULL},
		{"way/here", 0, NULL},
		{"linked", JOB_SLASH, NULL},

		{"dir", 0, NULL},
		{"missing", 0, NULL},
		{"dir/missing", 0, NULL},
		{"bare", JOB_SLASH, NULL},
	};
	static const struct version none;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seen seen =
			look_with(root, cases[i].path, cases[i].flags);

		if (cases[i].folder == NULL
				? !version_is_same(&seen.folder, &none)
				: !is_version_of(&seen.folder, cases[i].folder))
			fail_msg("case %zu: %s", i, cases[i].path);
	}
}

#if defined(__linux__) && !defined(CONTD_PORTABLE)
/* The worker does not ask for what is not on this machine: no neighbour's
 * lookup may spare a file there its own. */
static void a_directory_elsewhere_vouches_for_nothing(void **state)
{
	static const struct version none;
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct seen seen;

	(void)state;
	assert_true(proc >= 0);
	seen = look(proc, "version", false);
	assert_int_equal(seen.kind, FOUND_FILE);
	assert_true(version_is_same(&seen.folder, &none));
	close(proc);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_file_tells_where_it_stands, make, unmake),
#if defined(__linux__) && !defined(CONTD_PORTABLE)
		cmocka_unit_test(a_directory_elsewhere_vouches_for_nothing),
#endif
	};

	return cmocka_run_group_tests_name(
		"helper/lookup_folder", tests, NULL, NULL);
}
