/*
 * stops.h - continues children that were stopped.
 *
 * SIGSTOP cannot be ignored, and a stopped child is worse than a dead one: its
 * clients wait, and the kernel gives it new ones. So it is not replaced but
 * continued at once, by SIGCONT, and this is logged once a second at most.
 *
 * A stop by a terminal (Ctrl-Z: SIGTSTP) is for the whole process group, and is
 * continued for the whole group. The master is stopped too, so it waits: if it
 * runs after a pause (WITHIN_RETRY), it continues its children.
 *
 * Stops by a debugger are not reported to the master.
 */
#ifndef CONTD_MASTER_STOPS_H
#define CONTD_MASTER_STOPS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct stops {
	bool waits;   /* a child was stopped by a terminal */
	int64_t said; /* when the last line was logged, in ms; 0: never */
	unsigned untold;
};

/* Whether a terminal sends this signal to stop a process group. */
bool stops_is_terminals(int signo);

/* Counts a stop. Returns -1 if it must not be logged now, else the number of
 * unlogged stops before it. */
int stops_count(struct stops *stops, int64_t now);

#endif
