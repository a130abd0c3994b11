/* test_lookup_policy.c - symbolic links where the site follows none of them, or
 * all. The third policy is test_lookup_links.c's. */
#include "looking.h"

#include <stdio.h>

#include "helper/walk.h"

static struct ground ground;
static int root;

static int make(void **state)
{
	(void)state;
	ground_make(&ground);
	ground_file(&ground, "outside/secret", "outside");
	ground_file(&ground, "outside/index.html", "the index outside");
	ground_file(&ground, "root/file", "a file");
	ground_directory(&ground, "root/dir");
	ground_file(&ground, "root/dir/file", "a file in dir");
	ground_file(&ground, "root/dir/index.html", "the index of dir");
	ground_directory(&ground, "root/dir/sub");
	ground_directory(&ground, "root/linked");
	ground_link(&ground, "root/linked/index.html", "../file");
	ground_link(&ground, "way", "root");
	root = ground_open(&ground, "root");
	return 0;
}

static int unmake(void **state)
{
	(void)state;
	looked_in.links = SITE_LINKS_WITHIN_ROOT;
	close(root);
	ground_remove(&ground);
	return 0;
}

/* A link is made, looked through, and removed again. */
struct link_case {
	const char *target; /* of root/link and of root/dir/link; an "@" in
			       front stands for the ground's absolute path */
	const char *path;   /* what is asked for */
	bool slash;
	enum found_kind kind;
	const char *text;
};

static void make_links(const char *target)
{
	char absolute[256];

	if (target[0] == '@') {
		snprintf(absolute, sizeof(absolute), "%s%s", ground.path,
			target + 1);
		target = absolute;
	}
	ground_link(&ground, "root/link", target);
	ground_link(&ground, "root/dir/link", target);
}

static void expect_links(const struct link_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct link_case *c = &cases[i];
		struct seen seen;

		make_links(c->target);
		seen = look(root, c->path, c->slash);
		if (seen.kind != c->kind)
			fail_msg("%s -> %s: %d, not %d", c->path, c->target,
				(int)seen.kind, (int)c->kind);
		if (c->text != NULL)
			assert_string_equal(seen.text, c->text);
		assert_int_equal(unlinkat(root, "link", 0), 0);
		assert_int_equal(unlinkat(root, "dir/link", 0), 0);
	}
}

/* ---- none ---- */

static void no_link_is_followed(void **state)
{
	static const struct link_case cases[] = {
		{"file", "link", false, FOUND_DENIED, NULL},
		{"file", "dir/link", false, FOUND_DENIED, NULL},
		{"./file", "link", false, FOUND_DENIED, NULL},
		{"dir", "link", false, FOUND_DENIED, NULL},
		{"dir", "link", true, FOUND_DENIED, NULL},
		{"dir/", "link/file", false, FOUND_DENIED, NULL},
		{".", "link/file", false, FOUND_DENIED, NULL},
		{"..", "dir/link/file", false, FOUND_DENIED, NULL},
		{"missing", "link", false, FOUND_DENIED, NULL},
		{"missing", "link", true, FOUND_DENIED, NULL},
		{"link", "link", false, FOUND_DENIED, NULL},
		{"../outside/secret", "link", false, FOUND_DENIED, NULL},
		{"@/root/file", "link", false, FOUND_DENIED, NULL},
		{"@/outside", "link/secret", false, FOUND_DENIED, NULL},
		{"/", "link", true, FOUND_DENIED, NULL},
	};

	(void)state;
	looked_in.links = SITE_LINKS_NONE;
	expect_links(cases, sizeof(cases) / sizeof(cases[0]));
}

static void what_is_no_link_is_found_as_ever(void **state)
{
	static const struct lookup_case cases[] = {
		{"file", false, FOUND_FILE, "a file"},
		{"dir/file", false, FOUND_FILE, "a file in dir"},
		{"dir", true, FOUND_FILE, "the index of dir"},
		{"dir", false, FOUND_DIRECTORY, NULL},
		{"dir/sub", true, FOUND_NO_INDEX, NULL},
		{"linked", true, FOUND_DENIED, NULL}, /* its index is a link */
		{"missing", false, FOUND_NOTHING, NULL},
		{"file/file", false, FOUND_NOTHING, NULL},
		{"file", true, FOUND_NOTHING, NULL},
	};

	(void)state;
	looked_in.links = SITE_LINKS_NONE;
	expect_all(root, cases, sizeof(cases) / sizeof(cases[0]));
}

