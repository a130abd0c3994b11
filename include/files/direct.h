/*
 * direct.h - sends parts of a file by sendfile(); only with --files auto.
 *
 * The kernel sends the file's own pages, which saves both copies of each byte.
 * This has two disadvantages. The socket's queue holds the pages themselves: of
 * a file that is rewritten in place meanwhile, a client may get a mixture of
 * versions (the operator accepts this). And sendfile() waits for the disk when
 * a page is not in memory. Against the second:
 *
 *  1. Only warm blocks are sent like this: blocks read by AIO, or sent whole
 *     without waiting, less than DIRECT_WARM seconds ago. All others are read.
 *  2. Every call is measured. When one waited DIRECT_LATE, or the system does
 *     not support it, the files of its device are read for DIRECT_REST. A call
 *     that took as long because it was preempted does not count.
 *  3. Files that have a copy, or of which one is being made, are sent from it.
 *
 * An array of the file holds when each block was last warm. It is made when the
 * first block is read, counts as memory for copies, and is not made for a file
 * of more than DIRECT_MAX bytes, or when there is no memory for copies.
 *
 * The caller checks the file before its last bytes are sent, as for blocks.
 */
#ifndef CONTD_FILES_DIRECT_H
#define CONTD_FILES_DIRECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "files/file.h"
#include "loop/fileread.h"

enum {
	DIRECT_SHARE = FILEREAD_BLOCK, /* bytes in one turn at most */
	DIRECT_WARM = 20,              /* seconds */
	DIRECT_LATE = 2 * 1000 * 1000, /* nanoseconds */
	DIRECT_REST = 60 * 1000,       /* milliseconds */
	DIRECT_DEVICES = 8             /* that rest at once */
};
#define DIRECT_MAX (UINT64_C(16) << 30)

/* Allows or forbids sendfile(), which is forbidden at first. No device rests
 * after this call. */
void direct_allow(bool allowed);

/* How many of `left` bytes at offset may be sent directly in this turn. */
size_t direct_room(const struct file *file, uint64_t offset, uint64_t left);

/* Sends them, as many as the socket takes. Returns how many; 0: they must be
 * read instead; -1 with the errno of the socket. */
ssize_t direct_send(struct file *file, int socket, uint64_t offset, size_t len);

/* How many of `left` bytes to read at offset: `most` of them; or, if sendfile()
 * is allowed, up to the end of a block, so that a whole block becomes warm. */
size_t direct_block(uint64_t offset, uint64_t left, size_t most);

/* These bytes were just read: their blocks are warm. */
void direct_note(struct file *file, uint64_t offset, size_t len);

#endif
