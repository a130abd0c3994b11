/*
 * fault.h - which call fails now, and how.
 *
 * For each call there is a list of the ways it may fail. A seed makes some of
 * them likely and others impossible: a world in which everything fails at once
 * never gets as far as the second mistake. One seed in four is calm.
 */
#ifndef CONTD_SIM_FAULT_H
#define CONTD_SIM_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault {
	FAULT_ACCEPT,    /* out of descriptors, of memory; a client that left */
	FAULT_RECV,      /* ready, and then nothing there; a broken line */
	FAULT_SEND,      /* the same; no memory for what is sent */
	FAULT_TELL,      /* a channel is full, or broken */
	FAULT_HEAR,      /* ready, and then nothing there */
	FAULT_PASS,      /* no descriptor free for the one that comes along */
	FAULT_WRITE,     /* the logger's pipe is full */
	FAULT_WAIT,      /* poll() for want of memory */
	FAULT_EPOLL,     /* no memory, or no room, for one more in a set */
	FAULT_DUP,       /* out of descriptors: dup, pipe, a set of epoll */
	FAULT_CATCH,     /* a signal cannot be caught, or ignored */
	FAULT_STAT,      /* a network disk that is gone */
	FAULT_AIO,       /* aio_read does not begin: a shortage */
	FAULT_AIO_BAD,   /* it cannot begin: an error for good */
	FAULT_READ,      /* it ends in an error */
	FAULT_READ_LATE, /* it ends late */
	FAULT_MEMORY,    /* malloc, calloc, realloc */
	FAULT_HELPER_DIES,
	FAULT_HELPER_SLOW,  /* late, or never */
	FAULT_HELPER_WRONG, /* an answer that is none */
	FAULT_HELPER_SHORT, /* "out of descriptors", "the disk is broken" */
	FAULT_HELPER_MOVED, /* its directory is another now, and it ends */
	FAULT_LEAP,         /* the clock goes forward much in one wait */
	FAULT_STALL,        /* or in one call */
	FAULT_KINDS
};

/* Forgets all: nothing has failed, and nothing does. Then this seed's world. */
void fault_calm(void);
void fault_reset(void);

/* Whether it fails now; errno says how. */
bool fault(enum fault kind);

/* It fails of itself, as when a limit is reached. */
void fault_happened(enum fault kind);

/* From now on nothing fails. */
void fault_stop(void);

/* Of all that may fail from now on only the n-th does, n from 1 on; and whether
 * so many were asked. */
void fault_only(size_t n);
bool fault_has_come(void);

/* When it last did, in milliseconds; long ago, if never. */
int64_t fault_last(enum fault kind);

/* Whether any that may be the reason of a refusal or a cut has happened
 * since. */
bool fault_excuses(int64_t since);

/* How often each did, over all seeds. */
void fault_print(void);

#endif
