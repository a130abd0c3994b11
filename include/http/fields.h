/*
 * fields.h - the field lines of a request, and its framing.
 *
 * A part of request_parse(); other modules use http/request.h.
 */
#ifndef CONTD_HTTP_FIELDS_H
#define CONTD_HTTP_FIELDS_H

#include "http/request.h"

/* Parses request->fields, whose lines must end in CRLF and have no control
 * characters, and sets what depends on them; method, target and minor must be
 * set. Returns 0, or the status to refuse the request with. */
int fields_read(struct request *request);

#endif
