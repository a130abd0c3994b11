/* test_lookup_links.c - symbolic links: followed inside the root, never out. */
#include "below.h"
#include "looking.h"

#include <stdio.h>

#include "helper/walk.h"

static int make(void **state)
{
	(void)state;
	ground_make(&ground);
	ground_file(&ground, "outside/secret", "outside");
	ground_file(&ground, "outside/index.html", "outside");
	ground_file(&ground, "root/file", "a file");
	ground_directory(&ground, "root/dir");
	ground_file(&ground, "root/dir/file", "a file in dir");
	ground_file(&ground, "root/dir/index.html", "the index of dir");
	ground_directory(&ground, "root/dir/sub");
	ground_file(&ground, "root/dir/sub/file", "a file in sub");
	ground_directory(&ground, "root/.dot");
	ground_file(&ground, "root/.dot/file", "a file in .dot");
	ground_directory(&ground, "root/linked");
	root = ground_open(&ground, "root");
	return 0;
}

/* ---- one link, at the end of a path and in the middle of one ---- */

static const struct {
	const char *target; /* of root/link and of root/dir/link */
	const char *path;   /* what is asked for */
	bool slash;
	enum found_kind kind;
	const char *text;
} links[] = {
	/* inside */
	{"file", "link", false, FOUND_FILE, "a file"},
	{"file", "dir/link", false, FOUND_FILE, "a file in dir"},
	{"./file", "link", false, FOUND_FILE, "a file"},
	{".//.///file", "link", false, FOUND_FILE, "a file"},
	{"dir/file", "link", false, FOUND_FILE, "a file in dir"},
	{"sub/file", "dir/link", false, FOUND_FILE, "a file in sub"},
	{".dot/file", "link", false, FOUND_FILE, "a file in .dot"},
	{"../file", "dir/link", false, FOUND_FILE, "a file"},
	{"../dir/file", "dir/link", false, FOUND_FILE, "a file in dir"},
	{"sub/../../file", "dir/link", false, FOUND_FILE, "a file"},
	{"dir/sub/../../file", "link", false, FOUND_FILE, "a file"},

	/* to a directory */
	{"dir", "link", false, FOUND_DIRECTORY, NULL},
	{"dir/", "link", false, FOUND_DIRECTORY, NULL},
	{"dir/.", "link", false, FOUND_DIRECTORY, NULL},
	{".", "link", false, FOUND_DIRECTORY, NULL},
	{"..", "dir/link", false, FOUND_DIRECTORY, NULL},
	{"dir", "link", true, FOUND_FILE, "the index of dir"},
	{"dir/", "link", true, FOUND_FILE, "the index of dir"},
	{"dir/sub/..", "link", true, FOUND_FILE, "the index of dir"},
	{"dir/sub", "link", true, FOUND_NO_INDEX, NULL},
	{"file", "link", true, FOUND_NOTHING, NULL},
	{"file/", "link", false, FOUND_NOTHING, NULL},
	{"file/.", "link", false, FOUND_NOTHING, NULL},
	{"file/..", "link", false, FOUND_NOTHING, NULL},

	/* through it */
	{"dir", "link/file", false, FOUND_FILE, "a file in dir"},
	{"dir/", "link/file", false, FOUND_FILE, "a file in dir"},
	{"dir/sub", "link/file", false, FOUND_FILE, "a file in sub"},
	{".", "link/file", false, FOUND_FILE, "a file"},
	{".", "link/dir/file", false, FOUND_FILE, "a file in dir"},
	{"..", "dir/link/file", false, FOUND_FILE, "a file"},
	{".", "dir/link/link/link/file", false, FOUND_FILE, "a file in dir"},
	{"file", "link/file", false, FOUND_NOTHING, NULL},

	/* nowhere */
	{"missing", "link", false, FOUND_NOTHING, NULL},
	{"missing", "link", true, FOUND_NOTHING, NULL},
	{"missing", "link/file", false, FOUND_NOTHING, NULL},
	{"missing/../file", "link", false, FOUND_NOTHING, NULL},
	{"file/../file", "link", false, FOUND_NOTHING, NULL},

	/* in a circle */
	{"link", "link", false, FOUND_DENIED, NULL},
	{"link", "link", true, FOUND_DENIED, NULL},
	{"link", "link/file", false, FOUND_DENIED, NULL},
	{"link/link", "link", false, FOUND_DENIED, NULL},
	{"../dir/link", "dir/link", false, FOUND_DENIED, NULL},

	/* outside */
	{"..", "link", false, FOUND_DENIED, NULL},
	{"..", "link", true, FOUND_DENIED, NULL},
	{"..", "link/outside/secret", false, FOUND_DENIED, NULL},
	{"../outside", "link", true, FOUND_DENIED, NULL},
	{"../outside", "link/secret", false, FOUND_DENIED, NULL},
	{"../outside/secret", "link", false, FOUND_DENIED, NULL},
	{"../../outside/secret", "dir/link", false, FOUND_DENIED, NULL},
	{"dir/../../outside/secret", "link", false, FOUND_DENIED, NULL},
	{"sub/../../../outside/secret", "dir/link", false, FOUND_DENIED, NULL},
	/* even if it comes back: where the root lies is nobody's business */
	{"../root/file", "link", false, FOUND_DENIED, NULL},

	/* absolute, wherever it leads */
	{"/", "link", false, FOUND_DENIED, NULL},
	{"/", "link/etc/passwd", false, FOUND_DENIED, NULL},
	{"/etc/passwd", "link", false, FOUND_DENIED, NULL},
	{"/dev/null", "link", false, FOUND_DENIED, NULL},
	{"/file", "link", false, FOUND_DENIED, NULL},
	{"/missing", "dir/link", false, FOUND_DENIED, NULL},
};

