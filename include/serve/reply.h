/*
 * reply.h - decides the response to a request, from the file that was found.
 *
 * Only computation, without system calls: from structs a struct is made, and
 * from that the bytes of the head. This module and http/ implement RFC 9110.
 */
#ifndef CONTD_SERVE_REPLY_H
#define CONTD_SERVE_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "helper/job.h"
#include "http/accept.h"
#include "http/conditions.h"
#include "http/multipart.h"
#include "http/range.h"
#include "http/request.h"
#include "site/site.h"

enum {
	REPLY_ETAG_MAX = 48,
	REPLY_TYPE_MAX = SITE_TYPE_MAX,
	REPLY_HEAD_MAX = 8192, /* bytes of the head and our own page */
	REPLY_ERRORS = 400     /* the lowest status of an error */
};

enum reply_body {
	REPLY_PAGE,    /* our own page for the status, or nothing */
	REPLY_FILE,    /* the file, or one part of it */
	REPLY_PARTS,   /* several parts of the file: multipart/byteranges */
	REPLY_LISTING, /* a listing, rendered */
	REPLY_ERROR    /* the site's own page for the status */
};

/* What was found for a request. */
struct choice {
	const struct found *found;
	struct slice path;  /* of the file, for its type and the rules */
	enum coding coding; /* of the file */
	bool by_coding;     /* Accept-Encoding was considered */
	bool by_type;       /* Accept was considered */
	bool json;          /* a listing in JSON */
};

struct reply {
	int status;
	bool close; /* send "Connection: close", then close */
	enum reply_body body;

	uint64_t first, len; /* the bytes of the file to send; of REPLY_PARTS
				len is that of the whole multipart body */
	uint64_t size;       /* of the whole file */
	size_t parts;        /* of REPLY_PARTS */

	struct slice path; /* the rules for it apply */
	struct slice type;
	char type_bytes[REPLY_TYPE_MAX]; /* type may be a slice of this */
	struct slice cache_control;
	enum coding coding;
	bool by_coding, by_type;
	bool json;
	struct validators validators;
	char etag[REPLY_ETAG_MAX]; /* validators.etag is a slice of this */
	char boundary[MULTIPART_BOUNDARY_LEN];
	struct slice location; /* of a redirect */
};

/* Decides the response to GET or HEAD of a file or a listing. date: the time of
 * day in nanoseconds since 1970. For REPLY_PARTS the first `parts` of ranges
 * are set. The slices of choice and site must outlive the reply. */
void reply_decide(struct reply *reply, const struct request *request,
	const struct choice *choice, const struct site *site, int64_t date,
	struct range ranges[RANGE_MAX]);

/* An error with the site's page for it, which is a file: type and length are
 * those of the page, the other fields those of the status. Conditions and ranges
 * do not apply to it. Cache rules for the path of the page do not apply either:
 * caches would keep the error as long as the page. The caller sets reply->path,
 * the path whose header rules apply. */
void reply_error(struct reply *reply, const struct choice *page,
	const struct site *site, int status);

/* Whether the Range field of this request applies, for a file with these
 * validators. now: the time of day in seconds. */
bool reply_has_range(const struct request *request,
	const struct validators *validators, int64_t now);

/* The status for this method that does not depend on the name; 0: it does. */
int reply_status_of_method(enum method method);

/* Makes a response without a file: an error or redirect with our own page, or
 * 204 to OPTIONS. */
void reply_refuse(struct reply *reply, int status);

/* Appends head and page; returns the length of the head. `date` is the value of
 * Date. b is full when something was too long for it. */
size_t reply_write(const struct reply *reply, const struct request *request,
	const struct site *site, struct slice date, struct buf *b);

#endif
