/*
 * ready.h - responses that need no exchange, as nothing has to be waited for.
 *
 * An open file has a label (serve/label.h), and a small one a copy in memory:
 * from these the responses to GET and HEAD, 206, 304 and the last response of a
 * connection are made at once. The most frequent one, to a plain GET, is stored
 * as a whole: its head is in front of the copy (files/copy.h). Our own pages
 * are ready if no name has to be looked up for them: for a redirect, and for a
 * name with a cached negative answer.
 *
 * All other requests need an exchange.
 */
#ifndef CONTD_SERVE_READY_H
#define CONTD_SERVE_READY_H

#include <stdbool.h>

#include "http/request.h"
#include "serve/batch.h"
#include "serve/server.h"
#include "sys/sys.h"

enum { READY_MAX = 256 * 1024 }; /* most bytes of a body */

/* Adds the response to this request to the batch, and its line to the log.
 * False if it is not ready or there is no room. close: it is the client's
 * last one. */
bool ready_add(struct server *server, const struct sys_peer *peer,
	const struct request *request, bool close, struct batch *batch);

#endif
