/*
 * control.h - what the master and a worker tell each other.
 *
 * One channel joins them. Messages are small, of one size, and may carry a
 * descriptor. The end of file on it means that the other side is dead: a
 * worker without a master finishes, a worker that is gone is started again.
 */
#ifndef CONTD_BASE_CONTROL_H
#define CONTD_BASE_CONTROL_H

#include <stdint.h>

enum control_kind {
	/* master to worker */
	CONTROL_HELPER = 1, /* number: the helper's; with its channel */
	CONTROL_DRAIN,      /* finish what is in flight, then end */

	/* worker to master */
	CONTROL_SERVING, /* ready for the first request; number: the layers of
			  * its sandbox */
	CONTROL_STUCK,   /* number: a helper that did not answer: replace it */
	CONTROL_MORE     /* one more helper would be of use */
};

struct control {
	uint32_t kind; /* enum control_kind */
	uint32_t number;
};

#endif
