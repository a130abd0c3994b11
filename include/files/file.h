/*
 * file.h - an open regular file, shared by all that use it.
 *
 * It counts its holders and is closed by the last one. Its version is what the
 * lookup found; whether it still has that version, fstat() of the descriptor
 * tells without waiting (its metadata is in memory).
 */
#ifndef CONTD_FILES_FILE_H
#define CONTD_FILES_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "files/copy.h"
#include "helper/job.h"

/* Bytes of memory that files of one kind take together, and their limit. */
struct scale {
	uint64_t weight, most;
};

struct fileread;
struct label;

struct file {
	int fd;
	struct found found; /* as the lookup found it */
	unsigned holders;
	uint64_t turn;       /* the turn in which fstat last agreed */
	struct copy *copy;   /* of its bytes, or NULL */
	struct copy *draft;  /* unfinished copy, or NULL */
	unsigned parts;      /* of it that were read (fill.h) */
	bool filling;        /* fill.h reads it for a copy */
	struct scale *scale; /* that its memory counts on, or NULL */
	uint64_t weight;     /* its bytes there */

	uint32_t *warm;      /* files/direct.h; freed with it; or NULL */
	struct label *label; /* serve/label.h; freed with it; or NULL */
};

/* Makes a file with one holder; takes ownership of fd. NULL without memory, and
 * then fd is closed. */
struct file *file_new(int fd, const struct found *found);

/* Adds a holder; returns file. */
struct file *file_hold(struct file *file);
/* Removes a holder; the last one closes the file. NULL is ignored. */
void file_drop(struct file *file);

/* A stream of its bytes, with a descriptor of its own: libraries queue the reads
 * of one descriptor behind each other. NULL: a shortage. */
struct fileread *file_stream(const struct file *file);

/* Nobody replaced, edited or deleted it: asked once a turn. */
bool file_is_current(struct file *file);

/* Whether it still has the bytes of its version. */
bool file_has_same_bytes(const struct file *file);

/* Adds to the file's bytes on a scale; its end subtracts them all. */
void file_weigh(struct file *file, struct scale *scale, uint64_t weight);

/* These bytes of it were just read: adds them to the draft of a copy, if they
 * are the next ones. When the draft is complete and the file still has the
 * bytes of its version, the draft becomes the copy. Files of more than COPY_MAX
 * bytes, or of more than 1/FILE_PART of the scale's limit, have none; all
 * copies together, in use or not, take no more than that limit. */
enum { FILE_PART = 16 };
void file_grow_copy(struct file *file, uint64_t offset, struct slice bytes);

/* Whether it has no copy yet but could have one. */
bool file_may_have_copy(const struct file *file);

/* Whether it changed less than FILE_YOUNG nanoseconds before date: a write()
 * may still be running, as it sets the time of modification when it begins. */
enum { FILE_YOUNG = 100 * 1000 * 1000 };
bool file_is_young(const struct file *file, int64_t date);

#endif