static void a_link_is_followed_inside_the_root_only(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		struct seen seen;

		ground_link(&ground, "root/link", links[i].target);
		ground_link(&ground, "root/dir/link", links[i].target);
		seen = look(root, links[i].path, links[i].slash);
		if (seen.kind != links[i].kind)
			fail_msg("%s -> %s: %d, not %d", links[i].path,
				links[i].target, (int)seen.kind,
				(int)links[i].kind);
		if (seen.kind == FOUND_FILE) {
			assert_string_equal(seen.text, links[i].text);
			assert_int_equal(seen.index, links[i].slash);
		}
		assert_int_equal(unlinkat(root, "link", 0), 0);
		assert_int_equal(unlinkat(root, "dir/link", 0), 0);
	}
}

static void an_index_may_be_a_link_inside(void **state)
{
	static const struct lookup_case cases[] = {
		{"linked", true, FOUND_FILE, "a file"},
		{"linked/none", true, FOUND_NO_INDEX, NULL},
		{"linked/out", true, FOUND_DENIED, NULL},
		{"linked/abs", true, FOUND_DENIED, NULL},
		{"linked/dir", true, FOUND_NO_INDEX, NULL},
	};

	(void)state;
	ground_directory(&ground, "root/linked/none");
	ground_directory(&ground, "root/linked/out");
	ground_directory(&ground, "root/linked/abs");
	ground_directory(&ground, "root/linked/dir");
	ground_link(&ground, "root/linked/index.html", "../file");
	ground_link(&ground, "root/linked/none/index.html", "missing");
	ground_link(&ground, "root/linked/out/index.html",
		"../../../outside/index.html");
	ground_link(&ground, "root/linked/abs/index.html", "/etc/passwd");
	ground_link(&ground, "root/linked/dir/index.html", "../../dir");
	expect_all(root, cases, sizeof(cases) / sizeof(cases[0]));
}

/* ---- limits ---- */

