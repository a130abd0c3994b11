/*
 * request.h - a request head: bytes in, a struct out (RFC 9112, 2 to 6).
 *
 * Strict: whatever two readers could understand in two ways is refused, since
 * the other reader may be a cache or a filter in front of us. Lines end in
 * CRLF; a bare LF or CR, NUL, a space before a colon, a folded line, two Hosts,
 * a Content-Length that is odd, repeated or beside a Transfer-Encoding are 400.
 *
 * The struct holds slices of the bytes that were given and owns nothing.
 */
#ifndef CONTD_HTTP_REQUEST_H
#define CONTD_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum {
	REQUEST_LINE_MAX = 8192,  /* bytes of a request line, else 414 */
	REQUEST_HEAD_MAX = 16384, /* bytes of a whole head, else 431 */
	REQUEST_FIELDS_MAX = 128  /* field lines, else 431 */
};

enum method {
	METHOD_GET,
	METHOD_HEAD,
	METHOD_OPTIONS,
	METHOD_OTHER,  /* registered, but not for files: 405 */
	METHOD_UNKNOWN /* 501 */
};

/* The fields that mean something to us. */
enum field {
	FIELD_HOST,
	FIELD_CONNECTION,
	FIELD_CONTENT_LENGTH,
	FIELD_TRANSFER_ENCODING,
	FIELD_EXPECT,
	FIELD_RANGE,
	FIELD_IF_RANGE,
	FIELD_IF_MATCH,
	FIELD_IF_NONE_MATCH,
	FIELD_IF_MODIFIED_SINCE,
	FIELD_IF_UNMODIFIED_SINCE,
	FIELD_ACCEPT,
	FIELD_ACCEPT_ENCODING,
	FIELD_REFERER,
	FIELD_USER_AGENT,
	FIELD_COUNT
};

enum framing { FRAMING_NONE, FRAMING_LENGTH, FRAMING_CHUNKED };

struct request {
	enum method method;
	struct slice line;   /* the request line, as it came */
	struct slice target; /* the request-target in it */
	int minor;           /* HTTP/1.minor: 0 or 1 */

	/* The field lines, without the empty line, and for each known field its
	 * first value, trimmed; at is NULL where there is none. A host in the
	 * target takes the place of the Host field (RFC 9112, 3.2.2). */
	struct slice fields;
	struct slice field[FIELD_COUNT];
	unsigned repeated; /* 1 << enum field: those with more than one */

	bool keep_alive;       /* what version and Connection ask for */
	bool expects_continue; /* Expect: 100-continue, HTTP/1.1 only */
	enum framing framing;  /* of the content that follows the head */
	uint64_t length;       /* bytes of it, for FRAMING_LENGTH */
};

/*
 * Reads the head at the start of `bytes`. *seen is the memory between calls on
 * a growing buffer, 0 at first: no byte is looked at twice while the head is
 * not complete, so that a client that sends byte by byte buys nothing.
 *
 * Returns > 0, the bytes of the head, with its empty line and the empty lines
 * before it (RFC 9112, 2.2); 0, incomplete so far and nothing wrong yet; or
 * < 0, minus the status to refuse it with: 400, 414, 417, 431, 501
 * (a transfer coding), 505. After a refusal the struct is filled as far as it
 * was understood (for the log); the connection cannot be used any more. An
 * unknown method is no refusal: its head is read to the end.
 *
 * A head that has the room of REQUEST_HEAD_MAX bytes and is not complete is
 * refused, so a buffer of that size is always enough.
 */
ptrdiff_t request_parse(
	struct slice bytes, size_t *seen, struct request *request);

/* Whether a field came more than once. */
static inline bool request_repeats(
	const struct request *request, enum field field)
{
	return (request->repeated >> field & 1) != 0;
}

/* The next value of a field that may come more than once: *value is the last
 * one, its at NULL at first. False when there is no other. Not for the host,
 * which may be the target's. */
bool request_next(
	const struct request *request, enum field field, struct slice *value);

#endif
