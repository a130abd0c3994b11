/*
 * local.h - who can connect, and whether directories are listed to them.
 */
#ifndef CONTD_MASTER_LOCAL_H
#define CONTD_MASTER_LOCAL_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"

/* Whether only this machine can connect: each of the addresses (listen.h) is a
 * loopback address or a Unix-domain socket. */
bool local_only(const char *const *listens, size_t count);

/* Whether directories are listed: if the options say so, or leave it open and
 * only this machine can connect. */
bool local_lists(const struct options *options);

#endif
