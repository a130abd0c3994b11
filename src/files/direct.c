/*
 * direct.c - which blocks are warm, which devices rest, and sendfile().
 */
#include "files/direct.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loop/loop.h"
#include "sys/sys.h"

static struct {
	bool allowed;
	struct resting {
		uint64_t device;
		int64_t until; /* by loop_now(); 0: unused */
	} resting[DIRECT_DEVICES];
} direct;

void direct_allow(bool allowed)
{
	memset(&direct, 0, sizeof direct);
	direct.allowed = allowed;
}

/* ---- devices ---- */

static bool does_rest(uint64_t device)
{
	for (size_t i = 0; i < DIRECT_DEVICES; i++)
		if (direct.resting[i].device == device &&
			direct.resting[i].until > loop_now())
			return true;
	return false;
}

/* Replaces the one whose rest ends first. */
static void let_rest(uint64_t device)
{
	struct resting *place = &direct.resting[0];

	for (size_t i = 1; i < DIRECT_DEVICES; i++)
		if (direct.resting[i].until < place->until)
			place = &direct.resting[i];
	*place = (struct resting){device, loop_now() + DIRECT_REST};
}

/* ---- blocks ---- */

/* The current time as stored in the array, where 0 means never. */
static uint32_t stamp(void)
{
	return (uint32_t)(loop_now() / 1000) + 1;
}

static bool is_warm(const struct file *file, uint64_t block)
{
	uint32_t when = file->warm[block];

	return when != 0 && stamp() - when < DIRECT_WARM;
}

static void make_stamps(struct file *file)
{
	uint64_t size = (uint64_t)file->found.version.size;
	uint64_t blocks = (size + FILEREAD_BLOCK - 1) / FILEREAD_BLOCK;
	uint64_t weight = blocks * sizeof *file->warm;
	const struct scale *scale = file->scale;

	if (!scale || file->found.kind != FOUND_FILE || size > DIRECT_MAX ||
		scale->weight > scale->most ||
		weight > scale->most - scale->weight)
		return;
	file->warm = calloc((size_t)blocks, sizeof *file->warm);
	if (file->warm)
		file_weigh(file, file->scale, weight);
}

/* Marks the blocks that these bytes contain as a whole; the last block of the
 * file may be short. */
static void mark(struct file *file, uint64_t offset, size_t len)
{
	uint64_t size = (uint64_t)file->found.version.size;
	uint64_t block = (offset + FILEREAD_BLOCK - 1) / FILEREAD_BLOCK;
	uint64_t end = offset + len;

	for (; block * FILEREAD_BLOCK < end; block++)
		if ((block + 1) * FILEREAD_BLOCK <= end || end == size)
			file->warm[block] = stamp();
}

void direct_note(struct file *file, uint64_t offset, size_t len)
{
	if (!direct.allowed || file->copy || file->draft)
		return;
	if (!file->warm)
		make_stamps(file);
	if (file->warm)
		mark(file, offset, len);
}

size_t direct_block(uint64_t offset, uint64_t left, size_t most)
{
	size_t len = most;

	if (direct.allowed)
		len = FILEREAD_BLOCK - (size_t)(offset % FILEREAD_BLOCK);
	return left < len ? (size_t)left : len;
}

size_t direct_room(const struct file *file, uint64_t offset, uint64_t left)
{
	uint64_t block = offset / FILEREAD_BLOCK;
	uint64_t room = 0;

	if (left == 0 || !file->warm || file->draft ||
		does_rest(file->found.version.device))
		return 0;
	if (left > DIRECT_SHARE)
		left = DIRECT_SHARE;
	for (; room < left && is_warm(file, block); block++)
		room = (block + 1) * FILEREAD_BLOCK - offset;
	return (size_t)(room < left ? room : left);
}

/* ---- sending ---- */

/* Whether the error is one of the file or of sendfile(), not of the socket. */
static bool is_refused(int error)
{
	return error == EINVAL || error == ENOSYS || error == EIO ||
	       error == ENOMEM;
}

static bool was_late(int64_t begun, const struct sys_usage *before)
{
	struct sys_usage after;

	if (sys_now() - begun < DIRECT_LATE)
		return false;
	sys_usage(&after);
	return after.waits > before->waits;
}

ssize_t direct_send(struct file *file, int socket, uint64_t offset, size_t len)
{
	int64_t begun = sys_now();
	struct sys_usage before;
	ssize_t sent;
	int error;

	sys_usage(&before);
	sent = sys_sendfile(socket, file->fd, (off_t)offset, len);
	error = errno;
	if (was_late(begun, &before))
		let_rest(file->found.version.device);
	else if (sent > 0)
		mark(file, offset, (size_t)sent);
	if (sent < 0 && is_refused(error)) {
		let_rest(file->found.version.device);
		return 0;
	}
	/* The file now ends before this block. Without its stamp the block is
	 * read next, and the read shows that the file changed. */
	if (sent == 0)
		memset(&file->warm[offset / FILEREAD_BLOCK], 0,
			sizeof *file->warm);
	errno = error;
	return sent;
}
