/*
 * body.c - head and blocks to a socket, one block a turn.
 */
#include "files/body.h"

#include <errno.h>

#include "base/bug.h"
#include "loop/loop.h"
#include "sys/sys.h"

static void on_block_read(int fd, short revents, void *state);
static void on_writable(int fd, short revents, void *state);
static void on_client_gone(int fd, short revents, void *state);

void body_init(struct body *body, int socket, int64_t send_time)
{
	*body = (struct body){
		.socket = socket, .block = SLICE(""), .send_time = send_time};
}

void body_file(struct body *body, struct file *file, off_t offset, uint64_t len)
{
	body->file = file_hold(file);
	body->at = offset;
	body->left = len;
}

void body_end(struct body *body)
{
	if (body->stream)
		fileread_close(body->stream);
	body->stream = NULL;
	file_drop(body->file);
	body->file = NULL;
}

/* It is over: the user is next, at the end of this turn. */
static void resume_user(struct body *body)
{
	cont_save(body->socket, 0, WITHIN_NOW, body->next);
}

static bool finish(struct body *body, enum body_outcome outcome)
{
	body->outcome = outcome;
	return true;
}

static void read_block(struct body *body)
{
	size_t len = FILEREAD_BLOCK;

	if (body->left < len)
		len = (size_t)body->left;
	cont_save(body->socket, 0, WITHIN_FOREVER, then(on_client_gone, body));
	fileread_start(body->stream, body->at, len, then(on_block_read, body));
}

static void wait_for_room(struct body *body)
{
	if (body->stream && fileread_is_scarce()) {
		fileread_release(body->stream);
		body->block = SLICE("");
	}
	cont_save(body->socket, POLLOUT, WITHIN_SEND, then(on_writable, body));
}

/* Takes what the kernel took off head and block. */
static void count_sent(struct body *body, size_t sent)
{
	size_t of_head = sent < body->head.len ? sent : body->head.len;

	body->sent += sent;
	body->stretch_sent += sent;
	body->head =
		slice_of(body->head.at + of_head, body->head.len - of_head);
	sent -= of_head;
	body->block = slice_of(body->block.at + sent, body->block.len - sent);
	body->at += (off_t)sent;
	body->left -= sent;
}

/* 1: all of head and block left; 0: no room; -1: the socket is broken. */
static int send_some(struct body *body)
{
	while (body->head.len > 0 || body->block.len > 0) {
		struct iovec pieces[2] = {
			{(char *)body->head.at, body->head.len},
			{(char *)body->block.at, body->block.len}};
		ssize_t sent = sys_send(body->socket, pieces, 2);

		if (sent < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
		count_sent(body, (size_t)sent);
	}
	return 1;
}

/* Whether it is over. */
static bool go_on(struct body *body)
{
	int sent = send_some(body);

	if (sent < 0)
		return finish(body, BODY_GONE);
	if (sent == 0)
		wait_for_room(body);
	else if (body->left > 0)
		read_block(body);
	else
		return finish(body, BODY_SENT);
	return false;
}

bool body_send(struct body *body, struct slice head, struct cont next)
{
	int fd;

	body->head = head;
	body->next = next;
	body->stretch_begin = loop_now();
	if (body->left == 0)
		return go_on(body);
	/* A stream has a descriptor of its own: libraries queue the reads of
	 * one descriptor behind each other. */
	fd = sys_dup(body->file->fd);
	if (fd >= 0 && cont_fits(fd))
		body->stream =
			fileread_open(fd, (dev_t)body->file->version.device);
	if (body->stream) {
		read_block(body);
		return false;
	}
	/* The table may have no row for it. */
	if (fd >= 0)
		sys_close(fd);
	return finish(body, BODY_SHORTAGE);
}

/* Are these still the bytes that the head promised? Asked of the last block,
 * and of one that came short: perhaps the file did. */
static bool is_still_true(const struct body *body)
{
	bool is_last = body->block.len == body->left;
	bool is_short = body->block.len < FILEREAD_BLOCK;

	return (!is_last && !is_short) || file_has_same_bytes(body->file);
}

/* Looks at the block that was read; whether the body is over. A short block of
 * the same file is only that; an empty one can never lead to the end. */
static bool take_block(struct body *body)
{
	int error;

	if (fileread_is_late(body->stream))
		return finish(body, BODY_FAILED);
	body->block = fileread_block(body->stream, &error);
	if (error)
		return finish(body, BODY_FAILED);
	if (body->block.len == 0 || !is_still_true(body))
		return finish(body, BODY_CHANGED);
	return go_on(body);
}

static void on_block_read(int fd, short revents, void *state)
{
	struct body *body = state;

	(void)fd;
	(void)revents;
	if (take_block(body))
		resume_user(body);
}

/* Whether the client took its share of the stretch that is over, if it is. */
static bool is_too_slow(struct body *body)
{
	int64_t time = loop_now() - body->stretch_begin;

	if (body->send_time <= 0 || time < body->send_time)
		return false;
	if (body->stretch_sent < (uint64_t)time * BODY_RATE / 1000)
		return true;
	body->stretch_begin = loop_now();
	body->stretch_sent = 0;
	return false;
}

static void on_writable(int fd, short revents, void *state)
{
	struct body *body = state;
	bool over = false;

	(void)fd;
	if (revents == 0 || is_too_slow(body))
		over = finish(body, BODY_SLOW);
	else if (revents & (POLLERR | POLLNVAL))
		over = finish(body, BODY_GONE);
	/* The block was given back while others needed it. */
	else if (body->block.len == 0 && body->left > 0)
		read_block(body);
	else
		over = go_on(body);
	if (over)
		resume_user(body);
}

static void on_client_gone(int fd, short revents, void *state)
{
	struct body *body = state;

	(void)fd;
	(void)revents;
	body->outcome = BODY_GONE;
	resume_user(body);
}
