/*
 * slot.h - the memory of reads: aiocb and block. For fileread.c alone.
 *
 * A slot is FREE, FLYING (in flight: only the kernel may use aiocb and block),
 * DETACHED (in flight, but no stream waits; the slot owns the descriptor)
 * or HELD (the read is over, the block is the stream's). Only slot_is_home ends
 * FLYING and DETACHED. A block is allocated at a slot's first use and kept
 * until memory is short; a small one is used once.
 */
#ifndef CONTD_LOOP_SLOT_H
#define CONTD_LOOP_SLOT_H

#include <aio.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct fileread;
struct device;

enum slot_state { SLOT_FREE, SLOT_FLYING, SLOT_DETACHED, SLOT_HELD };

struct slot {
	struct aiocb cb;
	enum slot_state state;
	char *block;             /* NULL: none yet */
	size_t room;             /* bytes of the block */
	struct fileread *stream; /* NULL: none waits */
	struct device *device;   /* while in flight */
	int64_t since;           /* when it was submitted */
	int error;               /* when HELD: the errno of the read, or 0 */
	size_t got;
	struct slot *next; /* when FREE */
};

void slots_init(void);
void slots_shut(void);

/* Whether no slot is free. */
bool slots_are_out(void);

/* Submits a read. The slot is FLYING, or HELD with an error if the read can
 * never be submitted; NULL: a shortage. */
struct slot *slot_fly(int fd, off_t offset, size_t len);

/* Whether an errno means a shortage of the system, not an error of the file. */
bool slot_is_shortage(int error);

/* Whether a read in flight has completed; then its slot is HELD. */
bool slot_is_home(struct slot *s);

/* Separates the slot from its stream; the slot then owns the descriptor. */
void slot_detach(struct slot *s);

/* Gives a HELD slot back. */
void slot_free(struct slot *s);

/* Detaches a slot in flight, or gives a HELD one back and returns true. Does
 * nothing with NULL. */
bool slot_let_go(struct slot *s);

/* The first slot after s (NULL: of all) that is not free; NULL: no more. */
struct slot *slot_next(const struct slot *s);

/* How many are in flight: FLYING or DETACHED. */
size_t slots_flying(void);
/* How many are DETACHED. */
size_t slots_detached(void);
/* How many are HELD. */
size_t slots_held(void);

/* Frees the blocks that no read uses. */
void slots_shrink(void);

/* After a shortage: the same, and if there is too little memory for a read it
 * asks for more (base/heap.h). It may be threads that are short. */
void slots_make_room(void);

#endif
