/*
 * ready.h - the answer that most requests get, made once.
 *
 * A plain request (GET, HTTP/1.1, no condition, no range, nothing to negotiate)
 * of a small file always gets the same bytes but for the Date. The first such
 * answer is kept in front of the file's copy (files/copy.h); the next ones are
 * found by their name and sent as they are.
 */
#ifndef CONTD_SERVE_READY_H
#define CONTD_SERVE_READY_H

#include "base/slice.h"
#include "files/file.h"
#include "http/request.h"
#include "serve/exchange.h"
#include "serve/server.h"
#include "serve/volley.h"

enum { READY_MAX = 256 * 1024 }; /* bytes of a file that leave at once */

/* Adds the answer to this request to the volley, and its line to the log, if it
 * is ready and there is room. */
bool ready_add(struct server *server, const struct sys_peer *peer,
	const struct request *request, struct volley *volley);

/* Keeps the head of an exchange that was answered, if others may get it. */
void ready_keep(const struct exchange *exchange);

#endif
