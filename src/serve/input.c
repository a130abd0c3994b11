/*
 * input.c - receives and parses requests.
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

bool input_begins(struct input *input)
{
	if (slice_is(input_slice(input), SLICE("\r\n")))
		input_consume(input, 2);
	return input->len > 0 && !slice_is(input_slice(input), SLICE("\r"));
}

/* ---- limits ---- */

static size_t count_lines(struct slice lines)
{
	struct slice line;
	size_t count = 0;

	while (lines.len > 0 && slice_cut(&lines, '\n', &line))
		count++;
	return count;
}

/* Returns 0, or the status to refuse a parsed head with. */
static int judge(
	const struct request *request, const struct input_limits *limits)
{
	if (limits->target > 0 && request->target.len > limits->target)
		return 414;
	if (limits->fields > 0 && count_lines(request->fields) > limits->fields)
		return 431;
	return 0;
}

/* For the log: the first line of a head that is not complete. */
static struct slice first_line(struct slice bytes)
{
	struct slice line;

	slice_cut(&bytes, '\r', &line);
	return line;
}

/* Bytes beyond the limit are not parsed: the response must not depend on how
 * the bytes were divided into segments. */
ptrdiff_t input_parse(struct input *input, const struct input_limits *limits,
	struct request *request)
{
	struct slice bytes = input_slice(input);
	bool is_cut = limits->head > 0 && bytes.len >= limits->head;
	ptrdiff_t len;
	int status;

	if (is_cut)
		bytes.len = limits->head;
	len = request_parse(bytes, &input->seen, request);
	if (len == 0 && is_cut) {
		request->line = first_line(bytes);
		return -431;
	}
	status = len > 0 ? judge(request, limits) : 0;
	return status != 0 ? -status : len;
}

/* ---- bytes ---- */

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
