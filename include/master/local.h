/*
 * local.h - who can connect.
 */
#ifndef CONTD_MASTER_LOCAL_H
#define CONTD_MASTER_LOCAL_H

#include <stdbool.h>
#include <stddef.h>

/* Whether only this machine can connect: each of the addresses (listen.h) is a
 * loopback address or a socket in the file system. */
bool local_only(const char *const *listens, size_t count);

#endif
