/*
 * volley.c - pieces in a row.
 */
#include "serve/volley.h"

#include <errno.h>

#include "base/bug.h"
#include "sys/sys.h"

void volley_init(struct volley *volley)
{
	volley->first = volley->count = 0;
}

bool volley_is_full(const struct volley *volley)
{
	return volley->count == VOLLEY_MAX;
}

void volley_add(struct volley *volley, struct file *file, struct slice answer)
{
	BUG_UNLESS(volley->count < VOLLEY_MAX);
	volley->pieces[volley->count] =
		(struct iovec){(char *)answer.at, answer.len};
	volley->files[volley->count++] = file_hold(file);
	file->copy->sending++;
}

static void let_go_first(struct volley *volley)
{
	struct file *file = volley->files[volley->first++];

	file->copy->sending--;
	file_drop(file);
}

/* Takes len bytes off the front. */
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
	volley_init(volley);
}

enum volley_outcome volley_send(struct volley *volley, int socket, size_t *sent)
{
	*sent = 0;
	while (volley->count > 0) {
		ssize_t len = sys_send(socket, volley->pieces + volley->first,
			(int)(volley->count - volley->first));

		if (len < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK
				       ? VOLLEY_WAITS
				       : VOLLEY_BROKEN;
		*sent += (size_t)len;
		take(volley, (size_t)len);
	}
	return VOLLEY_SENT;
}

void volley_end(struct volley *volley)
{
	while (volley->first < volley->count)
		let_go_first(volley);
	volley_init(volley);
}
