/*
 * fileread.h - an open file, read without waiting.
 *
 * POSIX AIO reads it: aio_read() starts a read, a signal ends the loop's wait,
 * and every turn asks each read in flight with aio_error() whether it is done.
 *
 * A struct fileread is one stream: it owns a descriptor and has at most one
 * block wanted or held at a time, and the next one being read ahead. It waits
 * in line until there is a free slot, which has the memory:
 *
 *     in line -> FLYING (the kernel's) -> HELD (the stream's) -> FREE
 *                       \-> DETACHED (no stream waits for it) -> FREE
 *
 *  1. Every turn asks every read in flight. The signal only ends a wait: while
 *     sockets are busy it comes late, and one signal may be for many reads.
 *  2. The signal is SIGURG, a standard one, and its value is not used: at the
 *     limit of queued real-time signals a good read would fail with EAGAIN.
 *  3. A slot owns aiocb, block and, once detached, the descriptor. Only
 *     aio_error() != EINPROGRESS ends FLYING and DETACHED, and aio_return() is
 *     then called once.
 *  4. A descriptor with a read in flight is never closed: a queued read would
 *     read from the file that gets the number next, and on musl close() waits.
 *     aio_cancel() waits there as well and is never called: nothing is
 *     cancelled, only who is resumed changes.
 *  5. fileread_init is called once per process: after the sandbox, which then
 *     holds for the threads of AIO, and never before a fork(), whose child has
 *     none of them. AIO has one per read in flight, FILEREAD_THREADS at most.
 *  6. One device has at most FILEREAD_PER_DEVICE reads in flight: with cached
 *     files more were slower. A slow device, whose reads take time and no CPU,
 *     may have more, but not all threads. Reads start in order of arrival;
 *     those whose device is full are skipped.
 *  7. One read per descriptor: libc runs reads of one descriptor one by one. A
 *     second stream of the same file needs a descriptor from sys_dup().
 *  8. EAGAIN and ENOMEM are a shortage of the system and not an error of the
 *     file: the read keeps its place in line and is submitted again when
 *     another one completes or after WITHIN_RETRY.
 *  9. The aiocb is zeroed and filled in for every read.
 * 10. A short block is no error: it is what the file has there now, or what
 *     there was memory for. Only an empty one is the end of the file.
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
	FILEREAD_SMALL = 16 * 1024,  /* the same while memory is short */
	FILEREAD_FLYING = 64,        /* slots: reads in flight, blocks held */
	FILEREAD_STREAMS = 2 * FILEREAD_FLYING, /* useful at the same time */
	FILEREAD_PER_DEVICE = 6,
	FILEREAD_PER_SLOW_DEVICE = 12,
	FILEREAD_SLOW = 10, /* ms of a read that make its device slow */
	FILEREAD_THREADS = 16
};

struct fileread;

/* Sets up slots, completion signal and AIO threads. Returns 0 or -1. */
int fileread_init(void);

/* Frees what is kept for the next reads. */
void fileread_shrink(void);

/* Bytes that reads and so many streams take at most. */
size_t fileread_memory(size_t streams);

/* Opens a stream on a regular file (never on anything else: a FIFO would block
 * a thread for ever). Takes ownership of fd; returns NULL without memory, and
 * then fd is still the caller's. */
struct fileread *fileread_open(int fd, dev_t device);

/* Requests len (1 to FILEREAD_BLOCK) bytes at offset, and gives back the block
 * that is held. `next` is resumed, never from inside this call, on the stream's
 * descriptor: when the block is held, when the read failed, or, after
 * WITHIN_READ, with fileread_is_late(). It need not save the descriptor. */
void fileread_start(
	struct fileread *f, off_t offset, size_t len, struct cont next);

/* While a block is held: reads these bytes ahead, so that the disk works while
 * the block is sent. No handler is resumed; the next fileread_start must ask
 * for the same bytes. Does nothing if the read would delay others. */
void fileread_ahead(struct fileread *f, off_t offset, size_t len);

/* For the resumed handler: the block that was read; perhaps shorter than
 * wanted, and empty at the end of the file. *error is 0 or the errno of the
 * read (EIO ...). The bytes are valid until the next fileread_start or
 * _close. */
struct slice fileread_block(const struct fileread *f, int *error);

/* Whether the read did not complete within WITHIN_READ. Then the stream can
 * only be closed. */
bool fileread_is_late(const struct fileread *f);

/* Whether blocks are scarce, so that a block must not be held for a slow
 * client: more than half of the slots are held, or a read whose device is not
 * full waits in line. Then close the stream, and read the block again later. */
bool fileread_is_scarce(void);

/* Closes the stream, in any state: its descriptor is closed at the end of the
 * turn, or after its read has completed. `next` is not resumed any more. */
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
