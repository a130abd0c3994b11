/*
 * folder.h - directories: one lookup confirms all names in a directory.
 *
 * An open file does not tell whether its name now leads to another file; so
 * names are looked up again. But each answer also has the version of the
 * directory just before the lookup (struct found, folder), and no name in a
 * directory is made, removed, replaced or becomes a link without a change of
 * the directory's times. So an answer with an unchanged directory confirms all
 * names that were looked up in the same version of it: the path still leads to
 * this directory, and its entries are the same.
 *
 * There are exceptions. A directory that changed less than FOLDER_YOUNG before
 * confirms nothing: some file systems have times in whole seconds, so two
 * changes may have one time. Two kinds of files need lookups of their own: if
 * the last name is a link, the file may be in another directory; if the file is
 * on another machine, only its own lookup gets its changes. And every name is
 * looked up itself after FOLDER_TRUST times the normal interval (--fresh), as
 * some file systems have no such times and a file can be a mount point.
 *
 * A folder is known as long as an entry holds it. Entries of the same parent
 * share it; the folder of a directory's index is the directory.
 */
#ifndef CONTD_FILES_FOLDER_H
#define CONTD_FILES_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "helper/job.h"

enum {
	FOLDER_YOUNG = 3000, /* milliseconds */
	FOLDER_TRUST = 60
};

struct folder {
	struct folders *folders;
	struct folder *chain; /* next in its bucket */
	uint32_t hash;
	size_t holders;
	struct version version; /* the last one seen */
	int64_t asked;          /* when the lookup that saw it was started */
	const void *refresher;  /* the holder refreshing the folder, or NULL */
	int64_t excused; /* counts as fresh until then (failed refresh) */
	struct slice path;
	char bytes[];
};

struct folders {
	size_t count, size; /* of the table: a power of two */
	struct folder **bucket;
};

/* Makes a table for about this many. Returns 0, or -1 without memory. */
int folders_open(struct folders *folders, size_t names);

/* The most bytes that this many folders take, with their table. */
uint64_t folders_memory(size_t folders);

/* Frees the table. No folder may be held. */
void folders_shut(struct folders *folders);

/* The path of the folder in which a job with this path and these flags finds
 * its file: where the last step is made. */
struct slice folder_path(struct slice path, uint32_t flags);

/* That folder, with one holder more; NULL without memory. */
struct folder *folder_hold(
	struct folders *folders, struct slice path, uint32_t flags);

/* Removes a holder, and ends its refresh, if it has one running. */
void folder_drop(struct folder *folder, const void *holder);

/* Whether a directory seen at this date (ns since 1970) or later had then been
 * unchanged for FOLDER_YOUNG. */
bool folder_is_settled(const struct version *version, int64_t date);

/* A lookup started at `asked` (loop_now) saw the directory in this version. */
void folder_see(
	struct folder *folder, const struct version *version, int64_t asked);

/* Whether names found in this version of the directory are confirmed: it is the
 * one last seen. NULL confirms nothing. */
bool folder_vouches(const struct folder *folder, const struct version *version);

/* Marks a holder as the one refreshing the folder. */
void folder_send(struct folder *folder, const void *refresher);
/* Its refresh ended; if it failed, the folder counts as fresh until `excused`
 * (loop_now); else `excused` is 0. */
void folder_end(struct folder *folder, const void *refresher, int64_t excused);

/* Whether the folder is being refreshed or counts as fresh after a failed
 * refresh: its files are served meanwhile. */
bool folder_is_waiting(const struct folder *folder);

#endif
