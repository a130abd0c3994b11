/*
 * listed.h - listings made up by a test, and what is written of them.
 */
#ifndef CONTD_TESTS_LISTED_H
#define CONTD_TESTS_LISTED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "helper/job.h"
#include "helper/listing.h"
#include "helper/scratch.h"

static inline void listed_add(struct listing *l, const char *name,
	bool directory, int64_t size, int64_t modified)
{
	size_t room = (l->count + 1) * sizeof(struct listing_entry *);
	size_t len = strlen(name) + 1;
	struct listing_entry *entry = malloc(sizeof(*entry) + len);

	assert_non_null(entry);
	l->entries = realloc(l->entries, room);
	assert_non_null(l->entries);
	entry->directory = directory;
	entry->size = size;
	entry->modified = modified;
	memcpy(entry->name, name, len);
	l->entries[l->count++] = entry;
	l->directories += directory;
}

static inline struct scratch *listed_begin(void)
{
	static struct scratch s;

	assert_int_equal(scratch_open(&s), 0);
	return &s;
}

/* What was written, as a string for free(). */
static inline char *listed_end(struct scratch *s)
{
	struct version version;
	int fd = scratch_finish(s, (struct timespec){1, 0}, &version);
	size_t len = (size_t)version.size;
	char *text = malloc(len + 1);

	assert_true(fd >= 0);
	assert_non_null(text);
	assert_int_equal(pread(fd, text, len + 1, 0), len);
	text[len] = '\0';
	/* No NUL in it: it is the whole text. */
	assert_int_equal(strlen(text), len);
	close(fd);
	return text;
}

#endif
