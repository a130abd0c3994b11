/*
 * copy.h - a file in memory, with its answer in front of it.
 *
 * The bytes of one version of a file, put together block by block as they are
 * read for a client. In front of them is room for the head of the response that
 * most requests get, so that head and body are contiguous and sent with one
 * call. Only the Date in that head changes, once a second.
 *
 *     room .......[head]bytes
 */
#ifndef CONTD_FILES_COPY_H
#define CONTD_FILES_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "http/date.h"

enum {
	COPY_MAX = 4 * 1024 * 1024, /* bytes of a file that is copied */
	COPY_ROOM = 640             /* bytes for the head */
};

struct copy {
	size_t size;
	size_t filled;   /* bytes that are present; size: all */
	size_t head_len; /* 0: no head yet */
	size_t date_at;  /* offset of the Date in the head */
	int64_t second;  /* the time of that Date */
	size_t sending;  /* responses that use it and are not yet sent */
	char room[COPY_ROOM];
	char bytes[];
};

/* Allocates a copy for a file of this size; NULL without memory. */
struct copy *copy_new(size_t size);
void copy_free(struct copy *copy);

/* Appends bytes that begin at offset; ignored if they are not the next ones. */
void copy_add(struct copy *copy, size_t offset, struct slice bytes);

/* The bytes of memory that it takes. */
size_t copy_weight(const struct copy *copy);

/* Keeps a head, whose Date is at offset date_at, if there is room for it. */
void copy_set_head(
	struct copy *copy, struct slice head, size_t date_at, int64_t second);

/* Whether there is a head with the Date of this second, or one whose Date may
 * be changed: not while it is being sent. */
bool copy_is_ready(const struct copy *copy, int64_t second);

/* Head and body of a ready copy, with `date`, which is that of `second`. */
struct slice copy_answer(
	struct copy *copy, const char date[DATE_LEN], int64_t second);

#endif
