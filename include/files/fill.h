/*
 * fill.h - reads a file into memory when parts of it are requested.
 *
 * Sending a whole file also makes its copy (file_grow_copy), sending a part
 * does not. So a small file of which parts are requested again is read once
 * from beginning to end, in the background.
 *
 * No request waits for this, and none is delayed by it: few files are read at
 * once, none while blocks are scarce, and reading stops when the file has no
 * other holder. It may be started again later.
 */
#ifndef CONTD_FILES_FILL_H
#define CONTD_FILES_FILL_H

#include "files/file.h"
#include "loop/fileread.h"

enum {
	FILL_AFTER = 2, /* parts that were read from the disk */
	FILL_MAX = 2,   /* files at once, each with a descriptor */
	FILL_SIZE = 4 * FILEREAD_BLOCK /* most bytes of a file */
};

/* A part of the file is being read for a client. The file is not young. */
void fill_want(struct file *file);

/* Starts to read a file that is not young, if it may have a copy and there is
 * a place for it now. */
void fill_begin(struct file *file);

/* Stops all reading. */
void fill_shut(void);

#endif
