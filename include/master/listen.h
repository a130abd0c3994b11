/*
 * listen.h - the listening sockets.
 *
 *     127.0.0.1:8080    [::1]:8080    localhost:8080    unix:/run/contd.sock
 *     :8080             every interface, IPv4 and IPv6
 *
 * Only addresses: a host name would need a lookup, and its address may change.
 * Port 0 is any free port. A Unix-domain socket appears only when it is ready
 * (it is bound under another name, then renamed); one that a dead server left
 * is replaced, that of a running one is not. Everybody who may enter its
 * directory can connect to it.
 *
 * Each worker has its own socket on the port, if the system distributes clients
 * among them (sys_share_port); otherwise all share one.
 */
#ifndef CONTD_MASTER_LISTEN_H
#define CONTD_MASTER_LISTEN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/buf.h"
#include "options.h"

struct listen_address {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
		struct sockaddr_un un;
	} at;
	socklen_t len;
	bool every; /* :PORT; only IPv4 if the machine has no IPv6 */
};

struct listener {
	int fd; /* of the first worker, or of all; -1: closed */
	int more[OPTIONS_WORKERS_MAX - 1]; /* of the other workers */
	size_t more_count;                 /* 0: all share fd */
	const char *text;
	struct listen_address address;
	dev_t device; /* of a Unix-domain socket */
	ino_t inode;
};

/* Parses an address. Returns 0, or STATUS_USAGE with the reason. */
int listen_parse(
	const char *text, struct listen_address *address, struct buf *error);

/* Listens there: non-blocking, close-on-exec. Returns 0, or a status with the
 * reason and what to do. text is not copied and must stay valid. */
int listen_open(struct listener *listener, const char *text, struct buf *error);

/* Makes a socket for each worker on the port. If this is not possible all share
 * one. To be called directly after listen_open. */
void listen_divide(struct listener *listener, size_t workers);

/* The socket for this worker, counted from 0. */
int listen_fd(const struct listener *listener, size_t worker);

/* Appends its URL, with the actual port. */
void listen_url(const struct listener *listener, struct buf *b);

/* Closes its sockets; removes a Unix-domain socket if it is still ours. */
void listen_close(struct listener *listener);

#endif
