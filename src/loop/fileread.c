/*
 * fileread.c - streams: from the line into a slot, and back.
 *
 * Everything that may allow a read to be submitted calls launch(): a new read,
 * a slot given back, a completed read, the end of a pause after a shortage.
 * launch() resumes no handler, so it may be called from anywhere. Only a
 * read-ahead is submitted without it.
 *
 * A stream's row is saved only while it waits. Its handler is on_read_over, but
 * its name is that of the handler which the user of the stream gave, so that
 * the printed table shows who waits.
 */
#include "loop/fileread.h"

#include <signal.h>
#include <stdint.h>

#include "base/bug.h"
#include "base/pool.h"
#include "loop/line.h"
#include "loop/loop.h"
#include "loop/slot.h"
#include "loop/wake.h"
#include "sys/sys.h"

enum stream_state {
	RESTING,
	QUEUED,
	FLYING,
	LANDED, /* the slot is HELD, the handler not yet resumed */
	HELD,
	LATE
};

struct fileread {
	int fd; /* -1: a detached slot owns it now */
	enum stream_state state;
	struct place place; /* in the line of its device when QUEUED */
	struct slot *slot;  /* FLYING, LANDED, HELD */
	struct slot *ahead; /* HELD: its next block */
	struct cont next;
	off_t offset;
	size_t len;
};

static struct {
	bool open;
	int wake;
	struct pool streams;
	bool pausing; /* a shortage: no read is submitted for a while */
	bool starved; /* only a shortage keeps the first in line waiting */
} reads;

/* ---- submitting ---- */

static void on_reads_done(int fd, short revents, void *state);
static void on_read_over(int fd, short revents, void *state);

static void signal_await(void)
{
	cont_save(reads.wake, POLLIN,
		reads.pausing ? WITHIN_RETRY : WITHIN_FOREVER,
		then(on_reads_done, NULL));
}

static void row_save(struct fileread *f, enum within within)
{
	struct cont row = then(on_read_over, f);

	row.name = f->next.name;
	cont_save(f->fd, PARKED, within, row);
}

/* Submits the read of f and returns its slot; NULL: a shortage. */
static struct slot *take_off(struct fileread *f)
{
	struct slot *s = slot_fly(f->fd, f->offset, f->len);

	if (s == NULL)
		return NULL;
	s->stream = f;
	if (s->state == SLOT_HELD)
		return s;
	s->device = f->place.device;
	device_fly(s->device);
	s->since = loop_now();
	return s;
}

/* Lets f wait for the read in slot s, which may have completed already. */
static void wait_for(struct fileread *f, struct slot *s, enum within within)
{
	f->slot = s;
	f->state = s->state == SLOT_HELD ? LANDED : FLYING;
	row_save(f, f->state == LANDED ? WITHIN_NOW : within);
}

/* Returns false, and f stays in line, if there is a shortage. */
static bool fly(struct fileread *f)
{
	struct slot *s = take_off(f);

	if (s == NULL)
		return false;
	line_leave(&f->place);
	wait_for(f, s, WITHIN_SAME);
	return true;
}

static void take_breath(void)
{
	reads.pausing = reads.starved = true;
	signal_await();
}

static void launch(void)
{
	struct fileread *f;

	if (reads.pausing)
		return;
	while ((f = line_first()) != NULL && !slots_are_out()) {
		if (!fly(f)) {
			take_breath();
			return;
		}
	}
	reads.starved = f != NULL;
}

/* ---- completion ---- */

/* A slot given back ends a pause: it may be memory that was short. */
static void let_go(struct slot *s)
{
	if (slot_let_go(s))
		reads.pausing = false;
}

static void give_back(struct fileread *f)
{
	let_go(f->slot);
	f->slot = NULL;
	f->state = RESTING;
}

/* A resource shortage reported on completion: requeues the read at its old
 * place; drops a read-ahead. */
static void try_again(struct fileread *f, struct slot *s)
{
	if (s == f->ahead) {
		let_go(s);
		f->ahead = NULL;
		return;
	}
	give_back(f);
	f->state = QUEUED;
	line_return(&f->place);
}

/* Handles a completed read. Returns false if it failed by a shortage. */
static bool land(struct slot *s)
{
	struct device *d = s->device;
	struct fileread *f = s->stream;
	bool is_short = f != NULL && slot_is_shortage(s->error);

	if (f == NULL) {
		cont_close(s->cb.aio_fildes);
		slot_free(s);
	} else if (is_short) {
		try_again(f, s);
	} else if (s == f->slot) {
		f->state = LANDED;
	}
	device_land(d, loop_now() - s->since);
	return !is_short;
}

static void ask_all(void)
{
	size_t left = slots_flying();
	bool is_short = false;

	for (struct slot *s = slot_next(NULL); left > 0; s = slot_next(s)) {
		if (s->state == SLOT_HELD)
			continue;
		left--;
		if (!slot_is_home(s))
			continue;
		if (land(s))
			reads.pausing = false;
		else
			is_short = true;
	}
	if (is_short)
		take_breath();
}

/* Handlers may start and close streams during this loop, so each slot's state
 * is checked when it is reached. */
static void tell_all(void)
{
	struct slot *s = NULL;

	while ((s = slot_next(s)) != NULL)
		if (s->state == SLOT_HELD && s->stream->state == LANDED)
			cont_resume(s->stream->fd, 0);
}