static void the_root_itself_may_be_reached_through_a_link(void **state)
{
	int way = ground_open(&ground, "way");

	(void)state;
	looked_in.links = SITE_LINKS_NONE;
	expect_text(way, "file", "a file");
	expect_text(way, "dir/file", "a file in dir");
	close(way);
}

/* ---- all ---- */

static void every_link_is_followed(void **state)
{
	static const struct link_case cases[] = {
		/* inside */
		{"file", "link", false, FOUND_FILE, "a file"},
		{"../file", "dir/link", false, FOUND_FILE, "a file"},
		{"dir", "link", true, FOUND_FILE, "the index of dir"},

		/* above the root, and down again */
		{"..", "link/outside/secret", false, FOUND_FILE, "outside"},
		{"../outside/secret", "link", false, FOUND_FILE, "outside"},
		{"../../outside/secret", "dir/link", false, FOUND_FILE,
			"outside"},
		{"../outside", "link", false, FOUND_DIRECTORY, NULL},
		{"../outside", "link", true, FOUND_FILE, "the index outside"},
		{"../outside", "link/secret", false, FOUND_FILE, "outside"},
		{"../root/file", "link", false, FOUND_FILE, "a file"},
		{"../outside/../root/dir/file", "link", false, FOUND_FILE,
			"a file in dir"},
		{"../..", "dir/link/root/file", false, FOUND_FILE, "a file"},

		/* absolute */
		{"@/outside/secret", "link", false, FOUND_FILE, "outside"},
		{"@/outside", "dir/link/secret", false, FOUND_FILE, "outside"},
		{"@/outside", "link", true, FOUND_FILE, "the index outside"},
		{"@/root", "link/dir/link/file", false, FOUND_FILE, "a file"},
		{"@//.//outside/.//secret", "link", false, FOUND_FILE,
			"outside"},
		{"@/outside/../root/file", "link", false, FOUND_FILE, "a file"},
		{"@/way/file", "link", false, FOUND_FILE, "a file"},

		/* "/" is above nothing */
		{"/", "link", false, FOUND_DIRECTORY, NULL},
		{"/..", "link", false, FOUND_DIRECTORY, NULL},
		{"/", "link/tmp", false, FOUND_DIRECTORY, NULL},
		{"/../../tmp/..", "link/tmp", false, FOUND_DIRECTORY, NULL},
		{"../../../../../../../../../tmp", "link", false,
			FOUND_DIRECTORY, NULL},

		/* nowhere, and in a circle */
		{"/missing-from-here", "link", false, FOUND_NOTHING, NULL},
		{"@/outside/missing", "link", false, FOUND_NOTHING, NULL},
		{"@/outside/secret", "link", true, FOUND_NOTHING, NULL},
		{"@/root/link", "link", false, FOUND_DENIED, NULL},

		/* what is no regular file is not served from anywhere */
		{"/dev/null", "link", false, FOUND_DENIED, NULL},
	};

	(void)state;
	looked_in.links = SITE_LINKS_ALL;
	expect_links(cases, sizeof(cases) / sizeof(cases[0]));
}

static void links_are_counted_outside_as_well(void **state)
{
	char name[32];
	char target[128] = "";

	(void)state;
	looked_in.links = SITE_LINKS_ALL;
	snprintf(target, sizeof(target), "%s/outside/secret", ground.path);
	for (int i = 1; i <= WALK_LINKS + 1; i++) {
		snprintf(name, sizeof(name), "%s/%d",
			i % 2 == 0 ? "root" : "outside", i);
		ground_link(&ground, name, target);
		snprintf(target, sizeof(target), "%s/%s", ground.path, name);
	}
	expect_text(root, "40", "outside");
	ground_link(&ground, "root/41", target);
	expect_kind(root, "41", false, FOUND_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_link_is_followed),
		cmocka_unit_test(what_is_no_link_is_found_as_ever),
		cmocka_unit_test(the_root_itself_may_be_reached_through_a_link),
		cmocka_unit_test(every_link_is_followed),
		cmocka_unit_test(links_are_counted_outside_as_well),
	};

	return cmocka_run_group_tests_name(
		"helper/lookup_policy", tests, make, unmake);
}
