/*
 * direct.h - bytes that leave past us: sendfile(), with --files auto alone.
 *
 * The kernel sends a file's own pages, which saves both copies of each byte. It
 * has two faults, and the first is the user's to accept. What is in a socket's
 * queue are the pages: a file that is rewritten in place meanwhile may arrive
 * mixed, whatever we look at before. And it waits for the disk when a page is
 * not in memory. Against that:
 *
 *  1. Only warm blocks leave so: read by AIO, or sent whole without waiting,
 *     less than DIRECT_WARM seconds ago. Any other is read.
 *  2. Every call is watched. A device that one call waited DIRECT_LATE for
 *     rests for DIRECT_REST, and so does one that refuses: its files are read.
 *     What counts is waiting: a call during which somebody else took the
 *     processor was not late.
 *  3. Files of which a copy is, or is being made, are sent from that.
 *
 * When each block was warm stands in an array of the file, which is made when
 * the first block is read, weighed like a copy, and not made at all for a file
 * of more than DIRECT_MAX bytes, or where there is no memory for copies.
 *
 * Who sends looks at the file before its last bytes leave, as for blocks.
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

/* Whether anything leaves so; at first nothing does, and no device rests. */
void direct_allow(bool allowed);

/* How many bytes from offset on, of so many, may leave so in this turn. */
size_t direct_room(const struct file *file, uint64_t offset, uint64_t left);

/* Sends them, as many as there is room for. 0: not these; they must be read.
 * -1: the socket's errno. */
ssize_t direct_send(struct file *file, int socket, uint64_t offset, size_t len);

/* How many bytes to read at offset, of so many: `most` of them; or up to the
 * end of a block, so that what is read is a whole one. */
size_t direct_block(uint64_t offset, uint64_t left, size_t most);

/* These bytes were just read. */
void direct_note(struct file *file, uint64_t offset, size_t len);

#endif
