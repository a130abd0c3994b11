/*
 * stops.c - continues children that were stopped.
 */
#include "master/stops.h"

#include <signal.h>

enum { QUIET = 1000 }; /* ms between two lines */

bool stops_is_terminals(int signo)
{
	return signo == SIGTSTP || signo == SIGTTIN || signo == SIGTTOU;
}

int stops_count(struct stops *stops, int64_t now)
{
	unsigned before = stops->untold;

	if (stops->said != 0 && now - stops->said < QUIET) {
		stops->untold++;
		return -1;
	}
	stops->said = now;
	stops->untold = 0;
	return (int)before;
}
