/*
 * refusal.h - explains why listening on an address failed.
 */
#ifndef CONTD_MASTER_REFUSAL_H
#define CONTD_MASTER_REFUSAL_H

#include "base/buf.h"
#include "master/listen.h"

/* Appends the reason and what to do; why: the errno of the call that failed.
 * Returns the status to end with. */
int refusal_explain(const char *text, const struct listen_address *address,
	int why, struct buf *error);

#endif
