/*
 * cont.h - the continuation table.
 *
 * A continuation is the rest of a computation: the handler to run next, and the
 * state it needs. One table, indexed by descriptor, holds the continuation of
 * every descriptor that is waited for, and everything resumes through it:
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
 * These are the rows for four clients at one instant; cont_print() prints all.
 *
 * Rules, each asserted in the code and tested:
 *
 * 1. A continuation is used once. When a handler returns, the descriptor that
 *    resumed it has been saved again, dropped or closed.
 * 2. One continuation per descriptor; cont_save names both event and handler.
 * 3. cont_close closes the descriptor when the turn ends, so that the kernel
 *    cannot reuse its number before that.
 * 4. A row saved during a turn is not resumed by events reported before.
 * 5. A deadline belongs to a class of one duration. Each class is a list in
 *    order of expiry: adding and removing cost the same for any length. A phase
 *    made of several waits keeps its first deadline: WITHIN_SAME.
 * 6. With events 0 a socket still reports POLLHUP and POLLERR; the handler must
 *    not save it so again, or poll() would spin. PARKED rows are not given to
 *    poll() at all: regular files, whose reads the loop checks itself.
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
	WITHIN_RETRY,   /* a short pause after a shortage, before a retry */
	WITHIN_HEADER,  /* a whole request head */
	WITHIN_CONTENT, /* the content of a request, which is discarded */
	WITHIN_IDLE,    /* the next request */
	WITHIN_HELPER,  /* a helper's answer */
	WITHIN_READ,    /* an aio read */
	WITHIN_SEND,    /* room in the socket's send buffer */
	WITHIN_BLOCK,   /* the same, while a block is held */
	WITHIN_LINGER,  /* the client's close, after ours */
	WITHIN_SPARE,   /* a helper more than needed */
	WITHIN_SWEEP,   /* the next search for names that nobody uses */
	WITHIN_DRAIN,   /* the end, after SIGTERM */
	WITHIN_END,     /* the very end: a child's death, the last log lines */
	WITHIN_FOREVER,
	WITHIN_CLASSES, /* how many there are */
	WITHIN_SAME     /* keep the deadline that is running */
};

/* Allocates the table for descriptors 0 to rows-1. 0, or -1 without memory. */
int cont_open(size_t rows);
/* Bytes such a table takes. */
size_t cont_memory(size_t rows);
/* Closes every saved descriptor and frees the table. */
void cont_shut(void);

/* Sets the duration of a class, before its first use; 0 or less, as after
 * cont_open: no deadline. */
void cont_within(enum within class, int64_t milliseconds);

/* Whether table and poller have a row for fd; check each new descriptor. */
bool cont_fits(int fd);

/* Saves what to do when fd is ready for events or the deadline passes; replaces
 * what was saved for fd. Takes ownership of fd. */
void cont_save(int fd, short events, enum within within, struct cont next);

/* Runs what was saved for fd, if anything was. Only for loop.c and fileread.c;
 * all other code saves a continuation instead of calling a handler. */
void cont_resume(int fd, short revents);

/* The descriptor that has waited longest in the class, or -1. */
int cont_oldest(enum within class);
/* The next younger one, or -1. */
int cont_younger(int fd);
/* The state saved with fd. */
void *cont_state(int fd);

/* Removes what was saved for fd, which is the caller's again. */
void cont_drop(int fd);
/* The same, and closes fd when this turn ends. */
void cont_close(int fd);

/* Whether something is saved for fd. */
bool cont_is_saved(int fd);

#endif
