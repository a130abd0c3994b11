/*
 * lines.h - splits the bytes of the log pipe into lines.
 *
 * A read() may end within a line. Bytes are read to the place that lines_room
 * returns, counted with lines_add, and taken as whole lines, in order; a part
 * of a line is kept until the rest is read. A line longer than the buffer,
 * which the journal never writes, is split.
 */
#ifndef CONTD_MASTER_LINES_H
#define CONTD_MASTER_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "loop/journal.h"

enum { LINES_ROOM = 64 * 1024 + JOURNAL_LINE };

struct lines {
	char bytes[LINES_ROOM];
	size_t start; /* of the bytes not yet taken */
	size_t end;
};

struct line {
	struct slice text; /* without newline and mark; until lines_room */
	bool access;       /* for the access log, else for the operator */
};

/* Where to read bytes to, and how many (*len): at least one if all lines
 * are taken. */
char *lines_room(struct lines *lines, size_t *len);
/* Adds bytes that were read there. */
void lines_add(struct lines *lines, size_t len);

/* Takes the next line; false if none is complete. */
bool lines_take(struct lines *lines, struct line *line);

/* At end of file: takes a last line without a newline. False: there is none. */
bool lines_take_last(struct lines *lines, struct line *line);

#endif
