/*
 * streams.h - the streams that bodies read from. For body.c alone.
 */
#ifndef CONTD_FILES_STREAMS_H
#define CONTD_FILES_STREAMS_H

#include <stdbool.h>

struct body;

/* Opens a stream on the body's file. False: a shortage. */
bool streams_open(struct body *body);

/* Closes it, if there is one. */
void streams_close(struct body *body);

/* Whether streams or blocks are scarce; then a body that waits for its client
 * must hold none. */
bool streams_are_scarce(void);

#endif
