/* line.c - a queue of waiting reads for each device. */
#include "loop/line.h"

#include "base/bug.h"
#include "base/pool.h"
#include "loop/fileread.h"

static struct {
	struct device *devices; /* those with open streams: a few */
	struct pool pool;
	uint64_t numbers;
} line;

void line_init(void)
{
	line.devices = NULL;
	/* No limit: each has a stream, and each stream has a descriptor. */
	pool_init(&line.pool, sizeof(struct device), SIZE_MAX);
}

void line_shut(void)
{
	BUG_UNLESS(line.devices == NULL);
	pool_free(&line.pool);
}

struct device *device_join(dev_t id)
{
	struct device *d = line.devices;

	while (d != NULL && d->id != id)
		d = d->next;
	if (d == NULL) {
		d = pool_take(&line.pool);
		if (d == NULL)
			return NULL;
		d->id = id;
		d->next = line.devices;
		line.devices = d;
	}
	d->users++;
	return d;
}

void device_leave(struct device *d)
{
	struct device **at = &line.devices;

	BUG_UNLESS(d->users > 0);
	if (--d->users > 0)
		return;
	BUG_UNLESS(d->first == NULL && d->flying == 0);
	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
	pool_give(&line.pool, d);
}

void device_fly(struct device *d)
{
	d->users++;
	d->flying++;
}

void device_land(struct device *d, int64_t took)
{
	d->flying--;
	d->slow = took >= FILEREAD_SLOW;
	device_leave(d);
}

/* Inserts p after `before`; NULL: at the head. */
static void line_insert(struct place *p, struct place *before)
{
	struct device *d = p->device;

	p->before = before;
	p->after = before != NULL ? before->after : d->first;
	*(p->before != NULL ? &p->before->after : &d->first) = p;
	*(p->after != NULL ? &p->after->before : &d->last) = p;
}

void line_join(struct place *p)
{
	p->number = line.numbers++;
	line_insert(p, p->device->last);
}

void line_return(struct place *p)
{
	struct place *before = NULL;
	struct place *after = p->device->first;

	while (after != NULL && after->number < p->number) {
		before = after;
		after = after->after;
	}
	line_insert(p, before);
}

void line_leave(struct place *p)
{
	struct device *d = p->device;

	*(p->before != NULL ? &p->before->after : &d->first) = p->after;
	*(p->after != NULL ? &p->after->before : &d->last) = p->before;
}

size_t device_room(const struct device *d)
{
	return d->slow ? FILEREAD_PER_SLOW_DEVICE : FILEREAD_PER_DEVICE;
}

struct fileread *line_first(void)
{
	const struct place *first = NULL;

	for (struct device *d = line.devices; d != NULL; d = d->next) {
		if (d->first == NULL || d->flying >= device_room(d))
			continue;
		if (first == NULL || d->first->number < first->number)
			first = d->first;
	}
	return first != NULL ? first->who : NULL;
}
