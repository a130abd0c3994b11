/*
 * types_file.h - the file of --mime-types.
 *
 * The master opens it while it still may, and says what is wrong with it. Each
 * worker reads it again, through the descriptor that it inherits; by then it
 * may have been edited, and what is wrong is passed over.
 */
#ifndef CONTD_MASTER_TYPES_FILE_H
#define CONTD_MASTER_TYPES_FILE_H

#include "base/buf.h"
#include "site/types.h"

/* Opens the file and reads it once. Returns 0, with the descriptor in *fd, or a
 * status with the reason: "FILE:LINE: ...". */
int types_file_open(const char *path, int *fd, struct buf *error);

/* The types of the file, until they are loaded anew; NULL when it is empty
 * (/dev/null) or cannot be read, which is said on standard error. Takes charge
 * of fd. */
const struct site_types *types_file_load(int fd);

#endif
