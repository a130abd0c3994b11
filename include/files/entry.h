/*
 * entry.h - the names that the store knows.
 *
 * An entry is a name and what was asked of it. It is in the table as long as it
 * means something: while it is looked up, while it holds a file or an answer
 * without one, or while it is refused. Those that are not looked up stand in a
 * list, the least recently used one first.
 *
 * The table has two places for each name that is kept, so a bucket holds one or
 * two. Strangers choose names, and may choose many for one bucket: there stay
 * ENTRY_DEEP of the list at most, and a new one takes the place of another.
 */
#ifndef CONTD_FILES_ENTRY_H
#define CONTD_FILES_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "files/file.h"
#include "files/folder.h"
#include "files/helpers.h"

enum { ENTRY_DEEP = 16 };

struct lookup;

struct entry {
	struct store *store;
	struct entries *entries;
	struct entry *chain; /* of its bucket */
	uint32_t hash;

	struct file *file;     /* held; NULL: none */
	struct folder *folder; /* held, once a file was found in it, or NULL */
	int64_t asked;         /* when the answer in force was asked for */
	int64_t refused;    /* until when no helper is asked; 0: not refused */
	struct found brief; /* an answer without a file, which holds */
	int64_t brief_until;
	unsigned brief_count; /* how often it was the same in a row */

	bool looking; /* the errand is out */
	struct errand errand;
	struct lookup *waiting; /* for the answer */

	struct entry *older, *newer; /* list of use */
	bool listed;
	int64_t used; /* when it was put at its young end */

	char path[]; /* the errand's path lives here */
};

struct entries {
	size_t count;
	struct entry *oldest, *newest;
	size_t size; /* of the table: a power of two */
	struct entry **bucket;
};

/* For so many names, or a few more. Returns 0, or -1 without memory. */
int entries_open(struct entries *entries, size_t names);

/* Nobody waits any more. */
void entries_shut(struct entries *entries);

/* The entry of a name with these flags (enum job_flag), or NULL. */
struct entry *entry_find(
	struct entries *entries, struct slice path, uint32_t flags);

/* A new one, which is not there yet; NULL without memory. The path is copied,
 * errand.path and errand.flags are set. */
struct entry *entry_new(
	struct entries *entries, struct slice path, uint32_t flags);

/* Takes it out and drops its file. Nobody waits for it any more. */
void entry_free(struct entry *entry);

void entry_drop_file(struct entry *entry);

/* Puts it at the young end of the list of use; takes it out of the list. */
void entry_touch(struct entry *entry);
void entry_unlist(struct entry *entry);

/* An answer without a file is remembered for a while, and believed when it was
 * the same again and again: only such a name is worth believing, so that
 * whoever makes a file after a first "not there" finds it at once. */
bool entry_is_brief(const struct entry *entry);
void entry_remember(struct entry *entry, const struct found *found);
bool entry_believe(struct entry *entry, struct found *found);

/* The folder that vouches for the entry's file, or NULL; how long ago, with
 * that in mind, its name was known to mean this file. */
struct folder *entry_vouched(const struct entry *entry);
int64_t entry_age(
	const struct entry *entry, const struct folder *folder, int64_t fresh);

#endif
