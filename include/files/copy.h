/*
 * copy.h - a file in memory, with its answer in front of it.
 *
 * The bytes of one version of a file, put together block by block as they are
 * read for a client, and found unchanged after the last. In front of them is
 * room for the head of the answer that most requests get, so
 * that head and body are one piece of memory and leave with one send. Only the
 * Date in that head changes, once a second.
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
	COPY_ROOM = 640             /* bytes of a head that fits */
};

struct copy {
	size_t size;
	size_t filled;   /* so many bytes are there; size: all */
	size_t head_len; /* 0: there is no head yet */
	size_t date_at;  /* where in the head the Date is */
	int64_t second;  /* that it was written for */
	size_t sending;  /* sockets that it is on its way to */
	char room[COPY_ROOM];
	char bytes[];
};

/* Room for the copy of a file of this size; NULL without memory. */
struct copy *copy_new(size_t size);
void copy_free(struct copy *copy);

/* The bytes from offset on, if they are the next ones. */
void copy_add(struct copy *copy, size_t offset, struct slice bytes);

/* What it weighs. */
size_t copy_weight(const struct copy *copy);

/* Keeps a head whose Date stands at date_at;
 * one that has no room is not kept. */
void copy_set_head(
	struct copy *copy, struct slice head, size_t date_at, int64_t second);

/* Whether there is a head, and it may have the Date of this second: not while
 * somebody has half of it. */
bool copy_is_ready(const struct copy *copy, int64_t second);

/* Head and body of a ready copy, with this Date, written for this second. */
struct slice copy_answer(
	struct copy *copy, const char date[DATE_LEN], int64_t second);

#endif
