/*
 * store.h - the files that are open, by name.
 *
 * A path leads to an entry, an entry to an open file. Requests for a name that
 * is being looked up wait for the same answer ("not there" is asked again for
 * those who came after the helper was sent); names that were found stay open,
 * the least recently used ones are let go. That there is no such file is looked
 * up each time, unless it is asked for again and again: then it is believed for
 * STORE_BRIEF milliseconds.
 *
 * An entry is trusted as far as the kernel vouches for it: before each use, at
 * most once a turn, fstat() of the descriptor must show the same version and a
 * link (an edited, replaced or deleted file is seen by the very next request);
 * and an answer holds for `fresh` milliseconds, so that swapped directories are
 * seen; the answer for one name holds for all others of its directory, as long
 * as nothing changed in there (files/folder.h). A busy entry is looked up ahead
 * of that, in the background, when three quarters of the time are over: sooner
 * would only be more work for the helpers. While such an answer is late the
 * entry goes on being served, so that a hanging disk does not take what we have
 * already.
 *
 * Small files are kept in memory, once read (files/copy.h), `copies` bytes of
 * them; those that are asked for in parts are read for that (files/fill.h).
 *
 * A listing is rendered for those who asked before its helper began, and kept
 * for nobody else; those being sent may weigh STORE_LISTINGS together.
 *
 * A name whose lookup took too long is refused for STORE_REFUSE milliseconds,
 * or one hung directory would eat every helper.
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
	STORE_UNUSED = 60000,     /* ms: so long a name is kept for nobody */
	STORE_LOOKING_MAX = 1024, /* names looked up at once; more: refused */
	STORE_LISTINGS = 64 * 1024 * 1024 /* bytes; more: refused */
};

struct store;

struct store_limits {
	size_t names;    /* kept, with their open files */
	uint64_t copies; /* bytes of files in memory; 0: none */
	int64_t fresh; /* milliseconds; 0: answers hold as long as they are kept */
};

/* A request that waits for a name. Embedded in its user, who fills the first
 * two; the answer is in the next two when `next` is resumed. */
struct lookup {
	int fd;           /* the row that is resumed, WITHIN_NOW */
	struct cont next; /* with what */

	struct found found;
	struct file *file; /* held for the waiter; NULL: nothing is open */

	struct entry *entry; /* that it waits for, or NULL */
	bool joined;         /* it came when the helper was asked already */
	struct lookup *prev, *behind;
};

/* tick is a descriptor of no other use, to wait for a time with; the store
 * takes charge of it. NULL without memory. */
struct store *store_open(
	struct helpers *helpers, int tick, const struct store_limits *limits);
void store_shut(struct store *store);

/* Looks the path up; flags are enum job_flag. True: the answer is there
 * already. False: the waiter's row will be resumed with `next`, in place of
 * what is saved for it then. */
bool store_find(struct store *store, struct slice path, uint32_t flags,
	struct lookup *wait);

/* The open file of a name that may be served without asking a helper, or NULL.
 * Not held for the caller: it stays until the end of the turn. */
struct file *store_find_open(
	struct store *store, struct slice path, uint32_t flags);

/* Whether there is no such file, nor will be asked for one: the answer that is
 * believed for a while. */
bool store_find_believed(struct store *store, struct slice path, uint32_t flags,
	struct found *found);

/* The waiter is not interested any more: it is not resumed, a file in its
 * answer is let go. Harmless when it does not wait. */
void store_forget(struct lookup *wait);

/* Keeps so many names from now on, but never more than it was opened for. */
void store_keep(struct store *store, size_t names);

/* Closes files that nobody uses, for want of descriptors. */
void store_shrink(struct store *store);

/* ---- for the tests ---- */

/* Names known now. */
size_t store_count(const struct store *store);

#endif
