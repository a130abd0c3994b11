/* slot.c - aiocbs and blocks, and who may use them. */
#include "loop/slot.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/heap.h"
#include "base/pool.h"
#include "loop/fileread.h"
#include "sys/sys.h"

static struct {
	struct slot all[FILEREAD_FLYING];
	struct slot *free; /* last given back first: its block is cached */
	struct pool blocks;
	size_t flying, detached, held;
} slots;

void slots_init(void)
{
	memset(&slots, 0, sizeof(slots));
	pool_init(&slots.blocks, FILEREAD_BLOCK, FILEREAD_FLYING);
	for (size_t i = FILEREAD_FLYING; i-- > 0;) {
		slots.all[i].next = slots.free;
		slots.free = &slots.all[i];
	}
}

bool slots_are_out(void)
{
	return slots.free == NULL;
}

bool slot_is_shortage(int error)
{
	return error == EAGAIN || error == ENOMEM;
}

static void slot_hold(struct slot *s, int error, size_t got)
{
	s->state = SLOT_HELD;
	s->error = error;
	s->got = got;
	slots.held++;
}

/* Memory in pieces may have no room for a whole block: reads go on in small
 * ones then. */
static bool take_block(struct slot *s)
{
	if (s->block != NULL)
		return true;
	s->room = FILEREAD_BLOCK;
	s->block = pool_take_raw(&slots.blocks);
	if (s->block != NULL)
		return true;
	s->room = FILEREAD_SMALL;
	s->block = heap_take(s->room);
	return s->block != NULL;
}

static void give_block(struct slot *s)
{
	if (s->room < FILEREAD_BLOCK)
		free(s->block);
	else
		pool_give(&slots.blocks, s->block);
	s->block = NULL;
}

void slots_shut(void)
{
	BUG_UNLESS(slots.flying == 0 && slots.held == 0);
	for (size_t i = 0; i < FILEREAD_FLYING; i++)
		give_block(&slots.all[i]);
	pool_free(&slots.blocks);
}

static int slot_submit(struct slot *s, int fd, off_t offset, size_t len)
{
	if (!take_block(s))
		return ENOMEM;
	memset(&s->cb, 0, sizeof(s->cb));
	s->cb.aio_fildes = fd;
	s->cb.aio_offset = offset;
	s->cb.aio_buf = s->block;
	s->cb.aio_nbytes = len < s->room ? len : s->room;
	s->cb.aio_reqprio = 0;
	/* Zero is no default: on Linux it is SIGEV_SIGNAL, with signal 0. */
	s->cb.aio_sigevent.sigev_notify = SIGEV_SIGNAL;
	s->cb.aio_sigevent.sigev_signo = SIGURG;
	return sys_aio_read(&s->cb) == 0 ? 0 : errno;
}

struct slot *slot_fly(int fd, off_t offset, size_t len)
{
	struct slot *s = slots.free;
	int error;

	BUG_UNLESS(s != NULL && s->state == SLOT_FREE);
	error = slot_submit(s, fd, offset, len);
	if (slot_is_shortage(error))
		return NULL;
	slots.free = s->next;
	if (error != 0) {
		slot_hold(s, error, 0);
		return s;
	}
	s->state = SLOT_FLYING;
	slots.flying++;
	return s;
}

bool slot_is_home(struct slot *s)
{
	int error;
	ssize_t got;

	BUG_UNLESS(s->state == SLOT_FLYING || s->state == SLOT_DETACHED);
	error = sys_aio_error(&s->cb);
	if (error == EINPROGRESS)
		return false;
	got = sys_aio_return(&s->cb);
	if (error == 0 && got < 0)
		error = EIO;
	slots.flying--;
	if (s->state == SLOT_DETACHED)
		slots.detached--;
	slot_hold(s, error, error == 0 ? (size_t)got : 0);
	return true;
}

void slot_detach(struct slot *s)
{
	BUG_UNLESS(s->state == SLOT_FLYING);
	s->state = SLOT_DETACHED;
	s->stream = NULL;
	slots.detached++;
}

void slot_free(struct slot *s)
{
	BUG_UNLESS(s->state == SLOT_HELD);
	s->state = SLOT_FREE;
	s->stream = NULL;
	s->next = slots.free;
	slots.free = s;
	slots.held--;
	if (s->room < FILEREAD_BLOCK)
		give_block(s);
}

bool slot_let_go(struct slot *s)
{
	if (s == NULL)
		return false;
	if (s->state == SLOT_FLYING) {
		slot_detach(s);
		return false;
	}
	slot_free(s);
	return true;
}

struct slot *slot_next(const struct slot *s)
{
	size_t i = s == NULL ? 0 : (size_t)(s - slots.all) + 1;

	while (i < FILEREAD_FLYING && slots.all[i].state == SLOT_FREE)
		i++;
	return i < FILEREAD_FLYING ? &slots.all[i] : NULL;
}

size_t slots_flying(void)
{
	return slots.flying;
}

size_t slots_detached(void)
{
	return slots.detached;
}

size_t slots_held(void)
{
	return slots.held;
}

void slots_shrink(void)
{
	for (struct slot *s = slots.free; s != NULL; s = s->next)
		give_block(s);
	pool_trim(&slots.blocks);
}

/* The second block is for the stack of a thread. */
void slots_make_room(void)
{
	void *blocks[2];

	slots_shrink();
	for (int i = 0; i < 2; i++)
		blocks[i] = pool_take_raw(&slots.blocks);
	for (int i = 0; i < 2; i++)
		pool_give(&slots.blocks, blocks[i]);
	pool_trim(&slots.blocks);
}

/* ---- fileread.h ---- */

size_t fileread_flying(void)
{
	return slots_flying();
}

size_t fileread_detached(void)
{
	return slots_detached();
}
