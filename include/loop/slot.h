/*
 * slot.h - the memory of reads: aiocb and block. For fileread.c alone.
 *
 * A slot is FREE, FLYING (the kernel writes into it: nobody else touches aiocb
 * or block), DETACHED (flying, but nobody waits for it; it owns the descriptor)
 * or HELD (the read is over, the block is the stream's). Only slot_is_home ends
 * FLYING and DETACHED. Blocks come with the first use of a slot and stay.
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
	char *block;
	struct fileread *stream; /* NULL: nobody waits */
	struct device *device;   /* while it flies */
	int64_t since;           /* when it took off */
	int error;               /* when HELD: the errno of the read, or 0 */
	size_t got;
	struct slot *next; /* when FREE */
};

void slots_init(void);
void slots_shut(void);

/* Whether there is no free slot. */
bool slots_are_out(void);

/* Starts a read. The slot is FLYING, or HELD with its error if the read cannot
 * ever be started; NULL when the system is short of something. */
struct slot *slot_fly(int fd, off_t offset, size_t len);

/* Whether an error says that the system is short of something, and nothing
 * about the file. */
bool slot_is_shortage(int error);

/* Asks a read in flight; when it is over its slot is HELD. */
bool slot_is_home(struct slot *s);

/* The stream leaves, its descriptor stays with the slot. */
void slot_detach(struct slot *s);

/* Gives a HELD slot back. */
void slot_free(struct slot *s);

/* Detaches it, or gives it back: then true. NULL is let pass. */
bool slot_let_go(struct slot *s);

/* The first slot behind s (NULL: of all) that is not free; NULL: no more. */
struct slot *slot_next(const struct slot *s);

/* How many are FLYING or DETACHED, DETACHED, HELD. */
size_t slots_flying(void);
size_t slots_detached(void);
size_t slots_held(void);

#endif
