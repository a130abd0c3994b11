/*
 * wake.h - signals become descriptors.
 *
 * Each caught signal has a pipe; its signal handler only writes a byte to it.
 * So a signal is a row of the table like any other, with a continuation that
 * runs in the loop and may call anything. Signals coalesce: a readable pipe
 * means "at least once". They are unblocked only while the loop waits (sys.h),
 * so no other code is interrupted.
 */
#ifndef CONTD_LOOP_WAKE_H
#define CONTD_LOOP_WAKE_H

/* Catches signo; once per signal. Returns the read end of its pipe, to save a
 * continuation for (POLLIN), or -1 with errno. The caller owns it; the write
 * end stays here until wake_shut. */
int wake_open(int signo);

/* Empties the pipe; the handler of its row calls this first. */
void wake_take(int fd);

/* Closes the write ends; such a signal then has no effect. */
void wake_shut(void);

#endif
