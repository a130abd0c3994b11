/*
 * lines.h - the log pipe's bytes, line by line.
 *
 * A read from a pipe ends anywhere. Bytes are read to where lines_room says,
 * counted with lines_add, and taken out again as whole lines, in order; the
 * beginning of a line waits for its rest. A line that is longer than anything
 * the journal writes is cut into several.
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
	size_t start; /* of what was not taken yet */
	size_t end;
};

struct line {
	struct slice text; /* without newline and mark; until the next room */
	bool access;       /* for the access log, else for the operator */
};

/* Where to put bytes, and how many: never none once all lines are taken. */
char *lines_room(struct lines *lines, size_t *len);
void lines_add(struct lines *lines, size_t len);

/* Takes the next line; false when none is whole. */
bool lines_take(struct lines *lines, struct line *line);

/* At the end of the file: what is left is a line too. */
bool lines_take_last(struct lines *lines, struct line *line);

#endif
