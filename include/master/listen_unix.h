/*
 * listen_unix.h - listening in the file system; the part of listen.h that
 * leaves something behind.
 */
#ifndef CONTD_MASTER_LISTEN_UNIX_H
#define CONTD_MASTER_LISTEN_UNIX_H

#include "master/listen.h"

/* Bytes of a path: less than sun_path has, for the name it is bound under. */
enum { LISTEN_UNIX_MAX = 95 };

/* Binds, listens and puts the socket in its place; what stands there is
 * replaced if it is a socket that nobody answers. The listener's address is
 * read. Returns 0, or a status with the reason. */
int listen_unix_open(struct listener *listener, struct buf *error);

/* Removes the socket from the file system if it is still the one we made. */
void listen_unix_remove(const struct listener *listener);

/* A stream socket: non-blocking, close-on-exec. In listen.c. */
int listen_socket(int family);

#endif
