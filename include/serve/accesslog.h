/*
 * accesslog.h - a line for each request, in the Combined Log Format.
 *
 *     192.0.2.7 - - [22/Nov/2026:08:00:00 +0000] "GET / HTTP/1.1" 200 512
 *     "referer" "user agent"     (on one line)
 *
 * Bytes of the client's are escaped (http/escape.h), so none can forge a line;
 * 512 is what was sent of the body.
 */
#ifndef CONTD_SERVE_ACCESSLOG_H
#define CONTD_SERVE_ACCESSLOG_H

#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"
#include "http/request.h"
#include "sys/sys.h"

/* The fields of a line that are from the request. A NULL slice: none. */
struct access_text {
	struct slice line, referer, agent;
};

struct access_text access_text_of(const struct request *request);

struct access {
	const struct sys_peer *peer;
	struct slice date; /* by date_write_clf */
	struct access_text text;
	int status;
	uint64_t sent; /* bytes of the content */
};

/* Writes the line, without its newline. */
void access_write(struct buf *b, const struct access *access);

/* Writes it to the journal (loop/journal.h). */
void access_log(const struct access *access);

/* The address as text; "unix:" for a local socket. */
void access_write_peer(struct buf *b, const struct sys_peer *peer);

#endif
