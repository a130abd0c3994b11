/*
 * label.h - what answers say of a file, written once.
 *
 * Every answer with the same version of a file, found under the same name, says
 * the same of it. So the head of the plain one (GET, HTTP/1.1, nothing to
 * negotiate) is kept with the file, and the heads of the others are put
 * together from its lines: of HEAD, of a part, of 304, of the last answer on a
 * connection. Only Date is new each time.
 *
 * Not of a file whose head will be another one in a minute: an etag loses its
 * weakness, and a Last-Modified that is Date moves with it.
 */
#ifndef CONTD_SERVE_LABEL_H
#define CONTD_SERVE_LABEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "files/file.h"
#include "http/conditions.h"
#include "http/range.h"
#include "serve/reply.h"
#include "site/site.h"

enum { LABEL_MAX = 1024 /* bytes of a head that is kept */ };

struct label {
	struct validators validators; /* with the etag below */
	char etag[REPLY_ETAG_MAX];

	/* lines of the head */
	struct slice type;  /* Content-Type */
	struct slice cache; /* what a cache must know, sent or not */
	struct slice rest;  /* the operator's own, to the empty line */

	size_t len;
	char head[];
};

/* Gives a file that this path led to its label, in memory of one piece. False:
 * it can have none now. date: the time of day in nanoseconds. */
bool label_make(struct file *file, const struct site *site, struct slice path,
	int64_t date);

/* How an answer differs from the plain one. */
struct label_use {
	int status;                /* 200, 206 or 304 */
	const struct range *range; /* of a 206 */
	uint64_t size;             /* of the file */
	struct slice date;         /* the value of Date */
	bool close;
	int minor; /* of the request's version */
};

/* Writes the head of an answer. */
void label_write(
	const struct label *label, const struct label_use *use, struct buf *b);

/* Where in the head of the plain answer the Date stands. */
size_t label_date_at(void);

#endif
