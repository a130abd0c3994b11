/*
 * holder.h - finds the process that has a port in use.
 *
 * For the message after EADDRINUSE. Only where the system lists its sockets in
 * /proc, and not for processes of other users.
 */
#ifndef CONTD_MASTER_HOLDER_H
#define CONTD_MASTER_HOLDER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct holder {
	pid_t pid;
	char name[32];
};

/* Finds the process that listens at addr. False: not found. */
bool holder_find(const struct sockaddr *addr, struct holder *holder);

/* Whether a line of /proc/net/tcp or tcp6 is a listening socket that conflicts
 * with addr: the same port, and the same address or one of them a wildcard.
 * Sets *inode to its inode number. */
bool holder_is_in_way(
	const char *line, const struct sockaddr *addr, uint64_t *inode);

#endif
