/*
 * holder.h - who has the port that we want.
 *
 * "Address already in use" is the most frequent trouble of a first start, and
 * the question behind it is always the same. Where the system shows its sockets
 * in /proc, we answer it; elsewhere, and for other users' processes, not.
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

/* Looks for the process that listens where binding to addr fails. */
bool holder_find(const struct sockaddr *addr, struct holder *holder);

/* Whether a line of /proc/net/tcp or tcp6 is a listening socket that is in the
 * way of addr: the same port, and the same address or either one a wildcard.
 * *inode is its number then. */
bool holder_is_in_way(
	const char *line, const struct sockaddr *addr, uint64_t *inode);

#endif
