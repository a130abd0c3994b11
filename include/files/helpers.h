/*
 * helpers.h - the pool of helpers, seen from the loop.
 *
 * An errand is a name to be looked up. Errands stand in one line, here and not
 * in the helpers' sockets, and each idle helper is given one: a slow name then
 * delays nobody but its own askers. Directories that were slow lately may hold
 * half of the helpers at most; beyond that, one that answered after all may
 * have one helper.
 *
 * A helper that dies is noticed by the end of file on its channel; its errand
 * goes back to the head of the line. It is given to HELPERS_TRIES of them at
 * most: more than may be dying together, and few enough that a name that kills
 * helpers is given up.
 *
 * A helper that does not answer within WITHIN_HELPER is given up at once: its
 * channel is closed and the master is told, who starts another and does not
 * wait for the death of a process that may be stuck in the kernel. A
 * replacement is a new channel, so a helper that was given up can say nothing
 * more.
 */
#ifndef CONTD_FILES_HELPERS_H
#define CONTD_FILES_HELPERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "helper/job.h"
#include "loop/cont.h"

enum {
	HELPERS_MIN = 4,
	HELPERS_MAX = 16,
	HELPERS_LINE_MAX = 1024, /* errands in line; more are refused */
	HELPERS_TRIES = HELPERS_MIN + 2
};

struct helpers;
struct helper;

/* One name to be looked up. Its user fills the first three, keeps it where it
 * is, and leaves the rest alone, until it is answered. */
struct errand {
	struct slice path; /* as http/uri makes it */
	uint32_t flags;    /* enum job_flag */
	struct cont next;  /* resumed on the helper's channel; see below */

	struct errand *behind; /* in line */
	uint32_t directory;    /* a hash of it */
	unsigned tries;
	int64_t since;         /* when it was given to its helper */
	struct helper *helper; /* whose it is, or NULL */
};

enum helpers_answer {
	HELPERS_ANSWERED, /* *found holds, and *fd for a file */
	HELPERS_AGAIN,    /* the helper died, another one will be asked: wait */
	HELPERS_LATE,     /* no answer in time */
	HELPERS_FAILED    /* helpers died of it: nobody is asked any more */
};

/* master: the control channel, for "stuck" and "more"; only written to, and
 * still its owner's. NULL without memory. */
struct helpers *helpers_open(int master);
void helpers_shut(struct helpers *pool);

/* A helper has been started; takes charge of its channel. One with the same
 * number whose death has not been seen yet keeps its errand until then. */
void helpers_add(struct helpers *pool, int channel, uint32_t number);

/* Gives the errand to an idle helper, or lets it stand in line. Returns 0, or
 * -1 when the line is full. */
int helpers_ask(struct helpers *pool, struct errand *errand);

/* The first thing that the resumed handler does, with its own fd and revents:
 * takes the answer and frees the helper for the next errand. *fd, when it is
 * not -1, is the caller's. The channel needs no more care. */
enum helpers_answer helpers_take(struct helpers *pool, struct errand *errand,
	short revents, struct found *found, int *fd);

/* ---- for the tests ---- */

/* Helpers alive now. */
size_t helpers_count(const struct helpers *pool);

/* Errands in line now. */
size_t helpers_line(const struct helpers *pool);

#endif
