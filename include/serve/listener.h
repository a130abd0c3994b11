/*
 * listener.h - clients come in.
 *
 * A turn accepts LISTENER_SHARE of them at most. When there are as many clients
 * as there may be, or no descriptors, whoever has been idle for longest goes.
 * Where nobody idles, the newcomer hears 503: with the descriptor that is kept
 * for that, if need be. Then the listener takes a breath, or poll() would spin.
 */
#ifndef CONTD_SERVE_LISTENER_H
#define CONTD_SERVE_LISTENER_H

#include "serve/server.h"

enum { LISTENER_SHARE = 64 };

/* Accepts from now on; takes charge of fd. */
void listener_open(struct server *server, int fd);

/* Accepts who is in the queue, then closes. */
void listener_close(struct server *server, int fd);

#endif
