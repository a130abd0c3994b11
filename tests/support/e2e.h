/*
 * e2e.h - what an end-to-end test includes: cmocka, the server under test, a
 * raw client, temporary trees, disks that fail, /proc.
 *
 * The environment, which ctest sets:
 *
 *     CONTD_BINARY  the program to test
 *     CONTD_SLOWFS  the library made of tests/e2e/slowfs.c; without it the
 *                   tests of slow disks are skipped
 *     CONTD_CLOCKS  likewise of tests/e2e/clocks.c, and tests of clocks
 *     CONTD_LONG    set by whoever has time: longer runs
 */
#ifndef CONTD_TESTS_E2E_H
#define CONTD_TESTS_E2E_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "await.h"
#include "client.h"
#include "fusefs.h"
#include "procs.h"
#include "server.h"
#include "tree.h"

/* A test that leaves nothing behind, however it ends. */
#define e2e_test(f) cmocka_unit_test_teardown(f, e2e_teardown)

int e2e_teardown(void **state);

/* The path of a library that LD_PRELOAD puts between the server and the system,
 * as the environment's variable names it; NULL: there is none, or the server is
 * a static program or has a sanitizer, which wants to be the first. */
const char *e2e_library(const char *variable);

/* Ends the test as skipped, and says why. */
#define e2e_skip(reason)                                  \
	do {                                              \
		print_message("skipped: %s\n", (reason)); \
		skip();                                   \
	} while (0)

#define E2E_NEEDS_LIBRARY(variable)                               \
	do {                                                      \
		if (e2e_library(variable) == NULL)                \
			e2e_skip("no " variable " for this one"); \
	} while (0)

#endif
