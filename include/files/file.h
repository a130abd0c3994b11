/*
 * file.h - an open regular file, shared by those who send it.
 *
 * Counted: it closes with its last holder. What it was when it was looked up is
 * its version; whether it still is that, the open descriptor tells at any time
 * without waiting (its metadata is in memory).
 */
#ifndef CONTD_FILES_FILE_H
#define CONTD_FILES_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "files/copy.h"
#include "helper/job.h"

/* What the files of one kind weigh together, and may at most. */
struct scale {
	uint64_t weight, most;
};

struct fileread;
struct label;

struct file {
	int fd;
	struct found found; /* what it was looked up as */
	unsigned holders;
	uint64_t turn;       /* the turn in which fstat last agreed */
	struct copy *copy;   /* of its bytes, or NULL */
	struct copy *draft;  /* of its first bytes, or NULL */
	unsigned parts;      /* read, without a copy; see fill.h */
	bool filling;        /* it is read for its copy's sake */
	struct scale *scale; /* what it is weighed on, or NULL */
	uint64_t weight;     /* on that scale */

	uint32_t *warm;      /* files/direct.h; freed with it; or NULL */
	struct label *label; /* serve/label.h; freed with it; or NULL */
};

/* Takes charge of fd, with one holder; NULL
 * without memory, and then fd is closed. */
struct file *file_new(int fd, const struct found *found);

/* Another holder; one holder less. NULL is let pass by the second. */
struct file *file_hold(struct file *file);
void file_drop(struct file *file);

/* A stream of its bytes, with a descriptor of its own: libraries queue the reads
 * of one descriptor behind each other. NULL: a shortage. */
struct fileread *file_stream(const struct file *file);

/* Nobody replaced, edited or deleted it: asked once a turn. */
bool file_is_current(struct file *file);

/* It still has the bytes that it was looked up with. */
bool file_has_same_bytes(const struct file *file);

/* Puts it on a scale, or adds to what it
 * weighs there; it is taken off at its end. */
void file_weigh(struct file *file, struct scale *scale, uint64_t weight);

/* These bytes of it were just read: they may become part of a copy. Once it is
 * whole, and the file still has the bytes that it was looked up with, it is the
 * copy. Files of more than COPY_MAX bytes, or of more than a FILE_PART of what
 * the scale may bear, have none; all copies together, in use or not, weigh no
 * more than that. */
enum { FILE_PART = 16 };
void file_grow_copy(struct file *file, uint64_t offset, struct slice bytes);

/* Whether a copy of it is not there yet but could be. */
bool file_may_have_copy(const struct file *file);

/* It was changed less than FILE_YOUNG nanoseconds before date: whoever writes
 * may be writing still, as the time of a change is set when a write begins. */
enum { FILE_YOUNG = 100 * 1000 * 1000 };
bool file_is_young(const struct file *file, int64_t date);

#endif
