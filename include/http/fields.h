/*
 * fields.h - the field lines of a request and what they say of its framing.
 *
 * The second half of request_parse(); others want http/request.h.
 */
#ifndef CONTD_HTTP_FIELDS_H
#define CONTD_HTTP_FIELDS_H

#include "http/request.h"

/* Reads request->fields, whose lines are known to end in CRLF and to hold no
 * control characters, and fills in what depends on them; method, target and
 * minor are set. Returns 0, or the status to refuse the request with. */
int fields_read(struct request *request);

#endif
