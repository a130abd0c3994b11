/*
 * names.h - a store above real files, and those who look for them.
 *
 * Two helpers are played; they look below ground's root when they are told to.
 * Programs that include it are linked with --wrap=sys_now (test_*.link).
 */
#ifndef CONTD_TESTS_UNIT_FILES_NAMES_H
#define CONTD_TESTS_UNIT_FILES_NAMES_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fdpass.h"
#include "files/store.h"
#include "support/ground.h"
#include "support/played.h"
#include "support/turns.h"

enum {
	NAMES_HELPERS = 2,
	NAMES_LIMIT = 4,
	NAMES_FRESH = 1000,
	NAMES_AHEAD = 750 /* so old, a name is looked up in the background */
};

static const struct store_limits names_limits = {
	.names = NAMES_LIMIT, .copies = 1 << 20, .fresh = NAMES_FRESH};

static struct ground ground;
static int root; /* ground's, open */
static int master, control;
static int helper[NAMES_HELPERS];
static struct helpers *pool;
static struct store *store;

/* Who looks for a name. */
struct seeker {
	struct lookup lookup;
	int fd;
	int resumed;
};

static inline void open_store(void)
{
	pool = helpers_open(control);
	assert_non_null(pool);
	for (uint32_t i = 0; i < NAMES_HELPERS; i++)
		helper[i] = played_helper(pool, i);
	store = store_open(pool, dup(control), &names_limits);
	assert_non_null(store);
}

static inline int open_names(void **state)
{
	int ends[2];

	turns_open(state);
	ground_make(&ground);
	root = ground_open(&ground, "root");
	assert_int_equal(fdpass_pair(ends), 0);
	master = ends[0];
	control = ends[1];
	open_store();
	return 0;
}

static inline int shut_names(void **state)
{
	store_shut(store);
	helpers_shut(pool);
	for (int i = 0; i < NAMES_HELPERS; i++)
		close(helper[i]);
	close(master);
	close(control);
	close(root);
	ground_remove(&ground);
	return turns_shut(state);
}

static inline void on_name(int fd, short revents, void *state)
{
	struct seeker *seeker = state;

	assert_int_equal(fd, seeker->fd);
	assert_int_equal(revents, 0);
	seeker->resumed++;
	cont_drop(fd);
}

static inline void on_nothing(int fd, short revents, void *state)
{
	(void)fd;
	(void)revents;
	(void)state;
	fail_msg("nobody waits for this");
}

/* Looks for it; true: the answer is there. */
static inline bool seek_for(
	struct seeker *seeker, const char *path, uint32_t flags)
{
	*seeker = (struct seeker){.fd = dup(control)};
	seeker->lookup.fd = seeker->fd;
	seeker->lookup.next = then(on_name, seeker);
	if (store_find(store, slice_text(path), flags, &seeker->lookup))
		return true;
	cont_save(seeker->fd, PARKED, WITHIN_FOREVER, then(on_nothing, NULL));
	return false;
}

static inline bool seek(struct seeker *seeker, const char *path)
{
	return seek_for(seeker, path, 0);
}

/* It wants no answer, or not any more. */
static inline void leaves(struct seeker *seeker)
{
	store_forget(&seeker->lookup);
	cont_close(seeker->fd);
	take_turn();
}

/* The helpers look for whatever they were asked for; how many jobs those were,
 * those included that only became one by the answer to another. */
static inline int helpers_look(void)
{
	int jobs = 0;
	int before;

	do {
		before = jobs;
		for (int i = 0; i < NAMES_HELPERS; i++)
			jobs += played_looks(helper[i], root);
		take_turn();
	} while (jobs > before);
	return jobs;
}

static inline int count_jobs(void)
{
	struct job job;
	int jobs = 0;

	for (int i = 0; i < NAMES_HELPERS; i++)
		jobs += played_job(helper[i], &job);
	return jobs;
}

/* Takes the one job there is and leaves it lying; whose it is. */
static inline int taken_job(void)
{
	struct job job;

	for (int i = 0; i < NAMES_HELPERS; i++)
		if (played_job(helper[i], &job))
			return helper[i];
	fail_msg("there is no job");
	return -1;
}

/* It was found, with these bytes. */
static inline void found_text(const struct seeker *seeker, const char *text)
{
	char bytes[64];

	assert_int_equal(seeker->lookup.found.kind, FOUND_FILE);
	assert_non_null(seeker->lookup.file);
	assert_int_equal(seeker->lookup.found.version.size, strlen(text));
	assert_int_equal(pread(seeker->lookup.file->fd, bytes, sizeof bytes, 0),
		strlen(text));
	assert_memory_equal(bytes, text, strlen(text));
}

static inline void found_kind(const struct seeker *seeker, enum found_kind kind)
{
	assert_int_equal(seeker->lookup.found.kind, kind);
	assert_null(seeker->lookup.file);
}

/* A file that has been looked up, for nobody. */
static inline void know(const char *path)
{
	struct seeker seeker;

	assert_false(seek(&seeker, path));
	assert_int_equal(helpers_look(), 1);
	assert_int_equal(seeker.resumed, 1);
	assert_non_null(seeker.lookup.file);
	leaves(&seeker);
}

/* It is found without a helper. */
static inline void is_known(const char *path, const char *text)
{
	struct seeker seeker;

	assert_true(seek(&seeker, path));
	found_text(&seeker, text);
	leaves(&seeker);
}

/* A helper has to look for it; and finds it. */
static inline void is_looked_up(const char *path, const char *text)
{
	struct seeker seeker;

	assert_false(seek(&seeker, path));
	assert_true(helpers_look() >= 1);
	assert_int_equal(seeker.resumed, 1);
	found_text(&seeker, text);
	leaves(&seeker);
}

#endif
