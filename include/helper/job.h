/*
 * job.h - the two messages between the loop and a helper.
 *
 * The loop sends a job, the helper answers with what it found and with the
 * descriptor of the file. A channel has one job at a time, so messages need no
 * identifier. Both sides are the same binary, so the structs are sent as they
 * are; both are validated, because the helper handles hostile names and the
 * worker must not be harmed by it.
 */
#ifndef CONTD_HELPER_JOB_H
#define CONTD_HELPER_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/slice.h"
#include "http/request.h"

/* Any path that a request can have. */
enum { JOB_PATH_MAX = REQUEST_LINE_MAX };

/* How to look a name up; those after JOB_LISTING are only used with it. */
enum job_flag {
	JOB_SLASH = 1,    /* a directory is meant, look for its index */
	JOB_VARIANTS = 2, /* tell which precompressed variants exist */
	JOB_LISTING = 4,  /* render a listing if there is no index */
	JOB_JSON = 8,     /* as JSON, otherwise as HTML */
	JOB_BY_SIZE = 16, /* sorted by size, by time, otherwise by name */
	JOB_BY_TIME = 32,
	JOB_DESCENDING = 64, /* in descending order */
	JOB_FLAGS = 127
};

struct job {
	uint32_t len;            /* bytes of path */
	uint32_t flags;          /* enum job_flag */
	char path[JOB_PATH_MAX]; /* as http/uri makes it: below the root */
};

/* One version of one file, by its metadata. */
struct version {
	uint64_t device;
	uint64_t inode;
	int64_t size;
	int64_t modified; /* nanoseconds since 1970 */
	int64_t changed;  /* st_ctim, the same */
	uint64_t links;   /* link count */
};

enum found_kind {
	FOUND_FILE,      /* a regular file; sent with its descriptor */
	FOUND_LISTING,   /* a rendered listing; sent with its descriptor */
	FOUND_DIRECTORY, /* a directory, and JOB_SLASH was not set: redirect */
	FOUND_NO_INDEX,  /* a directory without an index: 403 */
	FOUND_NOTHING,   /* no such name: 404 */
	FOUND_DENIED, /* no permission, no regular file, a link outside: 403 */
	FOUND_SHORTAGE, /* out of descriptors or memory: 503 */
	FOUND_BUSY,     /* another process keeps us out for the moment: 503 */
	FOUND_BROKEN,   /* the disk says EIO or worse: 500 */
	FOUND_MOVED,    /* not looked for: ask another helper, this one ends */
	FOUND_KINDS
};

struct found {
	uint32_t kind;          /* enum found_kind */
	uint32_t index;         /* 1: the file is the index of the directory */
	uint32_t codings;       /* 1 << enum coding: variants that exist */
	uint32_t remote;        /* 1: not in a file system of this machine */
	struct version version; /* of a FOUND_FILE or a FOUND_LISTING */

	/* The directory of a FOUND_FILE, just before the file was looked up;
	 * all 0 if the name was a link or the file is remote. */
	struct version folder;
};

/* Fills the job; false when the path is too long. */
bool job_make(struct job *job, struct slice path, uint32_t flags);

/* How many bytes of it to send: not the unused part of path. */
size_t job_size(const struct job *job);

/* Whether len received bytes are a valid job: the size is right; the path has
 * no NUL, no empty, "." or ".." segment and no slash at either end; the flags
 * are known, JOB_LISTING is with JOB_SLASH, its details are with it, and there
 * is at most one sort key. */
bool job_is_valid(const struct job *job, size_t len);

/* Whether len received bytes, with or without a descriptor, are a
 * valid answer. */
bool found_is_valid(const struct found *found, size_t len, bool has_fd);

/* The version of a file by its stat. */
struct version version_of(const struct stat *st);

/* Whether it is the same file with the same inode data. */
bool version_is_same(const struct version *a, const struct version *b);

/* Whether a file that was the first and is the second still has its bytes, as
 * far as the inode can tell. A file that loses a name, since it is deleted or
 * another one is renamed over it, has another time of its inode (changed) and
 * the same bytes. Nothing else excuses that time: a file that gains a name, or
 * another owner, is taken for one that was written and had its time of
 * modification set back. */
bool version_has_same_bytes(
	const struct version *was, const struct version *is);

#endif
