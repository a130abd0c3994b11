/*
 * listen_unix.h - the part of listen.h for Unix-domain sockets.
 */
#ifndef CONTD_MASTER_LISTEN_UNIX_H
#define CONTD_MASTER_LISTEN_UNIX_H

#include "master/listen.h"

/* Bytes of a path: fewer than sun_path has, which needs room for a suffix. */
enum { LISTEN_UNIX_MAX = 95 };

/* Binds, listens and renames the socket to its path; replaces a socket there on
 * which nobody listens. listener->address must be set. Returns 0, or a status
 * with the reason. */
int listen_unix_open(struct listener *listener, struct buf *error);

/* Removes the socket from the file system if it is still the one we made. */
void listen_unix_remove(const struct listener *listener);

/* Makes a stream socket: non-blocking, close-on-exec. In listen.c. */
int listen_socket(int family);

#endif
