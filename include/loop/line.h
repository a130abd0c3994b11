/*
 * line.h - reads that wait for a slot, by device. For fileread.c alone.
 *
 * Each device has a line of its own, because its reads wait for one another and
 * for nobody else: thousands that wait for a hung disk cost the others nothing.
 * Numbers tell who came first among all lines.
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
	size_t flying; /* detached ones too: they keep the disk busy */
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

/* Frees the memory; nobody uses a device any more. */
void line_shut(void);

/* One more user of the device; NULL without memory. */
struct device *device_join(dev_t id);
void device_leave(struct device *d);

/* To the end of the line; back to where it stood, by its number; out of it. */
void line_join(struct place *p);
void line_return(struct place *p);
void line_leave(struct place *p);

/* A read of it takes off; one has landed after so many milliseconds. */
void device_fly(struct device *d);
void device_land(struct device *d, int64_t took);

/* How many reads of the device may be in flight. */
size_t device_room(const struct device *d);

/* Who came first, of those whose device has room for another read; or NULL. */
struct fileread *line_first(void);

#endif
