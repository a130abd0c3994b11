/*
 * input.c - bytes come in.
 */
#include "serve/input.h"

#include <errno.h>
#include <string.h>

#include "base/bug.h"
#include "sys/sys.h"

struct slice input_slice(const struct input *input)
{
	return slice_of(input->bytes + input->at, input->len);
}

void input_consume(struct input *input, size_t len)
{
	input->at += len;
	input->len -= len;
	input->seen = 0;
}

int input_read(struct input *input, int socket)
{
	ssize_t len;

	if (input->at > 0) {
		memmove(input->bytes, input->bytes + input->at, input->len);
		input->at = 0;
	}
	BUG_UNLESS(input->len < sizeof input->bytes);
	len = sys_recv(socket, input->bytes + input->len,
		sizeof input->bytes - input->len);
	if (len < 0)
		return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
	input->len += (size_t)len;
	errno = 0;
	return len > 0 ? 1 : -1;
}
