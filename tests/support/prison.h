/*
 * prison.h - what becomes of somebody who does something in a sandbox.
 */
#ifndef CONTD_TESTS_PRISON_H
#define CONTD_TESTS_PRISON_H

#include <stdbool.h>
#include <sys/types.h>

#include "sys/sandbox.h"

/* A child enters, does the deed and ends with what it returns. */
struct prison {
	enum sandbox_kind kind;
	unsigned layers;
	int beneath; /* as in struct sandbox */
	uid_t uid;   /* becomes this one first; 0: stays who it is */
};

struct prison_end {
	bool entered; /* all the layers; else the deed was not done */
	int status;   /* what the deed returned; -1: it died */
	int signal;   /* of this; 0: it did not */
	char said[512];
};

struct prison_end prison_run(
	const struct prison *prison, int (*deed)(void *state), void *state);

/* Whether this system, for this user, and this build have the layers. */
bool prison_has(const struct prison *prison);

#endif
