/*
 * reply.h - the decision: what is answered to this request, for what was found.
 *
 * Pure: structs in, a struct out, and from that the bytes of the head. RFC 9110
 * lives here and in http/; nothing here knows a descriptor.
 */
#ifndef CONTD_SERVE_REPLY_H
#define CONTD_SERVE_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "helper/job.h"
#include "http/conditions.h"
#include "http/request.h"
#include "http/uri.h"
#include "site/site.h"

enum {
	REPLY_ETAG_MAX = 48,
	REPLY_HEAD_MAX = 8192 /* bytes of head and page */
};

struct reply {
	int status;
	bool close; /* say so, and close when it is sent */

	/* of a file, or a part of it */
	bool has_file;
	uint64_t first, len; /* the bytes to send */
	uint64_t size;       /* of the whole */
	struct slice type;
	struct slice cache_control;
	struct validators validators;
	char etag[REPLY_ETAG_MAX]; /* behind validators.etag */

	/* of a directory without its slash */
	bool redirect;
	struct uri to;
};

/* The answer to GET and HEAD of this path. date: the time of day in nanoseconds
 * since 1970. The slices of uri and site must outlive the reply. */
void reply_decide(struct reply *reply, const struct request *request,
	const struct uri *uri, const struct found *found,
	const struct site *site, int64_t date);

/* An answer without a file: an error with its page, or 204 to OPTIONS. */
void reply_refuse(struct reply *reply, int status);

/* Writes head and page; returns how many bytes of them are the head. `date` is
 * the value of Date. b is full when a Location was too long for it. */
size_t reply_write(const struct reply *reply, const struct request *request,
	struct slice date, struct buf *b);

#endif
