/*
 * fake_aio.h - a disk that answers when the test says so.
 *
 * Linked with --wrap (see test_fileread_faults.link) it stands in for the AIO
 * calls of sys.h. Reads fly until fake_land lets them land, in any order and
 * with any error. It fails the test when a promise of fileread.h is broken: a
 * descriptor closed or read twice while its read flies, a result taken twice
 * or too early, an aiocb that is not set anew. No signal is ever sent.
 */
#ifndef CONTD_TESTS_FAKE_AIO_H
#define CONTD_TESTS_FAKE_AIO_H

#include <aio.h>
#include <stddef.h>

void fake_reset(void);

/* The reads that have not landed, oldest first. */
size_t fake_flying(void);
const struct aiocb *fake_flight(size_t i);

/* Lets one of them land: with what the file holds now, or with an error. */
void fake_land(size_t i, int error);

/* The same with so many bytes at most. */
void fake_land_short(size_t i, size_t most);

/* The next `times` reads are refused by aio_read itself with this errno. */
void fake_refuse(int error, size_t times);

/* How many reads were started, refused; descriptors closed; sys_aio_open. */
size_t fake_started(void);
size_t fake_refused(void);
size_t fake_closed(void);
int fake_threads(void);

#endif
