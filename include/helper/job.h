/*
 * job.h - the two messages between the loop and a helper.
 *
 * The loop asks with a job, the helper answers with what it found, and with the
 * descriptor of the file. A channel carries one job at a time, so neither needs
 * an identity. Both sides are this very binary, so the structs travel as they
 * are; each is checked all the same, because the helper is the process that
 * touches hostile names and the loop is the one that must not fall.
 */
#ifndef CONTD_HELPER_JOB_H
#define CONTD_HELPER_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/slice.h"

enum { JOB_PATH_MAX = 8192 };

/* What is asked of a name; the parts of a listing count with JOB_LISTING. */
enum job_flag {
	JOB_SLASH = 1,    /* a directory is meant, look for its index */
	JOB_VARIANTS = 2, /* say which precompressed neighbours there are */
	JOB_LISTING = 4,  /* render what is in the directory */
	JOB_JSON = 8,     /* as JSON, otherwise as HTML */
	JOB_BY_SIZE = 16, /* sorted by size, by time, otherwise by name */
	JOB_BY_TIME = 32,
	JOB_DESCENDING = 64, /* the other way round */
	JOB_FLAGS = 127
};

struct job {
	uint32_t len;            /* bytes of path */
	uint32_t flags;          /* enum job_flag */
	char path[JOB_PATH_MAX]; /* as http/uri makes it: below the root */
};

/* One version of one file: what of it must be equal for its bytes to be. */
struct version {
	uint64_t device;
	uint64_t inode;
	int64_t size;
	int64_t modified; /* nanoseconds since 1970 */
	int64_t changed;  /* the same of its inode */
	uint64_t links;   /* names that it has */
};

enum found_kind {
	FOUND_FILE,      /* a regular file; its descriptor comes along */
	FOUND_LISTING,   /* a rendered listing, likewise */
	FOUND_DIRECTORY, /* a directory, and JOB_SLASH was not set: redirect */
	FOUND_NO_INDEX,  /* a directory without an index: 403 */
	FOUND_NOTHING,   /* no such name: 404 */
	FOUND_DENIED, /* no permission, no regular file, a link outside: 403 */
	FOUND_SHORTAGE, /* out of descriptors or memory: 503 */
	FOUND_BROKEN,   /* the disk says EIO or worse: 500 */
	FOUND_MOVED,    /* not looked for: ask another helper, this one ends */
	FOUND_KINDS
};

struct found {
	uint32_t kind;    /* enum found_kind */
	uint32_t index;   /* 1: the file is the index of the directory asked */
	uint32_t codings; /* 1 << enum coding: neighbours that are there */
	uint32_t remote;  /* 1: not in a file system of this machine */
	struct version version; /* of a FOUND_FILE or a FOUND_LISTING */

	/* Of the directory in which a FOUND_FILE stands by the name that was
	 * asked for, just before it was looked for; 0: it was a link there, or
	 * is remote. */
	struct version folder;
};

/* Fills the job; false when the path is too long. */
bool job_make(struct job *job, struct slice path, uint32_t flags);

/* The bytes of it to send: only the used part of path. */
size_t job_size(const struct job *job);

/* Whether len received bytes are a job: sizes agree; the path has no NUL, no
 * empty, "." or ".." segment and no slash at either end; the flags are known
 * ones, JOB_LISTING with JOB_SLASH, its details with it, one order at most. */
bool job_is_valid(const struct job *job, size_t len);

/* Whether len received bytes, with or without a descriptor, are an answer. */
bool found_is_valid(const struct found *found, size_t len, bool has_fd);

/* The version that a stat tells of. */
struct version version_of(const struct stat *st);

/* The same file with the same inode data; or only: the same bytes, as far as
 * the inode can tell. A rename over it, or a link to it, changes the first and
 * not the second. */
bool version_is_same(const struct version *a, const struct version *b);
bool version_has_same_bytes(const struct version *a, const struct version *b);

#endif
