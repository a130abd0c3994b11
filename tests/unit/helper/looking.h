/*
 * looking.h - one lookup, and what is always true of it.
 *
 * Whatever is found: the answer is valid, its file has the flags and the
 * version it should have, and no descriptor but the file's stays open.
 */
#ifndef CONTD_TESTS_LOOKING_H
#define CONTD_TESTS_LOOKING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ground.h"
#include "helper/lookup.h"

struct seen {
	enum found_kind kind;
	bool index;
	uint32_t codings;
	struct version version;
	struct version folder;
	char text[64]; /* the file's, as a string */
};

static inline void read_text(int fd, char *text, size_t cap)
{
	ssize_t len = read(fd, text, cap - 1);

	assert_true(len >= 0);
	text[len] = '\0';
}

static inline void check_file(int fd, const struct found *found)
{
	const struct version *v = &found->version;
	struct version now;
	struct stat st;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	now = version_of(&st);
	assert_true(S_ISREG(st.st_mode));
	assert_true(version_has_same_bytes(v, &now));
	assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

/* The site that is looked in: tests may give it another policy for links. */
static struct site looked_in = {.root = "/", .index = {"index.html", 10}};

static inline struct seen look_for(int dir, const struct job *job)
{
	struct seen seen = {.index = false};
	size_t before = descriptors_open();
	struct found found;
	int fd;

	memset(&found, 0xa5, sizeof(found));
	fd = lookup_find(dir, job, &looked_in, &found);
	assert_int_equal(descriptors_open(), before + (fd >= 0));
	assert_true(found_is_valid(&found, sizeof(found), fd >= 0));
	if (fd >= 0) {
		check_file(fd, &found);
		read_text(fd, seen.text, sizeof(seen.text));
		close(fd);
	}
	seen.kind = (enum found_kind)found.kind;
	seen.index = found.index;
	seen.codings = found.codings;
	seen.version = found.version;
	seen.folder = found.folder;
	return seen;
}

static inline struct seen look_with(int dir, const char *path, uint32_t flags)
{
	struct job job;

	assert_true(job_make(&job, slice_text(path), flags));
	assert_true(job_is_valid(&job, job_size(&job)));
	return look_for(dir, &job);
}

static inline struct seen look(int dir, const char *path, bool slash)
{
	return look_with(dir, path, slash ? JOB_SLASH : 0);
}

static inline void expect_text(int dir, const char *path, const char *text)
{
	struct seen seen = look(dir, path, false);

	assert_int_equal(seen.kind, FOUND_FILE);
	assert_string_equal(seen.text, text);
}

static inline void expect_kind(
	int dir, const char *path, bool slash, enum found_kind kind)
{
	struct seen seen = look(dir, path, slash);

	if (seen.kind != kind)
		fail_msg("\"%s\": %d, not %d", path, (int)seen.kind, (int)kind);
}

/* A table of these reads like the rules. */
struct lookup_case {
	const char *path;
	bool slash;
	enum found_kind kind;
	const char *text; /* of a FOUND_FILE */
};

static inline void expect_all(
	int dir, const struct lookup_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct lookup_case *c = &cases[i];
		struct seen seen = look(dir, c->path, c->slash);

		if (seen.kind != c->kind)
			fail_msg("\"%s\"%s: %d, not %d", c->path,
				c->slash ? " /" : "", (int)seen.kind,
				(int)c->kind);
		if (c->kind != FOUND_FILE)
			continue;
		assert_string_equal(seen.text, c->text);
		assert_int_equal(seen.index, c->slash);
	}
}

#endif
