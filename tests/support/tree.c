/* tree.c - a temporary directory to serve. */
#include "tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TREES = 8, PATHS = 8, HOUR = 3600 };

static struct {
	struct tree trees[TREES];
	size_t count;
	char paths[PATHS][TREE_PATH + 512];
	size_t turn;
} made;

const struct tree *tree_make(void)
{
	const char *tmp = getenv("TMPDIR");
	struct tree *tree = &made.trees[made.count];

	assert_true(made.count < TREES);
	if (tmp == NULL || tmp[0] != '/')
		tmp = "/tmp";
	snprintf(tree->path, sizeof tree->path, "%s/contd-e2e-XXXXXX", tmp);
	assert_non_null(mkdtemp(tree->path));
	/* mkdtemp makes it private, and helpers may run as somebody else. */
	assert_int_equal(chmod(tree->path, 0755), 0);
	made.count++;
	return tree;
}

const char *tree_path(const struct tree *tree, const char *name)
{
	char *path = made.paths[made.turn++ % PATHS];

	snprintf(path, sizeof made.paths[0], "%s/%s", tree->path, name);
	return path;
}

void tree_dir(const struct tree *tree, const char *name)
{
	assert_int_equal(mkdir(tree_path(tree, name), 0755), 0);
}

static int create(const struct tree *tree, const char *name)
{
	int fd = open(tree_path(tree, name),
		O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	return fd;
}

static void write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		assert_true(n > 0);
		bytes += n;
		len -= (size_t)n;
	}
}

void tree_text(const struct tree *tree, const char *name, const char *text)
{
	int fd = create(tree, name);

	write_all(fd, text, strlen(text));
	close(fd);
}

void tree_link(const struct tree *tree, const char *name, const char *to)
{
	assert_int_equal(symlink(to, tree_path(tree, name)), 0);
}

/* No period that is a power of two, so that a block at a wrong offset shows. */
char tree_pattern(uint64_t offset)
{
	return (char)('!' + (offset + offset / 251 + offset / 65521) % 93);
}

void tree_file(const struct tree *tree, const char *name, size_t len)
{
	char block[65536];
	int fd = create(tree, name);

	for (size_t at = 0; at < len;) {
		size_t n = len - at < sizeof block ? len - at : sizeof block;

		for (size_t i = 0; i < n; i++)
			block[i] = tree_pattern(at + i);
		write_all(fd, block, n);
		at += n;
	}
	close(fd);
	tree_age(tree, name, HOUR);
}

void tree_sparse(const struct tree *tree, const char *name, off_t size)
{
	int fd = create(tree, name);

	assert_int_equal(ftruncate(fd, size), 0);
	close(fd);
}

void tree_poke(
	const struct tree *tree, const char *name, off_t at, const char *text)
{
	int fd = open(tree_path(tree, name), O_WRONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(
		pwrite(fd, text, strlen(text), at), (ssize_t)strlen(text));
	close(fd);
}

void tree_age(const struct tree *tree, const char *name, long seconds)
{
	struct timespec times[2] = {
		{.tv_nsec = UTIME_OMIT}, {.tv_sec = time(NULL) - seconds}};

	assert_int_equal(
		utimensat(AT_FDCWD, tree_path(tree, name), times, 0), 0);
}

/* Relative to an open directory and never through a link, so that nothing
 * outside of it can be hit. */
static void remove_all(int at, const char *name)
{
	struct dirent *entry;
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	/* No directory, or one that nobody may read: then it is empty. */
	if (dir == NULL) {
		if (unlinkat(at, name, 0) != 0)
			unlinkat(at, name, AT_REMOVEDIR);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
			strcmp(entry->d_name, "..") != 0)
			remove_all(dirfd(dir), entry->d_name);
	closedir(dir);
	unlinkat(at, name, AT_REMOVEDIR);
}

void tree_teardown(void)
{
	while (made.count > 0)
		remove_all(AT_FDCWD, made.trees[--made.count].path);
}
