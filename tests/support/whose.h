/*
 * whose.h - which process of a server has a client.
 */
#ifndef CONTD_TESTS_WHOSE_H
#define CONTD_TESTS_WHOSE_H

#include <sys/types.h>

#include "client.h"
#include "server.h"

/* Connects to the server's first place, on 127.0.0.1, again and again until it
 * is this worker that has the client. All workers must be able to answer. */
void client_open_with(struct client *c, const struct server *s, pid_t worker);

/* Whether that is so, of a connection (a socket of ours) that was accepted. */
bool whose_is(int fd, const struct server *s, pid_t worker);

#endif
