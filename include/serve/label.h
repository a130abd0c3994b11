/*
 * label.h - the response head of a file, written once.
 *
 * All responses with the same version of a file under the same name have the
 * same fields. So the head of the plain one (GET, HTTP/1.1, no negotiation) is
 * kept with the file, and other heads are made from its lines: for HEAD, 206,
 * 304, and the last response on a connection. Only Date is new each time.
 *
 * A file whose head will soon change has no label: its ETag is still weak, or
 * its Last-Modified is limited to Date.
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
	struct slice cache; /* those that a 304 has too */
	struct slice rest;  /* those of the operator, up to the empty line */

	size_t len;
	char head[];
};

/* Makes the label of a file, which was found by this path. False: it can have
 * none now. date: the time of day in nanoseconds. */
bool label_make(struct file *file, const struct site *site, struct slice path,
	int64_t date);

/* How a response differs from the plain one. */
struct label_use {
	int status;                /* 200, 206 or 304 */
	const struct range *range; /* of a 206 */
	uint64_t size;             /* of the file */
	struct slice date;         /* the value of Date */
	bool close;
	int minor; /* of the request's version */
};

/* Appends the head of a response. */
void label_write(
	const struct label *label, const struct label_use *use, struct buf *b);

/* The offset of the Date's value in the plain head. */
size_t label_date_at(void);

#endif
