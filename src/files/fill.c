/*
 * fill.c - reads block after block until the copy is complete.
 */
#include "files/fill.h"

#include "loop/cont.h"

static struct fill {
	struct file *file; /* held; NULL: unused */
	struct fileread *stream;
	uint64_t at; /* the next byte to read */
} fills[FILL_MAX];

static void on_block_read(int fd, short revents, void *state);

static struct fill *find_place(void)
{
	for (size_t i = 0; i < FILL_MAX; i++)
		if (!fills[i].file)
			return &fills[i];
	return NULL;
}

static void end(struct fill *fill)
{
	fileread_close(fill->stream);
	fill->file->filling = false;
	file_drop(fill->file);
	fill->file = NULL;
}

static void read_block(struct fill *fill)
{
	uint64_t left = (uint64_t)fill->file->found.version.size - fill->at;

	fileread_start(fill->stream, (off_t)fill->at,
		left < FILEREAD_BLOCK ? (size_t)left : FILEREAD_BLOCK,
		then(on_block_read, fill));
}

/* Adds the block to the draft. Returns whether to read another one. */
static bool take_block(struct fill *fill)
{
	struct file *file = fill->file;
	struct slice block;
	int error;

	if (fileread_is_late(fill->stream))
		return false;
	block = fileread_block(fill->stream, &error);
	if (error || block.len == 0)
		return false;
	file_grow_copy(file, fill->at, block);
	fill->at += block.len;
	return file->draft && file->draft->filled >= fill->at &&
	       file->draft->filled < file->draft->size && file->holders > 1 &&
	       !fileread_is_scarce();
}

static void on_block_read(int fd, short revents, void *state)
{
	struct fill *fill = state;

	(void)fd;
	(void)revents;
	if (take_block(fill))
		read_block(fill);
	else
		end(fill);
}

/* After the bytes that the draft already has. */
static uint64_t where_to_begin(const struct file *file)
{
	return file->draft ? file->draft->filled : 0;
}

void fill_begin(struct file *file)
{
	struct fill *fill = find_place();

	if (!fill || file->filling || file->found.version.size > FILL_SIZE ||
		!file_may_have_copy(file) || fileread_is_scarce())
		return;
	fill->stream = file_stream(file);
	if (!fill->stream)
		return;
	file->filling = true;
	fill->file = file_hold(file);
	fill->at = where_to_begin(file);
	read_block(fill);
}

void fill_want(struct file *file)
{
	if (file->filling || ++file->parts < FILL_AFTER)
		return;
	file->parts = 0;
	fill_begin(file);
}

void fill_shut(void)
{
	for (size_t i = 0; i < FILL_MAX; i++)
		if (fills[i].file)
			end(&fills[i]);
}
