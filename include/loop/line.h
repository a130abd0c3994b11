/*
 * line.h - reads that wait for a slot, by device. For fileread.c alone.
 *
 * Each device has a queue (line) of its own, so that thousands of reads that
 * wait for a hung disk do not delay those of other disks. Numbers give the
 * order of arrival among all lines.
 */
#ifndef CONTD_LOOP_LINE_H
#define CONTD_LOOP_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct fileread;
struct place;

struct device {
	dev_t id;
	size_t users;  /* streams, and reads in flight */
	size_t flying; /* reads in flight, detached ones included */
	bool slow;     /* its last read took FILEREAD_SLOW or longer */
	struct place *first, *last;
	struct device *next;
};

/* A stream's place in the line of its device. */
struct place {
	struct fileread *who;
	struct device *device;
	uint64_t number;
	struct place *before, *after;
};

void line_init(void);

/* Frees the memory. No device may be in use. */
void line_shut(void);

/* Adds a user of the device. Returns NULL without memory. */
struct device *device_join(dev_t id);
/* Removes a user; the last one frees the device. */
void device_leave(struct device *d);

/* Puts p at the end of its line, with a new number. */
void line_join(struct place *p);
/* Puts p back to where it was, by its number. */
void line_return(struct place *p);
/* Takes p out of its line. */
void line_leave(struct place *p);

/* A read on the device was submitted. */
void device_fly(struct device *d);
/* One completed after `took` ms. */
void device_land(struct device *d, int64_t took);

/* How many reads the device may have in flight. */
size_t device_room(const struct device *d);

/* The oldest waiting read whose device may have another one in flight; NULL:
 * there is none. */
struct fileread *line_first(void);

#endif
