/*
 * wake.h - a signal is a descriptor.
 *
 * Each signal that matters has a pipe; its handler writes a byte into it and
 * does nothing else. So a signal is a row of the table like any other, with a
 * handler that runs in the loop and may call anything. Signals coalesce: a
 * readable pipe says "at least once". They are let in only while the loop
 * waits (sys.h), so nothing is ever interrupted half-way.
 */
#ifndef CONTD_LOOP_WAKE_H
#define CONTD_LOOP_WAKE_H

/* Catches signo, once. Returns the descriptor to save a continuation for
 * (POLLIN), or -1 with errno. The caller takes charge of it; what is written
 * to stays here until wake_shut. */
int wake_open(int signo);

/* Empties the pipe; the first thing that the handler of its row does. */
void wake_take(int fd);

/* Closes the ends that are written to; such a signal says nothing any more. */
void wake_shut(void);

#endif
