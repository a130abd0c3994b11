/*
 * privilege.h - drops privileges permanently.
 *
 * Names are looked up; numbers are used as they are, as a container may have no
 * list of users. A user number without a group also is the group number. It is
 * verified that the privileges cannot be regained.
 */
#ifndef CONTD_MASTER_PRIVILEGE_H
#define CONTD_MASTER_PRIVILEGE_H

#include "base/buf.h"

/* Changes to user and group, each of which may be NULL. Without root only the
 * current ones are accepted. Returns 0, or a status with the reason. */
int privilege_drop(const char *user, const char *group, struct buf *error);

#endif
