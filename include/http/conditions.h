/*
 * conditions.h - preconditions (RFC 9110, 13).
 *
 * What a request demands of the file's state, judged in the one order that
 * section 13.2.2 gives: If-Match, else If-Unmodified-Since; then
 * If-None-Match, else If-Modified-Since; then, for a Range, If-Range.
 */
#ifndef CONTD_HTTP_CONDITIONS_H
#define CONTD_HTTP_CONDITIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "http/request.h"

/* What we say of the file's version. */
struct validators {
	struct slice etag; /* with its quotes, and W/ in front when weak; empty:
			      there is none */
	bool dated;        /* there is a Last-Modified */
	int64_t modified;  /* it, in seconds since 1970 */
	struct slice words; /* it, as it was sent; empty: nobody knows */
};

enum verdict {
	VERDICT_GO,           /* do what the method says */
	VERDICT_NOT_MODIFIED, /* 304 */
	VERDICT_FAILED        /* 412 */
};

/* Steps 1 to 4, for GET and HEAD of a file that exists. now: the time of day in
 * seconds, for dates with two digits of the year. Invalid dates and empty
 * lists count as absent. */
enum verdict conditions_judge(const struct request *request,
	const struct validators *validators, int64_t now);

/* Step 5: whether the Range field counts. True without an If-Range; with one,
 * only if it is the strong etag, or exactly the date, of this version, and a
 * date only if it is strong: 60 seconds old at least (RFC 9110, 8.8.2.2). */
bool conditions_allow_range(const struct request *request,
	const struct validators *validators, int64_t now);

#endif
