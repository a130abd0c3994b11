/*
 * readers.h - streams of a loop whose disk (fake_aio.h) and clock are ours.
 *
 * A pipe with a byte in it makes a descriptor ready in every turn, so that no
 * turn ever sleeps and no completion signal could ever arrive.
 */
#ifndef CONTD_TESTS_READERS_H
#define CONTD_TESTS_READERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/slice.h"
#include "loop/fileread.h"

enum { READERS_READ = 1000, READERS_RETRY = 10 }; /* milliseconds */

/* A stream and what became of its last read. */
struct reader {
	struct fileread *f;
	int fd;
	int resumed; /* how often, since the start */
	int order;   /* as the how many-th of all readers it was resumed */
	bool late;
	int error;
	struct slice block;
	void (*act)(struct reader *r); /* in the handler; may be NULL */
	struct reader *other;          /* for act */
};

/* For cmocka's setup and teardown: a loop, fileread, no stream. At the end all
 * reads land; who left a stream open or lost a descriptor fails. */
int readers_open(void **state);
int readers_shut(void **state);

/* A stream on a new file of size bytes (byte i is reader_byte(i)). */
void reader_open(struct reader *r, dev_t device, size_t size);
char reader_byte(size_t i);
void reader_start(struct reader *r, off_t offset, size_t len);
void reader_close(struct reader *r);

/* It was resumed once, with len bytes of its file from offset. */
void assert_block(const struct reader *r, off_t offset, size_t len);

/* One turn; one turn that many milliseconds later. */
void turn(void);
void turn_after(int milliseconds);

#endif
