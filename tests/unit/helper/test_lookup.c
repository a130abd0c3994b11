/* test_lookup.c - a name becomes an open file: names, directories, shortages.
 * Links are test_lookup_links.c, races test_lookup_race.c. */
#define _XOPEN_SOURCE 700 /* mknod */

#include "below.h"
#include "looking.h"

#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "helper/walk.h"
#include "sys/system.h"

enum { NOBODY = 65534 };

static int make(void **state)
{
	(void)state;
	ground_make(&ground);
	ground_file(&ground, "root/index.html", "the root's index");
	ground_file(&ground, "root/file", "a file");
	ground_file(&ground, "root/empty", "");
	ground_directory(&ground, "root/dir");
	ground_file(&ground, "root/dir/file", "a file in dir");
	ground_file(&ground, "root/dir/index.html", "the index of dir");
	ground_directory(&ground, "root/bare");
	ground_directory(&ground, "root/odd");
	ground_directory(&ground, "root/odd/index.html");
	root = ground_open(&ground, "root");
	return 0;
}

/* ---- what a name is ---- */

static void a_name_is_what_it_names(void **state)
{
	static const struct lookup_case cases[] = {
		{"file", false, FOUND_FILE, "a file"},
		{"empty", false, FOUND_FILE, ""},
		{"dir/file", false, FOUND_FILE, "a file in dir"},
		{"index.html", false, FOUND_FILE, "the root's index"},
		{"dir", false, FOUND_DIRECTORY, NULL},
		{"bare", false, FOUND_DIRECTORY, NULL},
		{"", false, FOUND_DIRECTORY, NULL},

		{"missing", false, FOUND_NOTHING, NULL},
		{"dir/missing", false, FOUND_NOTHING, NULL},
		{"missing/file", false, FOUND_NOTHING, NULL},
		{"file/file", false, FOUND_NOTHING, NULL},
		{"FILE", false, FOUND_NOTHING, NULL},
	};

	(void)state;
	expect_all(root, cases, sizeof(cases) / sizeof(cases[0]));
}

static void a_slash_means_the_index(void **state)
{
	static const struct lookup_case cases[] = {
		{"", true, FOUND_FILE, "the root's index"},
		{"dir", true, FOUND_FILE, "the index of dir"},
		{"bare", true, FOUND_NO_INDEX, NULL},
		{"odd", true, FOUND_NO_INDEX, NULL},

		{"file", true, FOUND_NOTHING, NULL},
		{"dir/file", true, FOUND_NOTHING, NULL},
		{"missing", true, FOUND_NOTHING, NULL},
	};

	(void)state;
	expect_all(root, cases, sizeof(cases) / sizeof(cases[0]));
}

static void a_file_comes_with_its_version(void **state)
{
	struct seen one = look(root, "file", false);
	struct seen two = look(root, "dir/file", false);
	struct seen again = look(root, "file", false);

	(void)state;
	assert_int_equal(one.version.size, 6);
	assert_true(version_is_same(&one.version, &again.version));
	assert_false(version_has_same_bytes(&one.version, &two.version));
}

/* ---- what is no regular file ---- */

static void a_fifo_is_denied_and_not_waited_for(void **state)
{
	(void)state;
	assert_int_equal(mkfifoat(root, "fifo", 0644), 0);
	expect_kind(root, "fifo", false, FOUND_DENIED);
	expect_kind(root, "fifo", true, FOUND_NOTHING);
	expect_kind(root, "fifo/file", false, FOUND_NOTHING);
	assert_int_equal(unlinkat(root, "fifo", 0), 0);
}

static void a_socket_is_denied(void **state)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)state;
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/root/socket",
		ground.path);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	expect_kind(root, "socket", false, FOUND_DENIED);
	close(fd);
	assert_int_equal(unlinkat(root, "socket", 0), 0);
}

static void a_device_is_denied(void **state)
{
	struct stat null;

	(void)state;
	assert_int_equal(stat("/dev/null", &null), 0);
	if (mknodat(root, "null", S_IFCHR | 0666, null.st_rdev) != 0) {
		print_message(
			"no device can be made here: %s\n", strerror(errno));
		skip();
	}
	expect_kind(root, "null", false, FOUND_DENIED);
	assert_int_equal(unlinkat(root, "null", 0), 0);
}

/* ---- permissions ---- */

static void what_may_not_be_read_is_denied(void **state)
{
	bool is_root = geteuid() == 0;

	(void)state;
	ground_file(&ground, "root/unreadable", "for nobody");
	ground_directory(&ground, "root/closed");
	ground_file(&ground, "root/closed/file", "out of reach");
	ground_directory(&ground, "root/dark");
	ground_file(&ground, "root/dark/file", "known by name only");
	assert_int_equal(fchmodat(root, "unreadable", 0, 0), 0);
	assert_int_equal(fchmodat(root, "closed", 0600, 0), 0);
	assert_int_equal(fchmodat(root, "dark", 0311, 0), 0);

	/* The superuser may read everything: for a moment we are not. */
	if (is_root)
		assert_int_equal(seteuid(NOBODY), 0);
	expect_kind(root, "unreadable", false, FOUND_DENIED);
	expect_kind(root, "closed/file", false, FOUND_DENIED);
	expect_kind(root, "closed", true, FOUND_DENIED);
	expect_kind(root, "closed", false, FOUND_DIRECTORY);
	/* Where a directory can be entered without reading it. */
	if ((sys_walk_flags() & ~(O_DIRECTORY | O_CLOEXEC)) != O_RDONLY)
		expect_text(root, "dark/file", "known by name only");
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(fchmodat(root, "closed", 0700, 0), 0);
	assert_int_equal(fchmodat(root, "dark", 0700, 0), 0);
}

