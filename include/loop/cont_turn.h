/*
 * cont_turn.h - the continuation table as a whole: what the loop does with it
 * in every turn, and what the tests see of it.
 */
#ifndef CONTD_LOOP_CONT_TURN_H
#define CONTD_LOOP_CONT_TURN_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "loop/cont.h"

/* ---- for the loop ---- */

/* Milliseconds until the next deadline counted from now; -1: none. */
int cont_next_deadline(int64_t now);

/* Resumes the rows whose time is up, with revents 0; now is loop_now(). */
void cont_expire(int64_t now);

/* Resumes the WITHIN_NOW rows; those that they save wait for the next turn. */
void cont_run_now(void);

/* Closes what was given to cont_close in this turn. */
void cont_close_gone(void);

/* ---- for the tests ---- */

/* How many rows are saved. */
size_t cont_count(void);

/* The table as text, a line a row, until b is full. */
void cont_print(struct buf *b);

#endif
