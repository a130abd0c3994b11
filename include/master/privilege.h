/*
 * privilege.h - become somebody who may do less, for good.
 *
 * Names are looked up, numbers are taken as they are: a container has no list
 * of users. A user's number without a group means the group of the same
 * number. It is verified that there is no way back.
 */
#ifndef CONTD_MASTER_PRIVILEGE_H
#define CONTD_MASTER_PRIVILEGE_H

#include "base/buf.h"

/* Becomes user and group, either of which may be NULL. Who is not root may only
 * ask to be what he is already. Returns 0, or a status with the reason. */
int privilege_drop(const char *user, const char *group, struct buf *error);

#endif
