/*
 * aborts.h - the promise that a broken promise ends the process.
 */
#ifndef CONTD_TESTS_ABORTS_H
#define CONTD_TESTS_ABORTS_H

/* Runs breaks(state) in a child and asserts that the child dies of SIGABRT.
 * What BUG_UNLESS says there is not shown. */
void assert_aborts(void (*breaks)(void *state), void *state);

#endif
