/*
 * folder.h - directories, looked at once for all names in them.
 *
 * An open file does not tell that its name means another one by now: that is
 * why names are looked up again. But with the answer for one name comes what
 * its directory was just before (struct found, folder), and no name in it comes
 * or goes, is replaced or becomes a link, without a change of the directory's
 * times. So an answer that shows the directory as it was tells that the way
 * still leads to it, and what was found in it is still there: the answer is as
 * good for all other names that were looked up in the same version of the
 * directory.
 *
 * Some things bound that. A directory that was changed less than FOLDER_YOUNG
 * before vouches for nothing: times of some file systems are whole seconds, and
 * two changes may have one time. A name whose last step was a link leads out of
 * the directory, and a file on another machine has its own lookups, since they
 * alone bring its changes here. And every name is looked up itself after
 * FOLDER_TRUST times as long: some file systems have no such times, and a file
 * can be mounted upon.
 *
 * A folder is known as long as an entry holds it. Entries of the same parent
 * share it; that of a directory's index is the directory.
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
	struct folder *chain; /* of its bucket */
	uint32_t hash;
	size_t holders;
	struct version version; /* that was seen last */
	int64_t asked;          /* when the answer that told it was asked for */
	const void *envoy;      /* who is looked up for all, in time; or NULL */
	int64_t excused;        /* until when: that lookup had no answer */
	struct slice path;
	char bytes[];
};

struct folders {
	size_t count, size; /* of the table: a power of two */
	struct folder **bucket;
};

/* For about so many. Returns 0, or -1 without memory. */
int folders_open(struct folders *folders, size_t names);

/* Bytes that so many folders take at most, with their table. */
uint64_t folders_memory(size_t folders);

/* Nobody holds one any more. */
void folders_shut(struct folders *folders);

/* The path of the folder in which a job with this path and these flags finds
 * its file: where the last step is made. */
struct slice folder_path(struct slice path, uint32_t flags);

/* That folder, with one holder more; NULL without memory. */
struct folder *folder_hold(
	struct folders *folders, struct slice path, uint32_t flags);

/* One holder less; whoever it is, it is not the envoy any more. */
void folder_drop(struct folder *folder, const void *holder);

/* Whether a directory that was looked at then, or later, had been left alone
 * for long enough: date in nanoseconds since 1970. */
bool folder_is_settled(const struct version *version, int64_t date);

/* It had this version in an answer that was asked for then. */
void folder_see(
	struct folder *folder, const struct version *version, int64_t asked);

/* Whether what was found in this version of it is there still, as far as it is
 * known. NULL vouches for nothing. */
bool folder_vouches(const struct folder *folder, const struct version *version);

/* The envoy leaves in time; it is back. Without an answer: excused until then,
 * in milliseconds of the loop; 0: with one. */
void folder_send(struct folder *folder, const void *envoy);
void folder_end(struct folder *folder, const void *envoy, int64_t excused);

/* Whether the envoy, who left in time, is
 * late: what it was sent for goes on. */
bool folder_is_waiting(const struct folder *folder);

#endif
