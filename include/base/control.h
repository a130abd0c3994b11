/*
 * control.h - the messages between the master and a worker.
 *
 * One channel connects them. Messages have one size, and may carry a
 * descriptor. End of file on it means that the other side is dead: a worker
 * without a master drains and ends, a worker that died is started again.
 */
#ifndef CONTD_BASE_CONTROL_H
#define CONTD_BASE_CONTROL_H

#include <stdint.h>

enum control_kind {
	/* master to worker */
	CONTROL_HELPER = 1, /* number: the helper's; with its channel */
	CONTROL_DRAIN,      /* finish the requests in flight, then end */

	/* worker to master */
	CONTROL_SERVING, /* ready for the first request; number: the layers of
			  * its sandbox */
	CONTROL_STUCK,   /* replace a helper that did not answer; number: its */
	CONTROL_MORE     /* start one more helper */
};

struct control {
	uint32_t kind; /* enum control_kind */
	uint32_t number;
};

#endif