void fileread_collect(void)
{
	if (slots_flying() == 0)
		return;
	ask_all();
	launch();
	tell_all();
}

/* A signal carries no information: fileread_collect asks each read in this same
 * turn. With revents 0 the pause after a shortage is over. */
static void on_reads_done(int fd, short revents, void *state)
{
	(void)state;
	if (revents != 0) {
		wake_take(fd);
	} else {
		if (reads.pausing && line_first() != NULL)
			slots_make_room();
		reads.pausing = false;
	}
	signal_await();
	launch();
}

static void be_late(struct fileread *f)
{
	if (f->state == QUEUED) {
		line_leave(&f->place);
	} else {
		slot_detach(f->slot);
		f->slot = NULL;
		f->fd = -1;
	}
	f->state = LATE;
	launch();
}

static void on_read_over(int fd, short revents, void *state)
{
	struct fileread *f = state;
	struct cont next = f->next;

	cont_drop(fd);
	if (f->state == LANDED)
		f->state = HELD;
	else
		be_late(f);
	next.handler(fd, revents, next.state);
}

/* ---- fileread.h ---- */

int fileread_init(void)
{
	BUG_UNLESS(!reads.open);
	reads.wake = wake_open(SIGURG);
	if (reads.wake < 0)
		return -1;
	slots_init();
	line_init();
	/* No limit: each stream has a descriptor. */
	pool_init(&reads.streams, sizeof(struct fileread), SIZE_MAX);
	reads.open = true;
	signal_await();
	sys_aio_open(FILEREAD_THREADS);
	return 0;
}

size_t fileread_memory(size_t streams)
{
	size_t page = 4096; /* large blocks have pages of their own */

	return FILEREAD_FLYING * (FILEREAD_BLOCK + page) +
	       streams * (pool_weight(sizeof(struct fileread)) +
				 pool_weight(sizeof(struct device)));
}

void fileread_shut(void)
{
	BUG_UNLESS(reads.open);
	cont_close(reads.wake);
	slots_shut();
	line_shut();
	pool_free(&reads.streams);
	reads.open = reads.pausing = reads.starved = false;
}

void fileread_shrink(void)
{
	slots_shrink();
	pool_trim(&reads.streams);
}

struct fileread *fileread_open(int fd, dev_t device)
{
	struct fileread *f;

	BUG_UNLESS(reads.open && fd >= 0);
	f = pool_take(&reads.streams);
	if (f == NULL)
		return NULL;
	f->place.device = device_join(device);
	if (f->place.device == NULL) {
		pool_give(&reads.streams, f);
		return NULL;
	}
	f->place.who = f;
	f->fd = fd;
	f->state = RESTING;
	return f;
}

void fileread_start(
	struct fileread *f, off_t offset, size_t len, struct cont next)
{
	BUG_UNLESS(f->state == RESTING || f->state == HELD);
	BUG_UNLESS(offset >= 0 && len > 0 && len <= FILEREAD_BLOCK);
	if (f->state == HELD)
		give_back(f);
	f->next = next;
	if (f->ahead != NULL) {
		BUG_UNLESS(offset == f->offset && len == f->len);
		wait_for(f, f->ahead, WITHIN_READ);
		f->ahead = NULL;
	} else {
		f->offset = offset;
		f->len = len;
		f->state = QUEUED;
		line_join(&f->place);
		row_save(f, WITHIN_READ);
	}
	launch();
}

/* Whether a read-ahead would not delay a read that a handler waits for. With
 * many streams the disk is busy without it. */
static bool is_room_ahead(const struct device *d)
{
	return !reads.pausing && !reads.starved && d->first == NULL &&
	       d->flying + 1 < device_room(d) &&
	       reads.streams.taken <= FILEREAD_FLYING / 4 &&
	       slots_flying() + slots_held() < FILEREAD_FLYING / 2;
}

void fileread_ahead(struct fileread *f, off_t offset, size_t len)
{
	BUG_UNLESS(f->state == HELD && f->ahead == NULL);
	BUG_UNLESS(offset >= 0 && len > 0 && len <= FILEREAD_BLOCK);
	f->offset = offset;
	f->len = len;
	if (is_room_ahead(f->place.device))
		f->ahead = take_off(f);
}

struct slice fileread_block(const struct fileread *f, int *error)
{
	BUG_UNLESS(f->state == HELD);
	*error = f->slot->error;
	return slice_of(f->slot->block, f->slot->got);
}

bool fileread_is_late(const struct fileread *f)
{
	return f->state == LATE;
}

bool fileread_is_scarce(void)
{
	return reads.starved || slots_held() > FILEREAD_FLYING / 2;
}

/* The descriptor goes with a read in flight, and the row is dropped. */
void fileread_close(struct fileread *f)
{
	bool flies = f->state == FLYING ||
		     (f->ahead != NULL && f->ahead->state == SLOT_FLYING);

	if (f->state == QUEUED)
		line_leave(&f->place);
	let_go(f->slot);
	let_go(f->ahead);
	if (flies)
		cont_drop(f->fd);
	else if (f->fd >= 0)
		cont_close(f->fd);
	device_leave(f->place.device);
	pool_give(&reads.streams, f);
	launch();
}
