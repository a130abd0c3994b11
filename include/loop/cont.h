/*
 * cont.h - the continuation table.
 *
 * A continuation is what is left to do: the handler to run next, and the state
 * it needs. One table, indexed by descriptor, holds the continuation of every
 * descriptor that is waited for, and everything resumes through it:
 *
 *     fd   events    within    handler             state
 *     3    POLLIN    forever   on_connection       the server
 *     5    POLLIN    helper    on_found            entry of A's name
 *     6    0         helper    on_no_answer        exchange A, meanwhile
 *     7    0         forever   on_client_gone      body of B, meanwhile
 *     8    PARKED    read      on_block_read       body of B (an aio read)
 *     9    POLLOUT   send      on_writable         body of C
 *     10   POLLIN    idle      on_request_bytes    client D
 *
 * Those are the rows of four clients at one instant; cont_print() shows all.
 *
 * Rules, each asserted in the code and tested:
 *
 * 1. A continuation is used once. When a handler returns, the descriptor that
 *    resumed it has been saved again, dropped or closed.
 * 2. One continuation per descriptor. What is waited for is said in the same
 *    statement as who resumes.
 * 3. cont_close closes when the turn ends; until then the number cannot come
 *    back from the kernel and mean something else.
 * 4. What is saved during a turn sees only events that happen after it.
 * 5. A deadline is a class of duration. Each class is a list in the order of
 *    expiry, so that keeping ten thousand of them costs nothing. A phase made
 *    of several waits keeps its first deadline: WITHIN_SAME.
 * 6. With events 0 a socket still reports POLLHUP and POLLERR; the handler must
 *    not leave it saved, or poll() would spin. PARKED rows are not shown to
 *    poll() at all: regular files, whose reads the loop asks itself.
 * 7. struct cont is the only type that holds a function pointer to resume with.
 */
#ifndef CONTD_LOOP_CONT_H
#define CONTD_LOOP_CONT_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* revents is what poll(2) reported; 0 means that the time was up (or, after
 * WITHIN_NOW and for a PARKED row, that what was waited for is done). */
typedef void cont_handler(int fd, short revents, void *state);

struct cont {
	cont_handler *handler;
	void *state;
	const char *name; /* of the handler: for cont_print(), turnclock.c */
};

#define then(handler, state) ((struct cont){(handler), (state), #handler})

#define PARKED ((short)-1) /* not shown to the poller */

/* How long a descriptor may be waited for. */
enum within {
	WITHIN_NOW,     /* until the end of this turn */
	WITHIN_RETRY,   /* a short breath: out of descriptors, try again */
	WITHIN_HEADER,  /* a whole request head */
	WITHIN_CONTENT, /* the rest of a request that nobody reads */
	WITHIN_IDLE,    /* the next request */
	WITHIN_HELPER,  /* a helper's answer */
	WITHIN_READ,    /* an aio read */
	WITHIN_SEND,    /* room in the client's window */
	WITHIN_BLOCK,   /* the same, with a block in hand */
	WITHIN_LINGER,  /* the client's close, after ours */
	WITHIN_SPARE,   /* a helper more than needed */
	WITHIN_SWEEP,   /* the next search for names that nobody uses */
	WITHIN_DRAIN,   /* the end, after SIGTERM */
	WITHIN_END,     /* the death of a child that has to end at once */
	WITHIN_FOREVER,
	WITHIN_CLASSES, /* how many there are */
	WITHIN_SAME     /* the deadline that is running already */
};

/* A table for descriptors 0 to rows-1: 0, or -1 without memory. Its bytes. */
int cont_open(size_t rows);
size_t cont_memory(size_t rows);
/* Closes what is saved and frees it. */
void cont_shut(void);

/* Sets the length of a class, which is none at cont_open; 0 or less: no
 * deadline. Before the class is used. */
void cont_within(enum within class, int64_t milliseconds);

/* Whether there is room for this number: asked once for each descriptor. */
bool cont_fits(int fd);

/* Save what to do when fd is ready for events, or when the time is up, in
 * place of what was saved for it. Takes charge of fd. */
void cont_save(int fd, short events, enum within within, struct cont next);

/* Run what was saved for fd, if anything was. For loop.c and fileread.c, which
 * alone run handlers; any other code saves a continuation. */
void cont_resume(int fd, short revents);

/* Who waits longest in a class, and who after him, or -1; and what was saved
 * with them: to choose whose place is needed more elsewhere. */
int cont_oldest(enum within class);
int cont_younger(int fd);
void *cont_state(int fd);

/* Forget fd: it is the caller's again, or is closed when this turn ends. */
void cont_drop(int fd);
void cont_close(int fd);

/* Whether something is saved for fd. */
bool cont_is_saved(int fd);

#endif
