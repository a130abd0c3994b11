/*
 * listener.h - accepts clients.
 *
 * A turn accepts LISTENER_SHARE of them at most; room.h decides which ones are
 * served. When descriptors run out, the reserved one is closed to accept the
 * client; then another client is closed for it, or it gets 503. After that the
 * listener pauses (WITHIN_RETRY), as poll() would return at once.
 */
#ifndef CONTD_SERVE_LISTENER_H
#define CONTD_SERVE_LISTENER_H

#include "serve/server.h"

enum { LISTENER_SHARE = 64 };

/* Accepts clients from now on; takes ownership of fd. */
void listener_open(struct server *server, int fd);

/* Accepts the clients in the queue, then closes fd. */
void listener_close(struct server *server, int fd);

#endif
