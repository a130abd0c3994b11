/*
 * store.h - the files that are open, by name.
 *
 * A path leads to an entry, an entry to an open file. Requests for a name that
 * is being looked up wait for the same answer; a negative one is not used for
 * requests that came after the lookup was started: for them it is looked up
 * again. Files that were found stay open until they are the least recently used
 * ones. A negative answer is looked up each time, unless it was the same
 * STORE_BRIEF_AFTER times: then it is used for STORE_BRIEF milliseconds.
 *
 * An entry is checked before each use, at most once per turn: fstat() of the
 * descriptor must show the same version and a link count above 0, so the next
 * request sees that a file was edited, replaced or deleted. And an answer is
 * valid for `fresh` milliseconds only, so that swapped directories are seen;
 * the answer for one name is valid for all others of its directory as long as
 * that is unchanged (files/folder.h). An entry in use is refreshed in the
 * background when 3/4 of that time are over. While the refresh runs the entry
 * is served, so that a hanging disk does not affect files that are open.
 *
 * Small files are kept in memory once they are read (files/copy.h), `copies`
 * bytes of them; those requested in parts are read for this (files/fill.h).
 *
 * A listing is rendered for the requests that came before its lookup started,
 * and not kept; those being sent may take STORE_LISTINGS bytes together.
 *
 * A name whose lookup took too long is refused for STORE_REFUSE milliseconds,
 * so that one hung directory does not occupy every helper.
 */
#ifndef CONTD_FILES_STORE_H
#define CONTD_FILES_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "files/file.h"
#include "files/helpers.h"
#include "helper/job.h"
#include "loop/cont.h"

enum {
	STORE_REFUSE = 3000,
	STORE_BRIEF = 250,
	STORE_BRIEF_AFTER = 16,   /* equal answers, each within that time */
	STORE_UNUSED = 60000,     /* ms that an unused name is kept */
	STORE_LOOKING_MAX = 1024, /* names looked up at once; more: refused */
	STORE_LISTINGS = 64 * 1024 * 1024 /* bytes; more: refused */
};

struct store;

struct store_limits {
	size_t names;    /* kept, with their open files */
	uint64_t copies; /* bytes of files in memory; 0: none */
	int64_t fresh;   /* milliseconds that an answer is valid; 0: always */
};

/* A request that waits for a name. Embedded in a struct of the caller, who sets
 * the first two; the answer is in the next two when `next` is resumed. */
struct lookup {
	int fd;           /* the row to resume, WITHIN_NOW */
	struct cont next; /* what to resume */

	struct found found;
	struct file *file; /* held; NULL: no file */

	struct entry *entry; /* that it waits for, or NULL */
	bool joined;         /* it came after the lookup was started */
	struct lookup *prev, *behind;
};

/* tick: a descriptor only used as a row with a deadline; the store owns it from
 * then on. Returns NULL without memory. */
struct store *store_open(
	struct helpers *helpers, int tick, const struct store_limits *limits);
void store_shut(struct store *store);

/* Looks the path up; flags are enum job_flag. True: the answer is in *wait.
 * False: `next` will be resumed on wait->fd, and replaces what is saved for
 * that row then. */
bool store_find(struct store *store, struct slice path, uint32_t flags,
	struct lookup *wait);

/* The open file of a name, if it may be served without a lookup, or NULL. It is
 * not held for the caller, who must use or hold it before the next call. */
struct file *store_find_open(
	struct store *store, struct slice path, uint32_t flags);

/* Whether there is a cached negative answer that is used without a lookup. */
bool store_find_believed(struct store *store, struct slice path, uint32_t flags,
	struct found *found);

/* Ends the waiting: it is not resumed any more. Drops the file of an answer.
 * Does nothing to one that does not wait. */
void store_forget(struct lookup *wait);

/* Sets how many names are kept, never more than it was opened for. */
void store_keep(struct store *store, size_t names);

/* Forgets all names that are not being looked up, because descriptors or memory
 * are short; files that are not in use are closed. */
void store_shrink(struct store *store);

/* ---- for the tests ---- */

/* Names known now. */
size_t store_count(const struct store *store);

#endif