static void forty_links_are_followed(void **state)
{
	char name[32];
	char target[32] = "file";

	(void)state;
	ground_directory(&ground, "root/chain");
	ground_file(&ground, "root/chain/file", "the end of the chain");
	for (int i = 1; i <= WALK_LINKS + 1; i++) {
		snprintf(name, sizeof(name), "root/chain/%d", i);
		ground_link(&ground, name, target);
		snprintf(target, sizeof(target), "%d", i);
	}
	expect_text(root, "chain/1", "the end of the chain");
	expect_text(root, "chain/40", "the end of the chain");
	expect_kind(root, "chain/41", false, FOUND_DENIED);
}

static void links_are_counted_along_the_whole_path(void **state)
{
	char path[5 * (WALK_LINKS + 1) + sizeof("file")];
	char *end = path;

	(void)state;
	ground_link(&ground, "root/self", ".");
	for (int i = 0; i < WALK_LINKS; i++)
		end = strcpy(end, "self/") + 5;
	strcpy(end, "file");
	expect_text(root, path, "a file");
	strcpy(end, "self/file");
	expect_kind(root, path, false, FOUND_DENIED);
}

static void a_path_that_links_make_too_long_is_nothing(void **state)
{
	/* "longer" leads to "long", with more dots behind it; both have the
	 * length that Linux allows. The path behind either fits, but not behind
	 * both. */
	enum { TARGET = 4094, NAME = 200, NAMES = 19 };
	static char target[TARGET + 1];
	static char full[JOB_PATH_MAX] = "root/";
	static char path[JOB_PATH_MAX + 8];
	char *end = full + 5;

	(void)state;
	for (size_t i = 0; i < TARGET; i += 2)
		memcpy(target + i, "./", 2);
	ground_link(&ground, "root/long", target);
	memcpy(target, "long/", 5);
	ground_link(&ground, "root/longer", target);
	for (int i = 0; i < NAMES; i++, *end++ = '/') {
		end = memset(end, 'n', NAME);
		end += NAME;
		ground_directory(&ground, full);
	}
	strcpy(end, "file");
	ground_file(&ground, full, "below long names");

	expect_text(root, full + 5, "below long names");
	snprintf(path, sizeof(path), "long/%s", full + 5);
	expect_text(root, path, "below long names");
	snprintf(path, sizeof(path), "longer/file");
	expect_text(root, path, "a file");
	snprintf(path, sizeof(path), "longer/%s", full + 5);
	expect_kind(root, path, false, FOUND_NOTHING);
}

static void a_link_at_the_deepest_place_leads_back_up(void **state)
{
	char full[sizeof("root/") + 2 * (WALK_DEPTH + 1) + sizeof("up/file")] =
		"root/";
	char *path = full + strlen("root/");
	char *end = path;

	(void)state;
	for (int i = 0; i < WALK_DEPTH; i++) {
		end = strcpy(end, "d") + 1;
		ground_directory(&ground, full);
		end = strcpy(end, "/") + 1;
	}
	strcpy(end, "up");
	ground_link(&ground, full, "..");
	strcpy(end - 2, "file");
	ground_file(&ground, full, "one above");
	strcpy(end - 2, "d/up/file");
	expect_text(root, path, "one above");
}

/* ---- the kernel's own links ---- */

static void a_link_of_the_kernel_leads_nowhere(void **state)
{
	int self = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	if (self < 0) {
		print_message("there is no /proc here\n");
		skip();
	}
	expect_kind(self, "root/etc/passwd", false, FOUND_DENIED);
	expect_kind(self, "cwd", true, FOUND_DENIED);
	expect_kind(self, "exe", false, FOUND_DENIED);
	close(self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_link_is_followed_inside_the_root_only),
		cmocka_unit_test(an_index_may_be_a_link_inside),
		cmocka_unit_test(forty_links_are_followed),
		cmocka_unit_test(links_are_counted_along_the_whole_path),
		cmocka_unit_test(a_path_that_links_make_too_long_is_nothing),
		cmocka_unit_test(a_link_at_the_deepest_place_leads_back_up),
		cmocka_unit_test(a_link_of_the_kernel_leads_nowhere),
	};

	return cmocka_run_group_tests_name(
		"helper/lookup_links", tests, make, unmake);
}