/* ---- names ---- */

static void a_name_may_have_every_byte(void **state)
{
	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		char full[] = {'r', 'o', 'o', 't', '/', (char)byte, 'x', '\0'};
		const char *name = full + strlen("root/");

		if (byte == '/')
			continue;
		ground_file(&ground, full, "some bytes");
		expect_text(root, name, "some bytes");
		assert_int_equal(unlinkat(root, name, 0), 0);
		expect_kind(root, name, false, FOUND_NOTHING);
	}
}

static void a_name_has_255_bytes_at_most(void **state)
{
	char full[sizeof("root/") + 256] = "root/";
	char *name = full + strlen("root/");

	(void)state;
	memset(name, 'n', 255);
	ground_file(&ground, full, "a long name");
	expect_text(root, name, "a long name");
	assert_int_equal(unlinkat(root, name, 0), 0);

	name[255] = 'n';
	expect_kind(root, name, false, FOUND_NOTHING);
	expect_kind(root, name, true, FOUND_NOTHING);
}

static void the_longest_path_is_nothing(void **state)
{
	static char path[JOB_PATH_MAX + 1];

	(void)state;
	memset(path, 'n', JOB_PATH_MAX);
	expect_kind(root, path, false, FOUND_NOTHING);
	expect_kind(root, path, true, FOUND_NOTHING);
	for (size_t i = 1; i < JOB_PATH_MAX - 1; i += 2)
		path[i] = '/';
	expect_kind(root, path, false, FOUND_NOTHING);
	expect_kind(root, path, true, FOUND_NOTHING);
}

/* ---- depth ---- */

/* Puts d, with all that is in it, into another d; and takes it out again. In
 * this way there is never a path too long for the kernel. */
static void bury(void)
{
	ground_directory(&ground, "root/x");
	ground_rename(&ground, "root/d", "root/x/d");
	ground_rename(&ground, "root/x", "root/d");
}

static void dig_up(void)
{
	ground_rename(&ground, "root/d/d", "root/x");
	assert_int_equal(unlinkat(root, "d", AT_REMOVEDIR), 0);
	ground_rename(&ground, "root/x", "root/d");
}

static void a_file_may_be_as_deep_as_a_path_is_long(void **state)
{
	enum { DEEPEST = (JOB_PATH_MAX - 4) / 2 };
	static char path[JOB_PATH_MAX + 1];

	(void)state;
	ground_directory(&ground, "root/d");
	ground_file(&ground, "root/d/file", "deep");
	for (size_t depth = 1; depth < DEEPEST; depth++)
		bury();
	for (size_t i = 0; i < DEEPEST; i++)
		memcpy(path + 2 * i, "d/", 2);
	strcpy(path + 2 * (size_t)DEEPEST, "file");
	expect_text(root, path, "deep");
	path[2 * (size_t)DEEPEST - 1] = '\0';
	expect_kind(root, path, false, FOUND_DIRECTORY);
	expect_kind(root, path, true, FOUND_NO_INDEX);
	for (size_t depth = 1; depth < DEEPEST; depth++)
		dig_up();
}

/* ---- shortages ---- */

static void too_few_descriptors_are_a_shortage(void **state)
{
	struct rlimit limit;
	struct rlimit little;
	rlim_t lowest = 0;
	int found = 0;

	(void)state;
	while (fcntl((int)lowest, F_GETFD) >= 0)
		lowest++;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	little = limit;
	/* dir and dir/file: the second of two descriptors is enough. */
	for (rlim_t more = 0; more <= 2; more++) {
		enum found_kind kind;

		little.rlim_cur = lowest + more;
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &little), 0);
		kind = look(root, "dir/file", false).kind;
		assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
		assert_true(kind == FOUND_FILE || kind == FOUND_SHORTAGE);
		found += kind == FOUND_FILE;
	}
	assert_int_equal(found, 1);
}

static void a_root_that_is_none_is_broken(void **state)
{
	(void)state;
	expect_kind(-1, "file", false, FOUND_BROKEN);
	expect_kind(-1, "dir/file", false, FOUND_BROKEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_what_it_names),
		cmocka_unit_test(a_slash_means_the_index),
		cmocka_unit_test(a_file_comes_with_its_version),
		cmocka_unit_test(a_fifo_is_denied_and_not_waited_for),
		cmocka_unit_test(a_socket_is_denied),
		cmocka_unit_test(a_device_is_denied),
		cmocka_unit_test(what_may_not_be_read_is_denied),
		cmocka_unit_test(a_name_may_have_every_byte),
		cmocka_unit_test(a_name_has_255_bytes_at_most),
		cmocka_unit_test(the_longest_path_is_nothing),
		cmocka_unit_test(a_file_may_be_as_deep_as_a_path_is_long),
		cmocka_unit_test(too_few_descriptors_are_a_shortage),
		cmocka_unit_test(a_root_that_is_none_is_broken),
	};

	return cmocka_run_group_tests_name(
		"helper/lookup", tests, make, unmake);
}
