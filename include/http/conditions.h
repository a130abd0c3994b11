/*
 * conditions.h - preconditions (RFC 9110, 13).
 *
 * They are evaluated in the order of section 13.2.2: If-Match, else
 * If-Unmodified-Since; then If-None-Match, else If-Modified-Since; then, for a
 * Range, If-Range.
 */
#ifndef CONTD_HTTP_CONDITIONS_H
#define CONTD_HTTP_CONDITIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "http/request.h"

/* The validators of the file's version (RFC 9110, 8.8). */
struct validators {
	struct slice etag; /* with its quotes, and W/ in front when weak; empty:
			      there is none */
	bool dated;        /* there is a Last-Modified */
	int64_t modified;  /* its value in seconds since 1970 */
	struct slice words; /* its value as text; empty: not known */
};

enum verdict {
	VERDICT_GO,           /* perform the method */
	VERDICT_NOT_MODIFIED, /* 304 */
	VERDICT_FAILED        /* 412 */
};

/* Steps 1 to 4, for GET and HEAD of a file that exists. now: the time of day in
 * seconds, for dates whose year has two digits. Invalid dates and empty lists
 * are ignored. */
enum verdict conditions_judge(const struct request *request,
	const struct validators *validators, int64_t now);

/* Step 5: whether the Range field applies. True without If-Range; with it, only
 * if its value is the strong ETag of this version, or exactly its Last-Modified
 * and that is strong: at least 60 seconds old (RFC 9110, 8.8.2.2). */
bool conditions_allow_range(const struct request *request,
	const struct validators *validators, int64_t now);

#endif
