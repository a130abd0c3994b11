/*
 * batch.c - a list of pieces, sent together.
 */
#include "serve/batch.h"

#include <errno.h>
#include <string.h>

#include "base/bug.h"
#include "sys/sys.h"

static void empty(struct batch *batch)
{
	batch->first = batch->count = 0;
	batch->text.len = 0;
	batch->text.full = false;
}

void batch_init(struct batch *batch, char *text, size_t len)
{
	batch->text = buf_on(text, len);
	batch->last = false;
	empty(batch);
}

bool batch_is_full(const struct batch *batch)
{
	return batch->count + 2 > BATCH_MAX ||
	       batch->text.cap - batch->text.len < BATCH_ROOM;
}

static void add(struct batch *batch, struct file *file, struct slice bytes)
{
	BUG_UNLESS(batch->count < BATCH_MAX);
	batch->pieces[batch->count] =
		(struct iovec){(char *)bytes.at, bytes.len};
	batch->files[batch->count++] = file;
}

void batch_add(struct batch *batch, struct file *file, struct slice bytes)
{
	add(batch, file_hold(file), bytes);
	file->copy->sending++;
}

/* A text that follows another one is added to its piece. */
void batch_add_text(struct batch *batch, size_t from)
{
	struct slice text =
		slice_of(batch->text.at + from, batch->text.len - from);
	size_t last = batch->count - 1;

	if (batch->first < batch->count && !batch->files[last])
		batch->pieces[last].iov_len += text.len;
	else
		add(batch, NULL, text);
}

static void let_go_first(struct batch *batch)
{
	struct file *file = batch->files[batch->first++];

	if (!file)
		return;
	file->copy->sending--;
	file_drop(file);
}

/* Removes the first len bytes. */
static void take(struct batch *batch, size_t len)
{
	while (batch->first < batch->count) {
		struct iovec *piece = &batch->pieces[batch->first];

		if (len < piece->iov_len) {
			piece->iov_base = (char *)piece->iov_base + len;
			piece->iov_len -= len;
			return;
		}
		len -= piece->iov_len;
		let_go_first(batch);
	}
	empty(batch);
}

static ssize_t send_rest(const struct batch *batch, int socket)
{
	const struct iovec *pieces = batch->pieces + batch->first;
	int count = (int)(batch->count - batch->first);

	return batch->last ? sys_send_last(socket, pieces, count)
			   : sys_send(socket, pieces, count);
}

enum batch_outcome batch_send(struct batch *batch, int socket, size_t *sent)
{
	*sent = 0;
	while (batch->count > 0) {
		ssize_t len = send_rest(batch, socket);

		if (len < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK
				       ? BATCH_WAITS
				       : BATCH_BROKEN;
		*sent += (size_t)len;
		take(batch, (size_t)len);
	}
	return BATCH_SENT;
}

size_t batch_text_left(const struct batch *batch)
{
	size_t len = 0;

	for (size_t i = batch->first; i < batch->count; i++)
		if (!batch->files[i])
			len += batch->pieces[i].iov_len;
	return len;
}

void batch_move_text(struct batch *batch, char *into)
{
	size_t len = 0;

	for (size_t i = batch->first; i < batch->count; i++) {
		struct iovec *piece = &batch->pieces[i];

		if (batch->files[i])
			continue;
		memcpy(into + len, piece->iov_base, piece->iov_len);
		piece->iov_base = into + len;
		len += piece->iov_len;
	}
	batch->text = buf_on(into, 0);
}

void batch_end(struct batch *batch)
{
	while (batch->first < batch->count)
		let_go_first(batch);
	empty(batch);
}
