/*
 * request.h - parses a request head (RFC 9112, 2 to 6).
 *
 * It is strict: a head that two parsers could understand differently is
 * refused, since the other parser may be a cache or a filter in front of this
 * server. Lines end in CRLF. Refused with 400 are a bare LF or CR, NUL, a space
 * before a colon, a folded line, two Hosts, and a Content-Length that is
 * malformed, repeated or together with Transfer-Encoding.
 *
 * The struct has slices of the bytes that were given and owns nothing.
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

/* The fields that are used. */
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
	struct slice line;   /* the request line, as received */
	struct slice target; /* the request-target in it */
	int minor;           /* HTTP/1.minor: 0 or 1 */

	/* The field lines, without the empty line; and for each known field its
	 * first value, trimmed, or a NULL slice. A host in the target replaces
	 * the Host field (RFC 9112, 3.2.2). */
	struct slice fields;
	struct slice field[FIELD_COUNT];
	unsigned repeated; /* 1 << enum field: fields with several lines */

	bool keep_alive;       /* by version and Connection */
	bool expects_continue; /* Expect: 100-continue, HTTP/1.1 only */
	enum framing framing;  /* of the content that follows the head */
	uint64_t length;       /* bytes of it, for FRAMING_LENGTH */
};

/*
 * Parses the head at the start of `bytes`. *seen is the state between calls on
 * a growing buffer, 0 at first: no byte is examined twice while the head is not
 * complete, so that a client that sends single bytes costs no more.
 *
 * Returns > 0, the length of the head, with its empty line and the empty lines
 * before it (RFC 9112, 2.2); 0 if it is incomplete and has no error so far; or
 * < 0, minus the status to refuse it with: 400, 414, 417, 431, 501 (a transfer
 * coding), 505. After a refusal the struct is set as far as the head was parsed
 * (for the log); the connection must be closed. An unknown method is not
 * refused here.
 *
 * A head that is not complete after REQUEST_HEAD_MAX bytes is refused, so a
 * buffer of that size is always enough.
 */
ptrdiff_t request_parse(
	struct slice bytes, size_t *seen, struct request *request);

/* Whether a field has more than one line. */
static inline bool request_repeats(
	const struct request *request, enum field field)
{
	return (request->repeated >> field & 1) != 0;
}

/* Sets *value to the field's next value; before the first call it must be a
 * NULL slice. False when there is no other. Not for FIELD_HOST, whose value may
 * be from the target. */
bool request_next(
	const struct request *request, enum field field, struct slice *value);

#endif
