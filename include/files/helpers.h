/*
 * helpers.h - the pool of helpers, seen from the loop.
 *
 * A task is a name to be looked up. Tasks wait in one line (queue), here
 * and not in the helpers' sockets, and each idle helper is given one: a slow
 * name then delays only the requests for it. Directories that were slow lately
 * get half of the helpers at most; beyond that, one that was slow but answered
 * may have one helper.
 *
 * The death of a helper shows as an end of file on its channel; its task goes
 * back to the head of the line. It is given to HELPERS_TRIES of them at most:
 * more than may be dying together, but few enough that a name that kills
 * helpers is given up soon.
 *
 * A helper that does not answer within WITHIN_HELPER is replaced at once: its
 * channel is closed and the master is told, which starts another one without
 * waiting for the end of a process that may be blocked in the kernel. The
 * replacement has a new channel, so a late answer is never received.
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
	HELPERS_LINE_MAX = 1024, /* tasks waiting; more are refused */
	HELPERS_TRIES = HELPERS_MIN + 2
};

struct helpers;
struct helper;

/* One name to be looked up. The caller sets the first three fields, and must
 * neither move it nor change it until it is answered. */
struct task {
	struct slice path; /* as http/uri makes it */
	uint32_t flags;    /* enum job_flag */
	struct cont next;  /* resumed on the helper's channel; see below */

	struct task *behind; /* next in line */
	uint32_t directory;  /* a hash of its path */
	unsigned tries;
	int64_t since;         /* when it was given to its helper */
	struct helper *helper; /* that has it, or NULL */
};

enum helpers_answer {
	HELPERS_ANSWERED, /* *found is set, and *fd for a file */
	HELPERS_AGAIN,    /* the helper died, another one will be asked: wait */
	HELPERS_LATE,     /* no answer in time */
	HELPERS_FAILED    /* HELPERS_TRIES helpers died: it is given up */
};

/* master: the control channel, for CONTROL_STUCK and CONTROL_MORE; it is only
 * written to and remains the caller's. NULL without memory. */
struct helpers *helpers_open(int master);
void helpers_shut(struct helpers *pool);

/* Adds a helper that was started; takes ownership of its channel. An older one
 * with the same number keeps its task until its death is seen. */
void helpers_add(struct helpers *pool, int channel, uint32_t number);

/* Gives the task to an idle helper, or puts it into the line. Returns 0, or
 * -1 when the line is full. */
int helpers_ask(struct helpers *pool, struct task *task);

/* To be called first by the resumed handler, with its own revents: takes the
 * answer and frees the helper for the next task. *fd, when it is not -1, is
 * the caller's. The handler must not save or close the channel. */
enum helpers_answer helpers_take(struct helpers *pool, struct task *task,
	short revents, struct found *found, int *fd);

/* ---- for the tests ---- */

/* Helpers alive now. */
size_t helpers_count(const struct helpers *pool);

/* Tasks in line now. */
size_t helpers_line(const struct helpers *pool);

#endif
