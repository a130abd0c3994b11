/*
 * streams.h - the streams that bodies read from. For body.c alone.
 */
#ifndef CONTD_FILES_STREAMS_H
#define CONTD_FILES_STREAMS_H

#include <stdbool.h>

struct body;

/* Gives the body a stream on its file. False: a shortage. */
bool streams_open(struct body *body);

/* Takes it away, if there is one. */
void streams_close(struct body *body);

/* While streams or blocks are, those who wait for a client hold none. */
bool streams_are_scarce(void);

#endif
