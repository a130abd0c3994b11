/* ground.c - a temporary directory with an inside and an outside. */
#include "ground.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void must(int result, const char *name)
{
	if (result < 0)
		fail_msg("%s: %s", name, strerror(errno));
}

void ground_make(struct ground *g)
{
	strcpy(g->path, "/tmp/contd-test-XXXXXX");
	assert_non_null(mkdtemp(g->path));
	/* Who has dropped the privileges that made it must come through. */
	must(chmod(g->path, 0755), g->path);
	g->dir = open(g->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	must(g->dir, g->path);
	ground_directory(g, "root");
	ground_directory(g, "outside");
}

static void empty(int dir)
{
	int copy = dup(dir);
	DIR *entries = fdopendir(copy);
	struct dirent *entry;

	assert_non_null(entries);
	while ((entry = readdir(entries)) != NULL) {
		const char *name = entry->d_name;
		int below;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
			unlinkat(dir, name, 0) == 0)
			continue;
		/* A directory: EISDIR on Linux, EPERM in POSIX. */
		below = openat(dir, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		must(below, name);
		empty(below);
		close(below);
		must(unlinkat(dir, name, AT_REMOVEDIR), name);
	}
	closedir(entries);
}

void ground_remove(struct ground *g)
{
	empty(g->dir);
	close(g->dir);
	must(rmdir(g->path), g->path);
}

void ground_directory(const struct ground *g, const char *name)
{
	must(mkdirat(g->dir, name, 0755), name);
}

void ground_file(const struct ground *g, const char *name, const char *text)
{
	int fd = openat(
		g->dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	size_t len = strlen(text);

	must(fd, name);
	assert_int_equal(write(fd, text, len), len);
	must(close(fd), name);
}

void ground_link(const struct ground *g, const char *name, const char *target)
{
	must(symlinkat(target, g->dir, name), name);
}

void ground_rename(const struct ground *g, const char *from, const char *to)
{
	must(renameat(g->dir, from, g->dir, to), from);
}

int ground_open(const struct ground *g, const char *name)
{
	int fd = openat(g->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	must(fd, name);
	return fd;
}

size_t descriptors_open(void)
{
	enum { LOOKED_AT = 1024 };
	size_t count = 0;

	for (int fd = 0; fd < LOOKED_AT; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}
