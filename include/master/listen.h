/*
 * listen.h - where we listen.
 *
 *     127.0.0.1:8080    [::1]:8080    localhost:8080    unix:/run/contd.sock
 *     :8080             every interface, IPv4 and IPv6
 *
 * Addresses only: a name would have to be looked up, and may mean another
 * address tomorrow. Port 0 is whichever port is free. A socket in the file
 * system appears complete or not at all (it is bound under another name, then
 * renamed); one that a dead server left is replaced, a live one's is not. It is
 * open to everybody who may enter its directory.
 *
 * Of several workers each has a socket of its own on the port, where the system
 * deals the clients among these (sys_share_port); else all have the same one.
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
	bool every; /* :PORT: IPv4 alone will do where there is no IPv6 */
};

struct listener {
	int fd; /* the first worker's, or everybody's; -1: closed */
	int more[OPTIONS_WORKERS_MAX - 1]; /* of the other workers */
	size_t more_count;                 /* 0: all share fd */
	const char *text;
	struct listen_address address;
	dev_t device; /* of the socket in the file system */
	ino_t inode;
};

/* Reads an address. Returns 0, or STATUS_USAGE with the reason. */
int listen_parse(
	const char *text, struct listen_address *address, struct buf *error);

/* Listens there: non-blocking, close-on-exec. Returns 0, or a status with the
 * reason and the way out. text is kept, not copied. */
int listen_open(struct listener *listener, const char *text, struct buf *error);

/* Gives each of so many workers a socket of its own on the port. Where that
 * cannot be, all share the one. At once after listen_open. */
void listen_divide(struct listener *listener, size_t workers);

/* The socket for this worker, counted from 0. */
int listen_fd(const struct listener *listener, size_t worker);

/* The URL of it, with the port that it really has. */
void listen_url(const struct listener *listener, struct buf *b);

/* Stops listening; a socket in the file system that is still ours goes. */
void listen_close(struct listener *listener);

#endif
