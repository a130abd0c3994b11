/*
 * ready.h - answers that need no exchange: what they say is known already.
 *
 * A file that is open has its label (serve/label.h), and a small one its copy:
 * with these GET, HEAD, a part, 304 and the last answer of a connection are put
 * together at once. The most frequent one, the plain GET, stands ready as a
 * whole in front of the copy (files/copy.h). A page of our own is at hand when
 * nothing has to be looked up for it: a name that is believed not to be there,
 * a redirect.
 *
 * Whatever else it is, or is not known, is for an exchange.
 */
#ifndef CONTD_SERVE_READY_H
#define CONTD_SERVE_READY_H

#include <stdbool.h>

#include "http/request.h"
#include "serve/server.h"
#include "serve/volley.h"
#include "sys/sys.h"

enum { READY_MAX = 256 * 1024 }; /* bytes of a body that leave at once */

/* Adds the answer to this request to the volley, and its line to the log, if it
 * is ready and there is room. close: it is the last one of its client. */
bool ready_add(struct server *server, const struct sys_peer *peer,
	const struct request *request, bool close, struct volley *volley);

#endif
