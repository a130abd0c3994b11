/*
 * volley.c - a list of pieces, sent together.
 */
#include "serve/volley.h"

#include <errno.h>
#include <string.h>

#include "base/bug.h"
#include "sys/sys.h"

static void empty(struct volley *volley)
{
	volley->first = volley->count = 0;
	volley->text.len = 0;
	volley->text.full = false;
}

void volley_init(struct volley *volley, char *text, size_t len)
{
	volley->text = buf_on(text, len);
	volley->last = false;
	empty(volley);
}

bool volley_is_full(const struct volley *volley)
{
	return volley->count + 2 > VOLLEY_MAX ||
	       volley->text.cap - volley->text.len < VOLLEY_ROOM;
}

static void add(struct volley *volley, struct file *file, struct slice bytes)
{
	BUG_UNLESS(volley->count < VOLLEY_MAX);
	volley->pieces[volley->count] =
		(struct iovec){(char *)bytes.at, bytes.len};
	volley->files[volley->count++] = file;
}

void volley_add(struct volley *volley, struct file *file, struct slice bytes)
{
	add(volley, file_hold(file), bytes);
	file->copy->sending++;
}

/* A text that follows another one is added to its piece. */
void volley_add_text(struct volley *volley, size_t from)
{
	struct slice text =
		slice_of(volley->text.at + from, volley->text.len - from);
	size_t last = volley->count - 1;

	if (volley->first < volley->count && !volley->files[last])
		volley->pieces[last].iov_len += text.len;
	else
		add(volley, NULL, text);
}

static void let_go_first(struct volley *volley)
{
	struct file *file = volley->files[volley->first++];

	if (!file)
		return;
	file->copy->sending--;
	file_drop(file);
}

/* Removes the first len bytes. */
static void take(struct volley *volley, size_t len)
{
	while (volley->first < volley->count) {
		struct iovec *piece = &volley->pieces[volley->first];

		if (len < piece->iov_len) {
			piece->iov_base = (char *)piece->iov_base + len;
			piece->iov_len -= len;
			return;
		}
		len -= piece->iov_len;
		let_go_first(volley);
	}
	empty(volley);
}

static ssize_t send_rest(const struct volley *volley, int socket)
{
	const struct iovec *pieces = volley->pieces + volley->first;
	int count = (int)(volley->count - volley->first);

	return volley->last ? sys_send_last(socket, pieces, count)
			    : sys_send(socket, pieces, count);
}

enum volley_outcome volley_send(struct volley *volley, int socket, size_t *sent)
{
	*sent = 0;
	while (volley->count > 0) {
		ssize_t len = send_rest(volley, socket);

		if (len < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK
				       ? VOLLEY_WAITS
				       : VOLLEY_BROKEN;
		*sent += (size_t)len;
		take(volley, (size_t)len);
	}
	return VOLLEY_SENT;
}

size_t volley_text_left(const struct volley *volley)
{
	size_t len = 0;

	for (size_t i = volley->first; i < volley->count; i++)
		if (!volley->files[i])
			len += volley->pieces[i].iov_len;
	return len;
}

void volley_move_text(struct volley *volley, char *into)
{
	size_t len = 0;

	for (size_t i = volley->first; i < volley->count; i++) {
		struct iovec *piece = &volley->pieces[i];

		if (volley->files[i])
			continue;
		memcpy(into + len, piece->iov_base, piece->iov_len);
		piece->iov_base = into + len;
		len += piece->iov_len;
	}
	volley->text = buf_on(into, 0);
}

void volley_end(struct volley *volley)
{
	while (volley->first < volley->count)
		let_go_first(volley);
	empty(volley);
}
