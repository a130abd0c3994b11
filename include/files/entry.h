/*
 * entry.h - the names that the store knows.
 *
 * An entry is a name and what was asked of it. It is in the table as long as it
 * means something: while it is looked up, while it holds a file or an answer
 * without one, or while it is refused. Those that are not looked up stand in a list, the least recently
 * used one first.
 */
#ifndef CONTD_FILES_ENTRY_H
#define CONTD_FILES_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "files/file.h"
#include "files/helpers.h"

enum { ENTRY_BUCKETS = 4096 };

struct lookup;

struct entry {
	struct store *store;
	struct entries *entries;
	struct entry *chain; /* of its bucket */
	uint32_t hash;

	struct file *file;  /* held; NULL: none */
	int64_t asked;      /* when the answer in force was asked for */
	int64_t refused;    /* until when no helper is asked; 0: not refused */
	struct found brief; /* an answer without a file, which holds */
	int64_t brief_until;
	unsigned brief_count; /* how often it was the same in a row */

	bool looking; /* the errand is out */
	struct errand errand;
	struct lookup *waiting; /* for the answer */

	struct entry *older, *newer; /* list of use */
	bool listed;

	char path[]; /* the errand's path lives here */
};

struct entries {
	size_t count;
	struct entry *oldest, *newest;
	struct entry *bucket[ENTRY_BUCKETS];
};

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

#endif
