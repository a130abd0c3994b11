/*
 * accept.h - content negotiation (RFC 9110, 12).
 */
#ifndef CONTD_HTTP_ACCEPT_H
#define CONTD_HTTP_ACCEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "http/request.h"

/* Content codings (RFC 9110, 8.4.1), in order of preference. */
enum coding {
	CODING_BR,
	CODING_ZSTD,
	CODING_GZIP,
	CODING_COUNT,
	CODING_IDENTITY = CODING_COUNT, /* none */
	CODING_NONE_WILL_DO             /* none is acceptable: 406 */
};

/* The name of the coding in a field ("br"). */
struct slice coding_name(enum coding coding);
/* The suffix of precompressed files (".br"). */
struct slice coding_suffix(enum coding coding);

/* A letter for ETags of this coding: "b", "z", "g"; "" for identity. */
struct slice coding_mark(enum coding coding);

/*
 * Chooses by Accept-Encoding (12.5.3; all its field lines) among identity and
 * the codings of the set (1 << enum coding): the one with the highest q; if
 * these are equal, by the order of the enum, identity last. Without the field,
 * or if it is malformed: identity. An empty field allows only identity. x-gzip
 * is gzip.
 */
enum coding accept_coding(const struct request *request, uint32_t codings);

/* Whether Accept prefers application/json to text/html (12.5.1); false
 * without the field, or if both have the same q. Here and below malformed
 * elements are ignored. */
bool accept_prefers_json(const struct request *request);

/* Whether this is a navigation: Accept names text/html itself, not by a
 * wildcard, with a q above 0. */
bool accept_is_navigation(const struct request *request);

#endif
