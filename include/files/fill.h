/*
 * fill.h - a file is read into memory for those who want parts of it.
 *
 * Who is sent a whole file leaves its copy behind (file_grow_copy), who is sent
 * a part leaves nothing. So a small file of which parts are asked for again is
 * read from its beginning to its end once, in the background.
 *
 * Nobody waits for it, and it takes from nobody: few are read at once, while
 * blocks are scarce none is, and one that is held by nobody else any more is
 * given up. What is given up may be wanted again.
 */
#ifndef CONTD_FILES_FILL_H
#define CONTD_FILES_FILL_H

#include "files/file.h"
#include "loop/fileread.h"

enum {
	FILL_AFTER = 2, /* parts that were read from the disk */
	FILL_MAX = 2,   /* files at once, each with a descriptor */
	FILL_SIZE = 4 * FILEREAD_BLOCK /* bytes of a file, at most */
};

/* A part of it is being read for somebody, and it is not young. */
void fill_want(struct file *file);

/* Gives up all of them. */
void fill_shut(void);

#endif
