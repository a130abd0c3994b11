/*
 * types_file.h - the file of --mime-types.
 *
 * The master opens it before privileges are dropped, and refuses to start if it
 * has errors. Each worker reads it again, through the inherited descriptor; as
 * it may have been edited since, errors are then logged and ignored.
 */
#ifndef CONTD_MASTER_TYPES_FILE_H
#define CONTD_MASTER_TYPES_FILE_H

#include "base/buf.h"
#include "site/types.h"

/* Opens and checks the file. Returns 0, with the descriptor in *fd, or a status
 * with the reason: "FILE:LINE: ...". */
int types_file_open(const char *path, int *fd, struct buf *error);

/* The types of the file, valid until the next call; NULL if it is empty
 * (/dev/null) or cannot be read, with a message on standard error. Takes
 * ownership of fd. */
const struct site_types *types_file_load(int fd);

#endif
