/*
 * fileread.h - an open file, read without waiting.
 *
 * POSIX AIO reads it: aio_read() starts, a signal ends the loop's sleep, and
 * every turn asks each read in flight with aio_error() whether it is done.
 *
 * A struct fileread is one stream: its own descriptor, and at most one block
 * wanted or held at a time, and the one behind it on its way. It stands in line
 * until there is a slot, which has the memory:
 *
 *     in line -> FLYING (the kernel's) -> HELD (the stream's) -> FREE
 *                       \-> DETACHED (nobody waits any more) -> FREE
 *
 *  1. Every turn asks every read in flight. The signal only ends a sleep: while
 *     sockets are busy it is never delivered, and one may stand for fifty.
 *  2. The signal is SIGURG, a standard one, and its value is not used: at the
 *     limit for real-time signals a good read would turn into EAGAIN.
 *  3. A slot owns aiocb, block and, once detached, the descriptor. Only
 *     aio_error() != EINPROGRESS ends FLYING and DETACHED, and aio_return() is
 *     then called once.
 *  4. A descriptor with a read in flight is never closed: a queued read would
 *     take its bytes from whatever gets that number next, and close() waits on
 *     musl. aio_cancel() is never called, for it waits there as well: nothing
 *     is cancelled, only who gets resumed changes.
 *  5. Init comes once per process, after the sandbox (which binds the threads
 *     that AIO makes) and never before a fork: the child has no such threads.
 *     There are as many as reads in flight, FILEREAD_THREADS at most.
 *  6. One device has at most FILEREAD_PER_DEVICE reads in flight: of bytes that
 *     are in memory more were slower. A slow device, whose reads take time and
 *     no processor, has more, but it cannot take all threads. Who comes first
 *     flies first, passing those whose device is full.
 *  7. One read per descriptor: libc does reads of one descriptor one by one. A
 *     second stream of the same file needs a descriptor from sys_dup().
 *  8. EAGAIN and a lack of memory are the system's shortage and not the file's
 *     error: the read keeps its place at the head of the line and is tried
 *     again when another one ends or after WITHIN_RETRY.
 *  9. The aiocb is zeroed and set anew for every read.
 * 10. A short block is what the file has now, whatever its size was.
 */
#ifndef CONTD_LOOP_FILEREAD_H
#define CONTD_LOOP_FILEREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/slice.h"
#include "loop/cont.h"

enum {
	FILEREAD_BLOCK = 256 * 1024, /* bytes of one read at most */
	FILEREAD_FLYING = 64,        /* slots: reads in flight, blocks held */
	FILEREAD_STREAMS = 2 * FILEREAD_FLYING, /* that are of use at once */
	FILEREAD_PER_DEVICE = 6,
	FILEREAD_PER_SLOW_DEVICE = 12,
	FILEREAD_SLOW = 10, /* milliseconds */
	FILEREAD_THREADS = 16
};

struct fileread;

/* Starts the machinery: slots, the completion signal, sys_aio_open. 0 or -1. */
int fileread_init(void);

/* Bytes that reads and so many streams take at most. */
size_t fileread_memory(size_t streams);

/* A stream on an open regular file (nothing else may ever get here: a FIFO
 * would hold a thread for ever). Takes charge of fd; NULL without memory, and
 * then fd is still the caller's. */
struct fileread *fileread_open(int fd, dev_t device);

/* Wants len (1 to FILEREAD_BLOCK) bytes from offset. `next` is resumed, never
 * from inside this call, on the stream's descriptor when the block is held, has
 * failed, or with fileread_is_late() when WITHIN_READ is over. The handler need
 * not save that descriptor again. A block held is given back. */
void fileread_start(
	struct fileread *f, off_t offset, size_t len, struct cont next);

/* While a block is held: the next one may be read already, these bytes, so that
 * the disk works while the block is sent. Nobody is resumed for it; the next
 * start must want the same bytes, and finds them on their way, or there. Only
 * done where it takes nothing from those who wait: it may mean nothing. */
void fileread_ahead(struct fileread *f, off_t offset, size_t len);

/* In the resumed handler. The block: shorter than wanted, or empty, at the end
 * of the file. *error is 0 or the errno of the read (EIO ...). The bytes stay
 * until the next start or close. */
struct slice fileread_block(const struct fileread *f, int *error);

/* The read has not come back in time. It
 * goes on; the stream can only be closed. */
bool fileread_is_late(const struct fileread *f);

/* Whether blocks are so scarce that holding one while a slow client drinks is
 * unfair: more than half of the slots are held, or a read whose device has
 * room stands in line. Then close the stream, and read it again later. */
bool fileread_is_scarce(void);

/* Ends the stream, in any state: its descriptor closes at the end of the turn,
 * or when its read comes home. `next` is not resumed any more. */
void fileread_close(struct fileread *f);

/* For the loop, every turn: asks every read in flight, starts those in line,
 * resumes those whose read is done. */
void fileread_collect(void);

/* ---- for the tests ---- */

/* Frees the memory: every stream is closed, and no read is in flight. */
void fileread_shut(void);

/* How many reads are in flight, and how many of them nobody waits for. */
size_t fileread_flying(void);
size_t fileread_detached(void);

#endif
