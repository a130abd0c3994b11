/*
 * refusal.h - why we cannot listen there, and what can be done.
 */
#ifndef CONTD_MASTER_REFUSAL_H
#define CONTD_MASTER_REFUSAL_H

#include "base/buf.h"
#include "master/listen.h"

/* Says what stands in the way of listening on the address, given the errno of
 * the call that failed. Returns the status to end with. */
int refusal_explain(const char *text, const struct listen_address *address,
	int why, struct buf *error);

#endif
