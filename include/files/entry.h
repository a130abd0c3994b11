/*
 * entry.h - the names that the store knows.
 *
 * An entry is a name with its job flags. It is in the table while it is being
 * looked up, while it holds a file or an answer without one, and while it is
 * refused. Entries that are not being looked up are also in a list, the least
 * recently used one first.
 *
 * The table has two buckets for each name that is kept, so a bucket holds one
 * or two. Clients choose names and may choose many that share one bucket: of
 * the list's entries ENTRY_DEEP stay there at most, a new one replaces one.
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
	struct entry *chain; /* next in its bucket */
	uint32_t hash;

	struct file *file;     /* held; NULL: none */
	struct folder *folder; /* held, once a file was found in it, or NULL */
	int64_t asked;         /* when the last lookup was started */
	int64_t refused;    /* until when no helper is asked; 0: not refused */
	struct found brief; /* cached negative answer, until brief_until */
	int64_t brief_until;
	unsigned brief_count; /* how often it was the same in a row */

	bool looking; /* a lookup is running */
	struct task task;
	struct lookup *waiting; /* for the answer */

	struct entry *older, *newer; /* list by last use */
	bool listed;
	int64_t used; /* when it was last used */

	char path[]; /* of the task */
};

struct entries {
	size_t count;
	struct entry *oldest, *newest;
	size_t size; /* of the table: a power of two */
	struct entry **bucket;
};

/* Makes a table for about this many names. Returns 0, or -1 without memory. */
int entries_open(struct entries *entries, size_t names);

/* Frees all entries; no lookup may wait. */
void entries_shut(struct entries *entries);

/* The entry of a name with these flags (enum job_flag), or NULL. */
struct entry *entry_find(
	struct entries *entries, struct slice path, uint32_t flags);

/* Adds an entry for a name that has none; NULL without memory. The path is
 * copied, task.path and task.flags are set. */
struct entry *entry_new(
	struct entries *entries, struct slice path, uint32_t flags);

/* Removes the entry and drops its file. No lookup may wait for it. */
void entry_free(struct entry *entry);

void entry_drop_file(struct entry *entry);

/* Makes it the most recently used one of the list. */
void entry_touch(struct entry *entry);
/* Takes it out of the list. */
void entry_unlist(struct entry *entry);

/* Whether a negative answer (without a file) is cached and valid. */
bool entry_is_brief(const struct entry *entry);
/* Caches a negative answer for STORE_BRIEF milliseconds. */
void entry_remember(struct entry *entry, const struct found *found);
/* Gives the cached negative answer, if it was the same STORE_BRIEF_AFTER times:
 * a file made after a first 404 is then found at once. */
bool entry_believe(struct entry *entry, struct found *found);

/* The folder that confirms the entry's file, or NULL. */
struct folder *entry_vouched(const struct entry *entry);
/* How many milliseconds ago the name was known to lead to this file, by its own
 * lookup or by that of the folder. */
int64_t entry_age(
	const struct entry *entry, const struct folder *folder, int64_t fresh);

#endif
