/*
 * listener.h - clients come in.
 *
 * A turn accepts LISTENER_SHARE of them at most, and room.h says who finds
 * room. Without descriptors they come in by the one that is kept for that:
 * somebody goes for them, or they hear 503. Then the listener takes a breath,
 * or poll() would spin.
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
