/*
 * connection_aides.h - who stands behind the worker: its master, helpers that
 * answer at once, and a logger that reads what comes.
 */
#ifndef CONTD_FUZZ_CONNECTION_AIDES_H
#define CONTD_FUZZ_CONNECTION_AIDES_H

#include <stdbool.h>
#include <stddef.h>

/* The worker's ends: its master and its journal. After kernel_reset. */
void aides_open(int *master, int *journal);
/* After the worker has shut its ends. */
void aides_close(void);

/* Whether somebody had something to do. */
bool aides_act(void);

/* The master says: drain. */
void aides_drain(void);

/* Lines of the access log so far, without those still in the pipe. */
size_t aides_lines(void);

#endif
